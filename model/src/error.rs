//! Why a call failed.
#![expect(missing_docs, reason = "documented in the WIT")]

use std::fmt;

use serde::Serialize;
#[cfg(feature = "wasmtime")]
use wasmtime::component::{ComponentType, Lift};

/// Why a call failed. It never contains a secret that the component was given.
///
/// ```
/// use model::error::{Error, InvalidArgument};
///
/// let error = Error::invalid_argument("find-project", InvalidArgument::new("region", "it is missing"));
/// assert_eq!(
///     error.to_string(),
///     "find-project failed: the argument `region` is not valid.\n\
///      `region`: it is missing. (nothing was sent)\n\
///      Correct `region`, then call again."
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "wasmtime", derive(ComponentType, Lift), component(record))]
pub struct Error {
    pub kind: ErrorKind,
    pub message: String,
    pub operation: String,
    #[cfg_attr(feature = "wasmtime", component(name = "http-status"))]
    pub http_status: Option<u16>,
    #[cfg_attr(feature = "wasmtime", component(name = "vendor-code"))]
    pub vendor_code: Option<String>,
    #[cfg_attr(feature = "wasmtime", component(name = "vendor-message"))]
    pub vendor_message: Option<String>,
    #[cfg_attr(feature = "wasmtime", component(name = "request-id"))]
    pub request_id: Option<String>,
    pub retryable: bool,
    pub attempts: u32,
}

/// The kind of a failure.
///
/// ```
/// use model::error::{ErrorKind, Throttled};
///
/// let kind = ErrorKind::Throttled(Throttled { retry_after_ms: Some(1500) });
/// assert_eq!(serde_json::to_string(&kind)?, r#"{"throttled":{"retry_after_ms":1500}}"#);
/// assert_eq!(serde_json::to_string(&ErrorKind::CutShort)?, r#""cut_short""#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "wasmtime", derive(ComponentType, Lift), component(variant))]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    #[cfg_attr(feature = "wasmtime", component(name = "invalid-argument"))]
    InvalidArgument(InvalidArgument),
    #[cfg_attr(feature = "wasmtime", component(name = "denied"))]
    Denied,
    #[cfg_attr(feature = "wasmtime", component(name = "dns"))]
    Dns,
    #[cfg_attr(feature = "wasmtime", component(name = "refused"))]
    Refused,
    #[cfg_attr(feature = "wasmtime", component(name = "tls"))]
    Tls,
    #[cfg_attr(feature = "wasmtime", component(name = "reset"))]
    Reset,
    #[cfg_attr(feature = "wasmtime", component(name = "timeout"))]
    Timeout(Timeout),
    #[cfg_attr(feature = "wasmtime", component(name = "unauthenticated"))]
    Unauthenticated,
    #[cfg_attr(feature = "wasmtime", component(name = "clock-skew"))]
    ClockSkew(ClockSkew),
    #[cfg_attr(feature = "wasmtime", component(name = "forbidden"))]
    Forbidden(Forbidden),
    #[cfg_attr(feature = "wasmtime", component(name = "not-found"))]
    NotFound,
    #[cfg_attr(feature = "wasmtime", component(name = "throttled"))]
    Throttled(Throttled),
    #[cfg_attr(feature = "wasmtime", component(name = "rejected"))]
    Rejected,
    #[cfg_attr(feature = "wasmtime", component(name = "unavailable"))]
    Unavailable,
    #[cfg_attr(feature = "wasmtime", component(name = "redirected"))]
    Redirected(Redirected),
    #[cfg_attr(feature = "wasmtime", component(name = "too-large"))]
    TooLarge(TooLarge),
    #[cfg_attr(feature = "wasmtime", component(name = "cut-short"))]
    CutShort,
    #[cfg_attr(feature = "wasmtime", component(name = "undecodable"))]
    Undecodable(Undecodable),
    #[cfg_attr(feature = "wasmtime", component(name = "other"))]
    Other(String),
}

/// The argument that is not valid, and the reason.
///
/// ```
/// use model::error::InvalidArgument;
///
/// let invalid = InvalidArgument::new("region", "it is missing");
/// assert_eq!((invalid.argument.as_str(), invalid.reason.as_str()), ("region", "it is missing"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "wasmtime", derive(ComponentType, Lift), component(record))]
pub struct InvalidArgument {
    pub argument: String,
    pub reason: String,
}

/// The part of a call that took longer than allowed.
///
/// ```
/// use model::error::{ErrorKind, Timeout};
///
/// let kind = ErrorKind::Timeout(Timeout::FirstByte);
/// assert_eq!(serde_json::to_string(&kind)?, r#"{"timeout":"first_byte"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "wasmtime", derive(ComponentType, Lift), component(enum))]
#[repr(u8)]
#[serde(rename_all = "snake_case")]
pub enum Timeout {
    #[cfg_attr(feature = "wasmtime", component(name = "connect"))]
    Connect,
    #[cfg_attr(feature = "wasmtime", component(name = "first-byte"))]
    FirstByte,
    #[cfg_attr(feature = "wasmtime", component(name = "between-bytes"))]
    BetweenBytes,
    #[cfg_attr(feature = "wasmtime", component(name = "call"))]
    Call,
}

