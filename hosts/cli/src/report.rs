//! Errors, and the exit codes that scripts see.

use component_runtime::{Explanation, Grant};
use servicestage::error::{self, Error, ErrorKind, InvalidArgument};
use servicestage::wording;

use crate::args::output::OutputFormat;
use crate::policy::Flags;
use crate::{stdio, text};

/// Reports an error on stderr, as text or JSON, and returns its exit code.
pub fn report(error: &Error, output: OutputFormat) -> u8 {
    let text = if output.is_json() {
        text::json(&serde_json::to_string(error).unwrap_or_default())
    } else {
        format!("error: {}", text::lines(&error.message))
    };
    stdio::tell(&format!("{text}\n"));
    exit_code(error)
}

/// The kind decides before `retryable` does: wrong credentials stay wrong.
fn exit_code(error: &Error) -> u8 {
    match error.kind {
        ErrorKind::InvalidArgument(_) => 2,
        ErrorKind::Unauthenticated | ErrorKind::ClockSkew(_) => 3,
        ErrorKind::Denied | ErrorKind::Forbidden(_) => 4,
        ErrorKind::NotFound => 5,
        _ if error.retryable => 6,
        _ => 1,
    }
}

/// An argument that the tool itself cannot read.
pub fn invalid(argument: &str, reason: impl Into<String>) -> InvalidArgument {
    InvalidArgument::new(argument, reason)
}

/// The record of an argument that is not valid, in the words of the command line.
pub fn invalid_argument(operation: &'static str, invalid: InvalidArgument) -> Box<Error> {
    refused(&Flags { of_file: Grant::default(), operation, filters: None, variables: vec![] }, invalid)
}

/// The same, named by the flag or the variable that it came from.
pub fn refused(flags: &Flags, invalid: InvalidArgument) -> Box<Error> {
    let mut error = Box::new(Error::invalid_argument(flags.operation, invalid));
    wording::translate(flags, &mut error);
    error
}

/// Returns the error of a machine that lacks what the tool needs.
pub fn of_machine(operation: &str, explanation: &Explanation) -> Box<Error> {
    Box::new(error::of_machine(operation, explanation))
}

#[cfg(test)]
mod tests {
    use servicestage::error::{ClockSkew, Forbidden, Throttled, Timeout};

    use super::*;

    #[test]
    fn the_kind_decides_before_retryable() {
        let cases = [
            (ErrorKind::InvalidArgument(invalid("a", "b")), false, 2),
            (ErrorKind::Unauthenticated, true, 3),
            (ErrorKind::ClockSkew(ClockSkew { signed_at: 0, server_time: 1 }), false, 3),
            (ErrorKind::Denied, false, 4),
            (ErrorKind::Forbidden(Forbidden { permission: String::new(), depends_on: vec![] }), false, 4),
            (ErrorKind::NotFound, true, 5),
            (ErrorKind::Throttled(Throttled { retry_after_ms: None }), true, 6),
            (ErrorKind::Timeout(Timeout::Call), true, 6),
            (ErrorKind::Unavailable, false, 1),
            (ErrorKind::Other(String::new()), false, 1),
        ];
        for (kind, retryable, expected) in cases {
            let error = Error { kind, retryable, ..error::of_host("", "", "") };
            assert_eq!(exit_code(&error), expected, "{error:?}");
        }
    }
}
