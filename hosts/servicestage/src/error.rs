//! Why a call failed: the component's record, and how the host's own failures become one.

use std::fmt;

use component_runtime::Explanation;

pub use model::error::{
    ClockSkew, Error, ErrorKind, Forbidden, InvalidArgument, Redirected, Throttled, Timeout, TooLarge, Undecodable,
};

use model::error::message;

/// Returns the record of a failure that the component does not report: one of the host or of the machine.
#[must_use]
pub fn of_host(operation: &str, what: impl fmt::Display, next: &str) -> Error {
    let what = what.to_string();
    let message = message(operation, "the host could not make the call", &format!("{what}."), next);
    Error::unsent(operation, ErrorKind::Other(what), message)
}

/// Returns the error of an output that cannot be written. The operation itself succeeded.
#[must_use]
pub fn of_output(operation: &str, error: impl fmt::Display, next: &str) -> Error {
    let message = message(operation, "the output cannot be written", &format!("{error}."), next);
    Error::unsent(operation, ErrorKind::Other(format!("the output cannot be written: {error}")), message)
}

/// Returns the error of a machine that lacks what a call needs.
#[must_use]
pub fn of_machine(operation: &str, explanation: &Explanation) -> Error {
    let next = explanation.advice().unwrap_or("Check the limits of this machine.");
    of_host(operation, explanation.reason().trim_end_matches('.'), next)
}

/// Adds why the last request failed. The component knows only a code.
pub fn explain(error: &mut Error, explanation: &Explanation) {
    let mut lines = error.message.splitn(3, '\n').map(str::to_owned);
    let mut line = || lines.next().unwrap_or_default();
    let (what, why, next) = (line(), line(), line());
    let next = explanation.advice().unwrap_or(&next);
    error.message = format!("{what}\n{} {why}\n{next}", explanation.reason());
}