/// Both clocks of a signature that was out of date.
///
/// ```
/// use model::error::ClockSkew;
///
/// let skew = ClockSkew { signed_at: 1_739_865_312_000, server_time: 1_739_866_512_000 };
/// assert_eq!((skew.server_time - skew.signed_at) / 60_000, 20);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "wasmtime", derive(ComponentType, Lift), component(record))]
pub struct ClockSkew {
    #[cfg_attr(feature = "wasmtime", component(name = "signed-at"))]
    pub signed_at: u64,
    #[cfg_attr(feature = "wasmtime", component(name = "server-time"))]
    pub server_time: u64,
}

/// The permissions that the credentials lack.
///
/// ```
/// use model::error::Forbidden;
///
/// let forbidden = Forbidden { permission: "servicestage:pipeline:list".to_owned(), depends_on: Vec::new() };
/// let json = serde_json::to_string(&forbidden)?;
/// assert_eq!(json, r#"{"permission":"servicestage:pipeline:list","depends_on":[]}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "wasmtime", derive(ComponentType, Lift), component(record))]
pub struct Forbidden {
    pub permission: String,
    #[cfg_attr(feature = "wasmtime", component(name = "depends-on"))]
    pub depends_on: Vec<String>,
}

/// How long the service asks to wait.
///
/// ```
/// use model::error::Throttled;
///
/// assert_eq!(serde_json::to_string(&Throttled { retry_after_ms: None })?, r#"{"retry_after_ms":null}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "wasmtime", derive(ComponentType, Lift), component(record))]
pub struct Throttled {
    #[cfg_attr(feature = "wasmtime", component(name = "retry-after-ms"))]
    pub retry_after_ms: Option<u64>,
}

/// Where a redirect points.
///
/// ```
/// use model::error::{ErrorKind, Redirected};
///
/// let kind = ErrorKind::Redirected(Redirected { location: Some("https://example.com/".to_owned()) });
/// assert_eq!(serde_json::to_string(&kind)?, r#"{"redirected":{"location":"https://example.com/"}}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "wasmtime", derive(ComponentType, Lift), component(record))]
pub struct Redirected {
    pub location: Option<String>,
}

/// How much was allowed.
///
/// ```
/// use model::error::TooLarge;
///
/// assert_eq!(serde_json::to_string(&TooLarge { limit_bytes: Some(64 << 20) })?, r#"{"limit_bytes":67108864}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "wasmtime", derive(ComponentType, Lift), component(record))]
pub struct TooLarge {
    #[cfg_attr(feature = "wasmtime", component(name = "limit-bytes"))]
    pub limit_bytes: Option<u64>,
}

/// The value that could not be decoded.
///
/// ```
/// use model::error::Undecodable;
///
/// let undecodable = Undecodable { path: "$.pipelines[2].status".to_owned(), expected: "a number".to_owned() };
/// assert_eq!(format!("{}: {}", undecodable.path, undecodable.expected), "$.pipelines[2].status: a number");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "wasmtime", derive(ComponentType, Lift), component(record))]
pub struct Undecodable {
    pub path: String,
    pub expected: String,
}

impl Error {
    /// Returns the error of an operation for which no request was sent.
    #[must_use]
    pub fn unsent(operation: &str, kind: ErrorKind, message: String) -> Self {
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

    /// Returns the error of an argument that is not valid, for which no request was sent.
    #[must_use]
    pub fn invalid_argument(operation: &str, invalid: InvalidArgument) -> Self {
        let cause = format!("{} (nothing was sent)", invalid.cause());
        let message = message(operation, &invalid.summary(), &cause, &invalid.advice());
        Self::unsent(operation, ErrorKind::InvalidArgument(invalid), message)
    }
}

/// The sentence of an error whose next attempt would come too late. The component names the argument as the WIT does.
pub const TOO_LATE: &str = "Not tried again: the next attempt would be due after the end of `call-timeout-ms`.";

/// Returns a message of three lines: what happened, why as far as it is known, and what to do next.
///
/// ```
/// let message = model::error::message("find-project", "the TLS handshake failed", "(nothing was sent)", "Try again.");
/// assert_eq!(message, "find-project failed: the TLS handshake failed.\n(nothing was sent)\nTry again.");
/// ```
#[must_use]
pub fn message(operation: &str, summary: &str, cause: &str, advice: &str) -> String {
    format!("{operation} failed: {summary}.\n{cause}\n{advice}")
}

impl InvalidArgument {
    /// Returns the record of an argument, named as in the WIT, and a reason. The reason must not hold a secret.
    #[must_use]
    pub fn new(argument: &str, reason: impl Into<String>) -> Self {
        Self { argument: argument.to_owned(), reason: reason.into() }
    }

    /// Returns the message of an operation that failed for this reason, after requests were sent.
    #[must_use]
    pub fn message(&self, operation: &str) -> String {
        message(operation, &self.summary(), &self.cause(), &self.advice())
    }

    /// Returns what happened, for the first line of a message.
    #[must_use]
    pub fn summary(&self) -> String {
        format!("the argument `{}` is not valid", self.argument)
    }

    /// Returns the reason, for the second line of a message.
    #[must_use]
    pub fn cause(&self) -> String {
        format!("`{}`: {}.", self.argument, self.reason)
    }

    /// Returns what to do next, for the third line of a message.
    #[must_use]
    pub fn advice(&self) -> String {
        format!("Correct `{}`, then call again.", self.argument)
    }
}

impl Timeout {
    /// Returns the case of this number, by which components pass it. wit-bindgen looks for a function of this name.
    #[doc(hidden)]
    #[must_use]
    pub fn _lift(case: u8) -> Self {
        match case {
            0 => Self::Connect,
            1 => Self::FirstByte,
            2 => Self::BetweenBytes,
            _ => Self::Call,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
