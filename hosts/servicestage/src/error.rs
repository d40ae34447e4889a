//! Why a call failed. The documentation of each field and case is the WIT's.
#![expect(missing_docs, reason = "documented in the WIT")]

use std::fmt;

use component_runtime::Explanation;
use serde::Serialize;
use wasmtime::component::{ComponentType, Lift};

/// Why a call failed. It never contains a secret that the component was given.
#[derive(Clone, Debug, PartialEq, Eq, ComponentType, Lift, Serialize)]
#[component(record)]
pub struct Error {
    pub kind: ErrorKind,
    pub message: String,
    pub operation: String,
    #[component(name = "http-status")]
    pub http_status: Option<u16>,
    #[component(name = "vendor-code")]
    pub vendor_code: Option<String>,
    #[component(name = "vendor-message")]
    pub vendor_message: Option<String>,
    #[component(name = "request-id")]
    pub request_id: Option<String>,
    pub retryable: bool,
    pub attempts: u32,
}

/// What kind of failure an error is.
#[derive(Clone, Debug, PartialEq, Eq, ComponentType, Lift, Serialize)]
#[component(variant)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    #[component(name = "invalid-argument")]
    InvalidArgument(InvalidArgument),
    #[component(name = "denied")]
    Denied,
    #[component(name = "dns")]
    Dns,
    #[component(name = "refused")]
    Refused,
    #[component(name = "tls")]
    Tls,
    #[component(name = "reset")]
    Reset,
    #[component(name = "timeout")]
    Timeout(Timeout),
    #[component(name = "unauthenticated")]
    Unauthenticated,
    #[component(name = "clock-skew")]
    ClockSkew(ClockSkew),
    #[component(name = "forbidden")]
    Forbidden(Forbidden),
    #[component(name = "not-found")]
    NotFound,
    #[component(name = "throttled")]
    Throttled(Throttled),
    #[component(name = "rejected")]
    Rejected,
    #[component(name = "unavailable")]
    Unavailable,
    #[component(name = "redirected")]
    Redirected(Redirected),
    #[component(name = "too-large")]
    TooLarge(TooLarge),
    #[component(name = "cut-short")]
    CutShort,
    #[component(name = "undecodable")]
    Undecodable(Undecodable),
    #[component(name = "other")]
    Other(String),
}

/// Which argument is not valid.
#[derive(Clone, Debug, PartialEq, Eq, ComponentType, Lift, Serialize)]
#[component(record)]
pub struct InvalidArgument {
    pub argument: String,
    pub reason: String,
}

/// What took longer than allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ComponentType, Lift, Serialize)]
#[component(enum)]
#[repr(u8)]
#[serde(rename_all = "snake_case")]
pub enum Timeout {
    #[component(name = "connect")]
    Connect,
    #[component(name = "first-byte")]
    FirstByte,
    #[component(name = "between-bytes")]
    BetweenBytes,
    #[component(name = "call")]
    Call,
}

/// Both clocks of a signature that was out of date.
#[derive(Clone, Debug, PartialEq, Eq, ComponentType, Lift, Serialize)]
#[component(record)]
pub struct ClockSkew {
    #[component(name = "signed-at")]
    pub signed_at: u64,
    #[component(name = "server-time")]
    pub server_time: u64,
}

/// What the credentials lack.
#[derive(Clone, Debug, PartialEq, Eq, ComponentType, Lift, Serialize)]
#[component(record)]
pub struct Forbidden {
    pub permission: String,
    #[component(name = "depends-on")]
    pub depends_on: Vec<String>,
}

/// What the service says about waiting.
#[derive(Clone, Debug, PartialEq, Eq, ComponentType, Lift, Serialize)]
#[component(record)]
pub struct Throttled {
    #[component(name = "retry-after-ms")]
    pub retry_after_ms: Option<u64>,
}

/// Where a redirect points.
#[derive(Clone, Debug, PartialEq, Eq, ComponentType, Lift, Serialize)]
#[component(record)]
pub struct Redirected {
    pub location: Option<String>,
}

/// How much was allowed.
#[derive(Clone, Debug, PartialEq, Eq, ComponentType, Lift, Serialize)]
#[component(record)]
pub struct TooLarge {
    #[component(name = "limit-bytes")]
    pub limit_bytes: Option<u64>,
}

/// What could not be decoded.
#[derive(Clone, Debug, PartialEq, Eq, ComponentType, Lift, Serialize)]
#[component(record)]
pub struct Undecodable {
    pub path: String,
    pub expected: String,
}

impl InvalidArgument {
    /// An argument, and what is wrong with it.
    #[must_use]
    pub fn new(argument: &str, reason: impl Into<String>) -> Self {
        Self { argument: argument.to_owned(), reason: reason.into() }
    }
}

impl Error {
    /// The record of an argument that the host itself finds not to be valid, worded as the component words it.
    #[must_use]
    pub fn invalid_argument(operation: &str, invalid: InvalidArgument) -> Self {
        let InvalidArgument { argument, reason } = &invalid;
        let message = format!(
            "{operation} failed: the argument `{argument}` is not valid.\n`{argument}`: {reason}. (nothing was \
             sent)\nCorrect `{argument}`, then call again."
        );
        Self::unsent(operation, ErrorKind::InvalidArgument(invalid), message)
    }

    /// The record of what the component does not tell of: the host failed, or the machine.
    #[must_use]
    pub fn of_host(operation: &str, what: impl fmt::Display, next: &str) -> Self {
        let what = what.to_string();
        let message = format!("{operation} failed: the host could not make the call.\n{what}.\n{next}");
        Self::unsent(operation, ErrorKind::Other(what), message)
    }

    /// Returns the error of an output that cannot be written. The operation itself succeeded.
    #[must_use]
    pub fn of_output(operation: &str, error: impl fmt::Display, next: &str) -> Self {
        let message = format!("{operation} failed: the output cannot be written.\n{error}.\n{next}");
        Self::unsent(operation, ErrorKind::Other(format!("the output cannot be written: {error}")), message)
    }

    /// Returns the error of a machine that lacks what a call needs.
    #[must_use]
    pub fn of_machine(operation: &str, explanation: &Explanation) -> Self {
        let next = explanation.next().unwrap_or("Check the limits of this machine.");
        Self::of_host(operation, explanation.why().trim_end_matches('.'), next)
    }

    /// Adds why the last request failed. The component knows only a code.
    pub fn explain(&mut self, explanation: &Explanation) {
        let mut lines = self.message.splitn(3, '\n').map(str::to_owned);
        let mut line = || lines.next().unwrap_or_default();
        let (what, why, next) = (line(), line(), line());
        let next = explanation.next().unwrap_or(&next);
        self.message = format!("{what}\n{} {why}\n{next}", explanation.why());
    }

    fn unsent(operation: &str, kind: ErrorKind, message: String) -> Self {
        Self {
            kind,
            message,
            operation: operation.to_owned(),
            http_status: None,
            vendor_code: None,
            vendor_message: None,
            request_id: None,
            retryable: false,
            attempts: 0,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
