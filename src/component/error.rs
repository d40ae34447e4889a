//! An error, as `pipelines` returns it.

#![expect(dead_code, reason = "a host reads it")]

use crate::abi::{List, Text};
use crate::error;
use crate::layout::Maybe;

#[repr(C)]
pub(super) struct Error {
    kind: ErrorKind,
    message: Text,
    operation: Text,
    http_status: Maybe<u16>,
    vendor_code: Maybe<Text>,
    vendor_message: Maybe<Text>,
    request_id: Maybe<Text>,
    retryable: bool,
    attempts: u32,
}

#[repr(C, u8)]
enum ErrorKind {
    InvalidArgument(InvalidArgument),
    Denied,
    Dns,
    Refused,
    Tls,
    Reset,
    Timeout(Timeout),
    Unauthenticated,
    ClockSkew(ClockSkew),
    Forbidden(Forbidden),
    NotFound,
    Throttled(Maybe<u64>),
    Rejected,
    Unavailable,
    Redirected(Maybe<Text>),
    TooLarge(Maybe<u64>),
    CutShort,
    Undecodable(Undecodable),
    Other(Text),
}

#[repr(C)]
struct InvalidArgument {
    argument: Text,
    reason: Text,
}

#[repr(u8)]
enum Timeout {
    Connect,
    FirstByte,
    BetweenBytes,
    Call,
}

#[repr(C)]
struct ClockSkew {
    signed_at: u64,
    server_time: u64,
}

#[repr(C)]
struct Forbidden {
    permission: Text,
    depends_on: List<Text>,
}

#[repr(C)]
struct Undecodable {
    path: Text,
    expected: Text,
}

impl From<Box<error::Error>> for Error {
    fn from(error: Box<error::Error>) -> Self {
        Self {
            kind: error.kind.into(),
            message: error.message.into(),
            operation: error.operation.into(),
            http_status: Maybe::of(error.http_status),
            vendor_code: Maybe::of(error.vendor_code),
            vendor_message: Maybe::of(error.vendor_message),
            request_id: Maybe::of(error.request_id),
            retryable: error.retryable,
            attempts: error.attempts,
        }
    }
}

impl From<error::ErrorKind> for ErrorKind {
    fn from(kind: error::ErrorKind) -> Self {
        use error::ErrorKind as K;
        match kind {
            K::InvalidArgument { argument, reason } => {
                Self::InvalidArgument(InvalidArgument { argument: argument.into(), reason: reason.into() })
            }
            K::Denied => Self::Denied,
            K::Dns => Self::Dns,
            K::Refused => Self::Refused,
            K::Tls => Self::Tls,
            K::Reset => Self::Reset,
            K::Timeout(timeout) => Self::Timeout(timeout.into()),
            K::Unauthenticated => Self::Unauthenticated,
            K::ClockSkew { signed_at, server_time } => Self::ClockSkew(ClockSkew { signed_at, server_time }),
            K::Forbidden { permission, depends_on } => {
                let depends_on = depends_on.into_iter().map(Into::into).collect::<Vec<_>>();
                Self::Forbidden(Forbidden { permission: permission.into(), depends_on: depends_on.into() })
            }
            K::NotFound => Self::NotFound,
            K::Throttled { retry_after_ms } => Self::Throttled(Maybe::of(retry_after_ms)),
            K::Rejected => Self::Rejected,
            K::Unavailable => Self::Unavailable,
            K::Redirected { location } => Self::Redirected(Maybe::of(location)),
            K::TooLarge { limit_bytes } => Self::TooLarge(Maybe::of(limit_bytes)),
            K::CutShort => Self::CutShort,
            K::Undecodable { path, expected } => {
                Self::Undecodable(Undecodable { path: path.into(), expected: expected.into() })
            }
            K::Other(text) => Self::Other(text.into()),
        }
    }
}

impl From<error::Timeout> for Timeout {
    fn from(timeout: error::Timeout) -> Self {
        match timeout {
            error::Timeout::Connect => Self::Connect,
            error::Timeout::FirstByte => Self::FirstByte,
            error::Timeout::BetweenBytes => Self::BetweenBytes,
            error::Timeout::Call => Self::Call,
        }
    }
}
