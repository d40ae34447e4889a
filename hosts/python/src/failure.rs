//! Errors on their way to Python.

use component_runtime::printable;
use pyo3::create_exception;
use pyo3::exceptions::PyException;
use pyo3::prelude::*;
use servicestage::error::{Error, InvalidArgument, of_host};

create_exception!(
    servicestage_pipelines._native,
    CallFailed,
    PyException,
    "A call failed. The argument is the error record as JSON."
);

/// Returns the exception with this record.
pub fn failed(error: &Error) -> PyErr {
    match serde_json::to_string(error) {
        Ok(json) => CallFailed::new_err(json),
        Err(unwritten) => PyException::new_err(unwritten.to_string()),
    }
}

/// Returns the exception for a fault of this package's own modules.
pub fn unreadable(error: &serde_json::Error) -> PyErr {
    failed(&of_host("list-pipelines", error, "Report this message."))
}

/// Returns the record of an argument that is not valid, as JSON.
#[pyfunction]
pub fn invalid_argument(operation: &str, argument: &str, reason: &str) -> PyResult<String> {
    let error = Error::invalid_argument(operation, InvalidArgument::new(argument, reason));
    serde_json::to_string(&error).map_err(|unwritten| PyException::new_err(unwritten.to_string()))
}

/// Returns text that others wrote, safe to print, with its lines.
#[pyfunction]
#[pyo3(name = "printable")]
pub fn printable_lines(text: &str) -> String {
    printable::lines(text)
}
