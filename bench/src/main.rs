//! Measures the component in its Rust host beside native code that does the same.
//!
//! `cargo xtask bench` builds this as what ships is built, runs it, and adds what is measured of whole processes. Each
//! figure is a ratio of two things done in turns, so that what else the machine does falls on both.
//!
//! # Layout
//! - [`records`]: answers of the service, made up; [`server`] sends one after a while
//! - [`component`]: the component as a host runs it; [`native`]: the same without one
//! - [`listing`], [`network`], [`fan_out`], [`growth`]: what is measured; [`chart`]: the growth, drawn
//! - how it is measured: [`measure`]

mod chart;
mod component;
mod fan_out;
mod growth;
mod listing;
mod measure;
mod native;
mod network;
/// The harness measures memory and fuel with the same answers. It holds a compiler, so this does not depend on it.
#[path = "../../host-test/src/records.rs"]
mod records;
mod server;

use std::path::Path;

use anyhow::{Result, bail};
use serde_json::json;

use crate::measure::Figure;

const USAGE: &str = "usage: servicestage-bench figures [--quick] | servicestage-bench growth MEMORY.json FILE.svg | \
     servicestage-bench calls COUNT RECORDS | servicestage-bench serve RECORDS plain|tls";

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["figures"] => figures(false),
        ["figures", "--quick"] => figures(true),
        ["growth", memory, file] => growth::draw(Path::new(memory), Path::new(file)),
        ["calls", count, records] => listing::calls(count.parse()?, records.parse()?),
        ["serve", records, transport] => server::serve(records.parse()?, transport.parse()?),
        _ => bail!(USAGE),
    }
}

/// Prints each figure as a line of JSON.
fn figures(quick: bool) -> Result<()> {
    listing::measure(quick, say)?;
    network::measure(quick, say)?;
    fan_out::measure(quick, say)
}

fn say(id: &str, figure: Figure) {
    let Figure { value, low, high, note } = figure;
    println!("{}", json!({ "id": id, "value": value, "low": low, "high": high, "note": note }));
}
