//! The harness as a tool: serves and records fixtures, precompiles the component for the hosts that ship, soaks it,
//! and counts what it uses.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use component_runtime::{Limits, Runtime};
use host_test::budget::all;
use host_test::case::Case;
use host_test::record::record;
use host_test::serve::{serve, serve_pages};
use host_test::soak::soak;
use tokio::net::TcpListener;

const USAGE: &str = "usage: host-test serve [--cors] DIR | host-test record DIR -- ARGUMENTS OF servicestage... | host-test \
     precompile COMPONENT.wasm OUTPUT.cwasm | host-test soak [CALLS] | host-test count";

/// So many calls that a few hundred bytes left behind by each would show.
const CALLS: u32 = 100_000;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["serve", folder] => serve_on_loopback(Path::new(folder), false),
        ["serve", "--cors", folder] => serve_on_loopback(Path::new(folder), true),
        ["record", folder, "--", arguments @ ..] => record(Path::new(folder), arguments.iter().map(OsString::from)),
        ["precompile", wasm, output] => precompile(Path::new(wasm), &PathBuf::from(output)),
        ["soak"] => soak_and_report(CALLS),
        ["soak", calls] => soak_and_report(calls.parse().context(USAGE)?),
        ["count"] => count(),
        _ => bail!(USAGE),
    }
}

#[tokio::main]
async fn serve_on_loopback(folder: &Path, to_pages: bool) -> Result<()> {
    let case = Case::read(folder)?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}", listener.local_addr()?);
    if to_pages { serve_pages(listener, case).await } else { serve(listener, case).await }
}

#[tokio::main]
async fn soak_and_report(calls: u32) -> Result<()> {
    println!("{}", soak(calls).await?);
    Ok(())
}

#[tokio::main]
async fn count() -> Result<()> {
    println!("{}", serde_json::to_string_pretty(&all().await?)?);
    Ok(())
}

fn precompile(wasm: &Path, output: &Path) -> Result<()> {
    let bytes = std::fs::read(wasm).with_context(|| wasm.display().to_string())?;
    let machine_code = Runtime::new(Limits::default())?.precompile(&bytes)?;
    std::fs::write(output, machine_code).with_context(|| output.display().to_string())
}
