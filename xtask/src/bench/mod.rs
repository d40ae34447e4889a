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
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde_json::{Map, Value};

use crate::{build, shell, terraform};
use measure::Figure;

/// The options of the command.
pub struct Options {
    /// Fewer rounds.
    pub quick: bool,
    /// Keep the result for later runs to be compared with.
    pub save: bool,
    /// A mirror of the registry that holds a Go provider.
    pub mirror: Option<PathBuf>,
}

/// The figures by id, or why one was not measured.
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
    // Bytes in the unit of the figure.
    for (id, unit) in [("memory-1k", f64::from(1 << 20)), ("size", 1e3), ("size-gzip", 1e3)] {
        let bytes = counted.get(id).and_then(Value::as_f64).context("the harness counts something else")?;
        let value = bytes / unit;
        measured.insert(id, Ok(Figure { value, low: value, high: value, note: "the same at every run".to_owned() }));
    }
    within_a_process(&program, quick, &mut measured)?;
    processes::measure(quick, &mut measured)?;
    plan::measure(quick, options.mirror.as_deref(), &mut measured)?;
    python::measure(&mut measured);
    if !quick {
        draw(&program, &counted)?;
        match instructions(&program)? {
            Some(count) => {
                println!("A call of one record takes {count} instructions of host and component (callgrind).")
            }
            None => {
                println!("valgrind is not installed, so that instructions are counted in the component alone (fuel).")
            }
        }
    }
    report::report(&measured, options.save)
}

/// Builds a package alone, as what ships is built, and returns the program of that name.
fn build_release(package: &str, more: &[&str]) -> Result<PathBuf> {
    build::release(package, more)?;
    Ok(shell::program("release", package))
}

/// Instructions, memory and sizes, which are counted and not measured.
fn count() -> Result<Map<String, Value>> {
    let mut command = shell::command(shell::program("debug", "host-test"), &["count"]);
    shell::announce(format_args!("Count: {}", shell::words(&command)));
    Ok(serde_json::from_str(&shell::output(&mut command, REMEDY)?)?)
}

fn within_a_process(program: &Path, quick: bool, measured: &mut Measured) -> Result<()> {
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

/// The cost of one more call: the difference between a run of many and a run of one. `None` without valgrind.
fn instructions(program: &Path) -> Result<Option<u64>> {
    const MORE: u64 = 20;
    let count = |calls: u64| -> Result<Option<u64>> {
        let mut command = shell::command("valgrind", &["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
        command.arg(program).args(["calls", &calls.to_string(), "1"]);
        let Ok(output) = command.output() else { return Ok(None) };
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), shell::failed(&command, output.status, said.trim()));
        let collected = said.lines().find_map(|line| line.split_once("Collected : ")?.1.trim().parse().ok());
        collected.map(Some).with_context(|| format!("callgrind says {said:?}"))
    };
    let both = count(1)?.zip(count(1 + MORE)?);
    Ok(both.map(|(one, many)| many.saturating_sub(one) / MORE))
}

/// Draws how time and memory grow.
fn draw(program: &Path, counted: &Map<String, Value>) -> Result<()> {
    let steps = shell::target().join("bench/memory-steps.json");
    let memory = counted.get("memory-steps").context("the harness counts no steps")?;
    std::fs::write(&steps, serde_json::to_vec(memory)?)?;
    let mut command = shell::command(program, &["growth"]);
    command.args([steps.as_path(), "docs/growth.svg".as_ref()]);
    shell::run("Draw how it grows", &mut command, REMEDY)
}
