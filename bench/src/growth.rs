//! The growth of time and memory: with 1 to 10,000 records in an answer, and with 1 to 256 calls at one time.

use std::path::Path;

use anyhow::{Context, Result};
use serde_json::json;

use crate::chart::{self, Line, Panel};
use crate::measure::{middle, pairs};
use crate::{component, fan_out, listing, native, records};

/// How many records, and how often each is measured.
const RECORDS: [(usize, usize); 9] =
    [(1, 400), (3, 400), (10, 400), (30, 200), (100, 200), (300, 100), (1000, 100), (3000, 30), (10_000, 20)];

/// How many calls at one time.
const AT_ONCE: [usize; 9] = [1, 2, 4, 8, 16, 32, 64, 128, 256];

type Points = Vec<(f64, f64)>;

/// Measures, draws, and prints every point as a line of JSON. The guest's memory comes from the harness, as `[records,
/// bytes]` in a file.
pub fn draw(memory: &Path, file: &Path) -> Result<()> {
    let text = std::fs::read_to_string(memory).with_context(|| memory.display().to_string())?;
    let memory: Points = serde_json::from_str(&text).with_context(|| memory.display().to_string())?;
    let memory: Points = memory.into_iter().map(|(records, bytes)| (records, mebibytes(bytes))).collect();
    // First, since the most memory that was held is the process's.
    let concurrency = fan_out::grow(&AT_ONCE)?;
    let (ours, theirs) = by_records()?;
    let by_calls = |of: fn(&fan_out::Concurrency) -> Option<f64>| -> Points {
        concurrency.iter().filter_map(|step| Some((step.at_once as f64, of(step)?))).collect()
    };
    let rate = by_calls(|step| Some(step.calls_per_second));
    let cpu = by_calls(|step| Some(step.cpu_per_call.as_secs_f64() * 1e3));
    let resident = by_calls(|step| step.resident_bytes.map(|bytes| mebibytes(bytes as f64)));
    for (name, points) in [
        ("component-ms", &ours),
        ("native-ms", &theirs),
        ("guest-memory-mib", &memory),
        ("calls-per-second", &rate),
        ("cpu-ms-per-call", &cpu),
        ("resident-mib", &resident),
    ] {
        println!("{}", json!({ "line": name, "points": points }));
    }
    let panel = |title, x, y, lines: &[(&'static str, &Points)]| Panel {
        title,
        x,
        y,
        lines: lines.iter().map(|(name, points)| Line { name, points: points.to_vec() }).collect(),
    };
    chart::write(
        file,
        &[
            panel("Time of a listing", "records", "ms", &[("component", &ours), ("serde_json, native", &theirs)]),
            panel("Memory of the guest", "records", "MiB", &[("linear memory", &memory)]),
            panel("Calls a second, service answers after 50 ms", "calls at one time", "1/s", &[("component", &rate)]),
            panel(
                "Processor and memory of the host",
                "calls at one time",
                "ms, MiB",
                &[("processor's ms a call", &cpu), ("resident MiB at most", &resident)],
            ),
        ],
    )
}

/// Milliseconds of the processor, of the component and of native code.
fn by_records() -> Result<(Points, Points)> {
    let (tokio, plugin) = (listing::current_thread()?, component::load()?);
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for (count, rounds) in RECORDS {
        let body = records::body(count);
        let client = component::replaying(&plugin, &body);
        let pairs = pairs(rounds, || listing::list(&tokio, &client), || native::decode(&body))?;
        let milliseconds = |costs: Vec<f64>| Ok::<_, anyhow::Error>(middle(costs.into_iter())?.0 * 1e3);
        ours.push((count as f64, milliseconds(pairs.ours())?));
        theirs.push((count as f64, milliseconds(pairs.theirs())?));
    }
    Ok((ours, theirs))
}

fn mebibytes(bytes: f64) -> f64 {
    bytes / (1 << 20) as f64
}
