//! From an answer in memory to typed records in the host: list-1k, call-1.

use anyhow::{Result, ensure};
use bytes::Bytes;
use servicestage::Exports;
use servicestage::types::{Listing, Pipeline};
use tokio::runtime::{Builder, Runtime};

use crate::measure::{Figure, cost, middle, pairs, shown};
use crate::{component, native, records};

/// Measures both, and says each.
pub fn measure(quick: bool, say: impl Fn(&str, Figure)) -> Result<()> {
    let tokio = current_thread()?;
    let plugin = component::load()?;
    let body = records::body(1000);
    let client = component::replaying(&plugin, &body);
    same(list(&tokio, &client)?, &body)?;
    let pairs = pairs(if quick { 130 } else { 400 }, || list(&tokio, &client), || native::decode(&body))?;
    say("list-1k", pairs.ratio(|cost| cost.cpu)?);
    let client = component::replaying(&plugin, &records::body(1));
    say("call-1", one(&tokio, &client, if quick { 2000 } else { 20_000 })?);
    Ok(())
}

/// Makes calls, for whoever counts instructions.
pub fn calls(count: usize, records: usize) -> Result<()> {
    let (tokio, client) = (current_thread()?, component::replaying(&component::load()?, &records::body(records)));
    for _ in 0..count {
        ensure!(list(&tokio, &client)?.total as usize == records, "the listing has another size");
    }
    Ok(())
}

/// A call of one record, in microseconds of the processor.
fn one(tokio: &Runtime, client: &Exports, rounds: usize) -> Result<Figure> {
    let mut times = Vec::with_capacity(rounds);
    for round in 0..rounds + rounds / 10 {
        let cost = cost(|| list(tokio, client))?;
        if round >= rounds / 10 {
            times.push(cost.cpu.as_secs_f64());
        }
    }
    let (value, low, high) = middle(times.iter().copied())?;
    let least = times.iter().copied().fold(f64::INFINITY, f64::min);
    Ok(Figure { value: value * 1e6, low: low * 1e6, high: high * 1e6, note: format!("at best {}", shown(least)) })
}

/// A runtime of tokio for calls that follow one another.
pub fn current_thread() -> Result<Runtime> {
    Ok(Builder::new_current_thread().enable_all().build()?)
}

/// Lists once.
pub fn list(tokio: &Runtime, client: &Exports) -> Result<Listing> {
    tokio.block_on(component::list(client))
}

/// No speed is bought with a wrong answer: both have read the same records.
fn same(listing: Listing, body: &Bytes) -> Result<()> {
    let mut ours = listing.pipelines;
    let mut theirs: Vec<Pipeline> = native::decode(body)?.into_iter().map(|record| record.0).collect();
    ours.sort_by(|a, b| a.id.cmp(&b.id));
    theirs.sort_by(|a, b| a.id.cmp(&b.id));
    ensure!(ours == theirs, "the component and serde_json read different records in the same answer");
    Ok(())
}
