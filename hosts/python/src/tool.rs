//! The command-line tool, which the wheel installs as `servicestage`.

use std::ffi::OsString;

use pyo3::prelude::*;

/// Runs the tool with these arguments, of which the first names it, and returns its exit code.
#[pyfunction]
pub fn tool(py: Python<'_>, arguments: Vec<OsString>) -> u8 {
    py.detach(|| servicestage_cli::run(arguments))
}
