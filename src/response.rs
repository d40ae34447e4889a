//! The parts of a response that the component reads.

use http::StatusCode;

use crate::failure::Failure;

/// A response.
pub struct Response {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: Headers,
    /// The whole body of a success; of any other response the beginning, which may explain it. An error: the body broke
    /// off, took too long, or is too large.
    pub body: Result<Vec<u8>, Failure>,
}

/// The only headers of a response that mean anything here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers {
    /// `X-Request-Id`, or IAM's `X-IAM-Trace-Id`.
    pub request_id: Option<String>,
    /// `Retry-After`.
    pub retry_after: Option<String>,
    /// `Date`.
    pub date: Option<String>,
    /// `Location`.
    pub location: Option<String>,
    /// `Content-Encoding`.
    pub content_encoding: Option<String>,
    /// `Content-Type`.
    pub content_type: Option<String>,
}

impl Headers {
    /// Looks the headers up by their names, which are in lower case. Each look-up is a call of the host, so headers that
    /// explain only failures are not looked up for a success.
    pub fn look_up(status: StatusCode, value_of: impl Fn(&str) -> Option<String>) -> Self {
        let value_of = |name| value_of(name).filter(|value| !value.is_empty());
        let of_failure = |name| if status == StatusCode::OK { None } else { value_of(name) };
        Self {
            request_id: value_of("x-request-id").or_else(|| value_of("x-iam-trace-id")),
            retry_after: of_failure("retry-after"),
            date: of_failure("date"),
            location: of_failure("location"),
            content_encoding: value_of("content-encoding"),
            content_type: value_of("content-type"),
        }
    }
}
