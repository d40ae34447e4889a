//! The Python host, by the measurements that lie beside its tests.

use anyhow::Result;
use serde_json::Value;

use super::measure::Figure;
use super::{Measured, REMEDY};
use crate::{python, shell};

/// Measures both, or says why not.
pub fn measure(measured: &mut Measured) {
    let found = reported().map_err(|error| format!("{error:#}"));
    for (id, note) in [("python", "from request to records"), ("vs-sdk", "in turns")] {
        let figure = found.as_ref().map_err(Clone::clone).and_then(|found| {
            let value = found[id].as_f64().ok_or_else(|| format!("tests/bench.py prints no {id}"))?;
            Ok(Figure { value, low: value, high: value, note: note.to_owned() })
        });
        measured.insert(id, figure);
    }
}

/// The medians, by id.
fn reported() -> Result<Value> {
    let mut command = python::benchmark()?;
    shell::announce(format_args!("Measure the Python host: {}", shell::words(&command)));
    Ok(serde_json::from_str(&shell::output(&mut command, REMEDY)?)?)
}
