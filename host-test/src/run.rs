//! Calls the component as a case says, and compares.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use component_runtime::{Plugin, Runtime, Stack};
use serde_json::{Value, json};
use servicestage::Exports;
use servicestage::types::Listing;

use crate::case::{Case, Operation};
use crate::replay::Replay;

/// Where `cargo xtask component` writes the component.
#[must_use]
pub fn component_path() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../target/component/servicestage.wasm"))
}

/// Loads the component.
///
/// # Errors
/// It is not built, or does not load.
pub fn load() -> Result<Plugin> {
    let path = component_path();
    let wasm = std::fs::read(path).with_context(|| format!("{}: run `cargo xtask component`", path.display()))?;
    Ok(Runtime::new(component_runtime::Limits::default())?.compile(&wasm)?)
}

/// Runs a case in virtual time.
///
/// # Errors
/// The result or a request differs from the fixture. The message holds what the component sent.
pub fn run(plugin: &Plugin, case: &Case) -> Result<()> {
    let functions: &[&str] = match case.operation {
        Operation::ListPipelines => &["list-pipelines", "list-pipelines-json"],
        Operation::FindProject => &["find-project"],
    };
    let runtime = virtual_time()?;
    for function in functions {
        runtime.block_on(check(plugin, case, function))?;
    }
    Ok(())
}

/// The component's result of the answers of a case, whatever it asks, in virtual time.
///
/// # Errors
/// The component could not be called.
pub fn replay(plugin: &Plugin, case: &Case) -> Result<Value> {
    let client = Exports::new(plugin.clone(), Stack::new(vec![Arc::new(Replay::of(case))]));
    virtual_time()?.block_on(result(&client, case, "list-pipelines"))
}

fn virtual_time() -> Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build()?)
}

async fn check(plugin: &Plugin, case: &Case, function: &str) -> Result<()> {
    let replay = Arc::new(Replay::of(case));
    let client = Exports::new(plugin.clone(), Stack::new(vec![replay.clone()]));
    let result = result(&client, case, function).await?;
    let seen = replay.seen();
    let mut problems = seen.problems;
    if result != case.expected {
        problems.push(format!(
            "the result differs\nexpected: {}\nreceived: {}",
            serde_json::to_string_pretty(&case.expected)?,
            serde_json::to_string_pretty(&result)?
        ));
    }
    if problems.is_empty() {
        return Ok(());
    }
    bail!("{}: {}\ncalled: {function}\n{}\nsent:\n{}", case.name, case.shows, problems.join("\n"), seen.sent.join("\n"))
}

/// The result in the form of `expected.json`.
async fn result(client: &Exports, case: &Case, function: &str) -> Result<Value> {
    let (connection, query, clock) = (case.connection.clone(), case.query.clone(), case.clock);
    let result = match function {
        "list-pipelines" => client
            .call::<_, Listing>(function, clock, (connection, query))
            .await
            .map(|listing| serde_json::to_value(&listing).map(|listing| json!({ "listing": listing }))),
        "list-pipelines-json" => client
            .call::<_, String>(function, clock, (connection, query))
            .await
            .map(|text| serde_json::from_str::<Value>(&text).map(|listing| json!({ "listing": listing }))),
        _ => client.call::<_, String>(function, clock, (connection,)).await.map(|id| Ok(json!({ "project": id }))),
    };
    match result {
        Ok(value) => Ok(value?),
        Err(error) => Ok(json!({ "error": *error })),
    }
}
