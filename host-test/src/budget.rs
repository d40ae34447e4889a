//! Figures that must not grow: instructions, memory and size, each for a fixed input, so that they repeat exactly.

use std::io::Write as _;

use anyhow::Result;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Map, Value, json};
use servicestage::types::{Connection, Listing, Term};

use crate::bare::{BareEngine, Metering, ResourceUse};
use crate::records;
use crate::run::component_path;

/// Of the names of the records, this part is in ten.
const OF_TEN: &str = "-00000";

/// The steps of the answers whose memory is drawn.
const STEPS: [usize; 9] = [1, 3, 10, 30, 100, 300, 1000, 3000, 10_000];

/// Returns the counts that are checked at every change, by name: instructions of calls and bytes of the component.
///
/// # Errors
/// The component is not built, or does not list.
pub async fn checked() -> Result<Map<String, Value>> {
    let bare = BareEngine::load(Metering::Fuel)?;
    let mut found = Map::new();
    for (name, records, json, query) in [
        ("fuel-1", 1, false, vec![]),
        ("fuel-1k", 1000, false, vec![]),
        ("fuel-1k-json", 1000, true, vec![]),
        ("fuel-1k-filter", 1000, false, vec![Term::NameContains(OF_TEN.to_owned())]),
    ] {
        let used = if json {
            bare.list::<String>("list-pipelines-json", connection(), query, records::body(records)).await?.1
        } else {
            list(&bare, records, query).await?.1
        };
        found.insert(name.to_owned(), json!(used.fuel));
        if name == "fuel-1k" {
            found.insert("memory-1k".to_owned(), json!(used.memory_bytes));
        }
    }
    let wasm = std::fs::read(component_path())?;
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(&wasm)?;
    found.insert("size".to_owned(), json!(wasm.len()));
    found.insert("size-gzip".to_owned(), json!(gzip.finish()?.len()));
    Ok(found)
}

/// The same, and the memory of larger and larger answers: `memory-steps`, as `[records, bytes]`.
///
/// # Errors
/// The component is not built, or does not list.
pub async fn all() -> Result<Map<String, Value>> {
    let mut found = checked().await?;
    let bare = BareEngine::load(Metering::None)?;
    let mut steps = Vec::new();
    for records in STEPS {
        let (_, used) = list(&bare, records, vec![]).await?;
        steps.push(json!([records, used.memory_bytes]));
    }
    found.insert("memory-steps".to_owned(), Value::Array(steps));
    Ok(found)
}

async fn list(bare: &BareEngine, records: usize, query: Vec<Term>) -> Result<(Listing, ResourceUse)> {
    bare.list("list-pipelines", connection(), query, records::body(records)).await
}

fn connection() -> Connection {
    Connection {
        endpoint: Some("http://127.0.0.1:9".to_owned()),
        project_id: Some("0123456789abcdef0123456789abcdef".to_owned()),
        ..Connection::default()
    }
}
