//! The extension module of the Python package: the Rust client, and the command-line tool.
//!
//! # Layout
//! - `session`: a client for Python; `process`: what all clients of a process share
//! - `call`: one call while it is waited for: signals, and what is logged (`log`)
//! - `identity`: credentials that are passed; `wording`: how errors name arguments in Python
//! - `records`: from the client's records to Python's; `failure`: the same for errors
//! - this file: the command-line tool, which the wheel installs as `servicestage`
//!
//! The types that Python's programs see are written in Python, beside this folder.

#![deny(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod call;
mod failure;
mod identity;
mod log;
mod process;
mod records;
mod session;
mod wording;

use std::ffi::OsString;
use std::panic::catch_unwind;

use pyo3::prelude::*;

#[pymodule]
mod _native {
    #[pymodule_export]
    use super::tool;
    #[pymodule_export]
    use crate::call::Call;
    #[pymodule_export]
    use crate::failure::{CallFailed, invalid_argument, printable_lines};
    #[pymodule_export]
    use crate::process::end_handlers;
    #[pymodule_export]
    use crate::records::RecordTypes;
    #[pymodule_export]
    use crate::session::Session;

    #[pymodule_export]
    #[expect(non_upper_case_globals, reason = "the name that Python's packages have for it")]
    const __version__: &str = env!("CARGO_PKG_VERSION");
}

/// The exit code of a Rust program that panics.
const PANICKED: u8 = 101;

/// Runs the tool with these arguments, of which the first names it, and returns its exit code.
#[pyfunction]
fn tool(py: Python<'_>, arguments: Vec<OsString>) -> u8 {
    py.detach(|| catch_unwind(|| servicestage_cli::run(arguments)).unwrap_or(PANICKED))
}
