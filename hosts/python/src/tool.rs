//! The command-line tool, which the wheel installs as `servicestage`.

use std::ffi::OsString;
use std::panic::catch_unwind;

use pyo3::prelude::*;

/// The exit code of a Rust program that panics.
const PANICKED: u8 = 101;

/// Runs the tool with these arguments, of which the first names it, and returns its exit code.
#[pyfunction]
pub fn tool(py: Python<'_>, arguments: Vec<OsString>) -> u8 {
    py.detach(|| catch_unwind(|| servicestage_cli::run(arguments)).unwrap_or(PANICKED))
}
