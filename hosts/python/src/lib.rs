//! The extension module of the Python package: the Rust client, and the command-line tool.
//!
//! # Layout
//! - `session`: a client for Python; `process`: what all clients of a process share
//! - `call`: one call while it is waited for: signals, and what is logged (`log`)
//! - `identity`: credentials that are passed; `idiom`: the words of Python in errors
//! - `shapes`: from the client's records to Python's; `failure`: the same for errors
//! - `fixture`: an answer in place of the network, for tests
//! - `tool`: the command-line tool
//!
//! The types that Python's programs see are written in Python, beside this folder.

#![deny(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod call;
mod failure;
mod fixture;
mod identity;
mod idiom;
mod log;
mod process;
mod session;
mod shapes;
mod tool;

use pyo3::pymodule;

#[pymodule]
mod _native {
    #[pymodule_export]
    use crate::call::Call;
    #[pymodule_export]
    use crate::failure::{CallFailed, invalid_argument};
    #[pymodule_export]
    use crate::process::end_handlers;
    #[pymodule_export]
    use crate::session::Session;
    #[pymodule_export]
    use crate::shapes::Shapes;
    #[pymodule_export]
    use crate::tool::tool;

    #[pymodule_export]
    #[expect(non_upper_case_globals, reason = "the name that Python's packages have for it")]
    const __version__: &str = env!("CARGO_PKG_VERSION");
}
