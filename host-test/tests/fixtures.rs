//! Every fixture is a test: a folder without one cannot exist.

use std::fs::OpenOptions;
use std::io::Write;

use host_test::case::{Case, folders};
use host_test::run::{load, run};
use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let arguments = Arguments::from_args();
    let plugin = load().unwrap_or_else(|error| panic!("{error:#}"));
    let folders = folders().unwrap_or_else(|error| panic!("{error:#}"));
    assert!(!folders.is_empty(), "there is no fixture");
    let tests = folders
        .into_iter()
        .map(|folder| {
            let plugin = plugin.clone();
            let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
            Trial::test(name, move || {
                let case = Case::read(&folder).map_err(|error| Failed::from(format!("{error:#}")))?;
                run(&plugin, &case).map_err(|error| Failed::from(format!("{error:#}")))?;
                Ok(tell_passed(&case.name)?)
            })
        })
        .collect();
    libtest_mimic::run(&arguments, tests).exit();
}

/// Tells it for the conformance matrix: a JSON object a line, in the file that `CONFORMANCE` names.
fn tell_passed(fixture: &str) -> std::io::Result<()> {
    let Some(file) = std::env::var_os("CONFORMANCE") else { return Ok(()) };
    let line = serde_json::json!({ "fixture": fixture, "host": "rust", "result": "passed" });
    // In one write: cases run side by side.
    OpenOptions::new().append(true).create(true).open(file)?.write_all(format!("{line}\n").as_bytes())
}
