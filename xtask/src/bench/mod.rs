//! `cargo xtask bench`: how near the sandbox comes to being free, as one table of figures in one run.
//!
//! # Layout
//! - [`figures`]: what is measured, and what is to be reached; [`report`]: the table, `target/bench.json`, and the
//!   comparison with a saved run
//! - [`processes`]: the tool and the provider as whole processes; [`plan`]: under Terraform; [`python`]: that host
//! - what is measured within a process is measured by the member `bench`, and what is counted by `host-test`

mod figures;
mod plan;
mod processes;
mod python;
mod report;

/// As the member `bench` measures, so that both do the same.
#[path = "../../../bench/src/measure.rs"]
#[allow(dead_code, reason = "each of both uses a part")]
mod measure;

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde_json::{Map, Value};

use crate::{build, shell, terraform};
use measure::Figure;

/// What is asked for.
pub struct Options {
    /// Fewer rounds.
    pub quick: bool,
    /// Keep the result for later runs to be compared with.
    pub save: bool,
}

/// What was measured by id, or why it was not.
pub type Measured = BTreeMap<&'static str, Result<Figure, String>>;

const REMEDY: &str = "Its own words above say why.";

/// Builds what ships, measures everything, and prints the table.
pub fn bench(options: &Options) -> Result<()> {
    let quick = options.quick;
    build::build()?;
    terraform::terraform()?;
    let program = build_release("servicestage-bench", &[])?;

    let mut measured = Measured::new();
    let counted = count()?;
    for (id, unit) in [("memory-100k", 1.0), ("memory-filter", 1.0), ("size", 1e-3), ("size-gzip", 1e-3)] {
        let value = counted.get(id).and_then(Value::as_f64).context("the harness counts something else")?;
        let note = "the same at every run".to_owned();
        let (value, note) = (value * unit, note);
        measured.insert(id, Ok(Figure { value, low: value, high: value, note }));
    }
    within_a_process(&program, quick, &mut measured)?;
    processes::measure(quick, &mut measured)?;
    plan::measure(quick, &mut measured)?;
    python::measure(&mut measured);
    if !quick {
        draw(&program, &counted)?;
    }
    report::report(&measured, options.save)
}

/// Builds a package alone, as what ships is built, and returns the program of that name.
fn build_release(package: &str, more: &[&str]) -> Result<std::path::PathBuf> {
    let mut build = shell::cargo(&["build", "--release", "-p", package, "--no-default-features"]);
    shell::run("Build what measures", build.args(more), "The compiler says why above.")?;
    Ok(shell::program("release", package))
}

/// Instructions, memory and sizes, which are counted and not measured.
fn count() -> Result<Map<String, Value>> {
    let mut command = shell::command(shell::program("debug", "host-test"), &["count"]);
    shell::announce(format_args!("Count: {}", shell::words(&command)));
    Ok(serde_json::from_str(&shell::output(&mut command, REMEDY)?)?)
}

fn within_a_process(program: &std::path::Path, quick: bool, measured: &mut Measured) -> Result<()> {
    let mut command = shell::command(program, &["figures"]);
    command.args(quick.then_some("--quick"));
    shell::announce(format_args!("Measure within a process: {}", shell::words(&command)));
    for line in shell::output(&mut command, REMEDY)?.lines() {
        let found: Value = serde_json::from_str(line)?;
        let id =
            figures::find(found["id"].as_str().unwrap_or_default()).context("it measures what nobody asked for")?;
        let number = |name: &str| found[name].as_f64().with_context(|| format!("{line} has no {name}"));
        let note = found["note"].as_str().unwrap_or_default().to_owned();
        let figure = Figure { value: number("value")?, low: number("low")?, high: number("high")?, note };
        measured.insert(id.id, Ok(figure));
    }
    Ok(())
}

/// Draws how time and memory grow.
fn draw(program: &std::path::Path, counted: &Map<String, Value>) -> Result<()> {
    let steps = shell::target().join("bench/memory-steps.json");
    let memory = counted.get("memory-steps").context("the harness counts no steps")?;
    std::fs::write(&steps, serde_json::to_vec(memory)?)?;
    let mut command = shell::command(program, &["growth"]);
    command.args([steps.as_path(), "docs/growth.svg".as_ref()]);
    shell::run("Draw how it grows", &mut command, REMEDY)
}
