//! The error record, as the component returns it and as a caller sees it.

use serde::Serialize;

/// Why a call failed. The documentation of each field is the WIT's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "documented in the WIT")]
pub struct Error {
    pub kind: ErrorKind,
    pub message: String,
    pub operation: String,
    pub http_status: Option<u16>,
    pub vendor_code: Option<String>,
    pub vendor_message: Option<String>,
    pub request_id: Option<String>,
    pub retryable: bool,
    pub attempts: u32,
}

/// What kind of failure an error is. The documentation of each case is the WIT's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "documented in the WIT")]
pub enum ErrorKind {
    InvalidArgument { argument: String, reason: String },
    Denied,
    Dns,
    Refused,
    Tls,
    Reset,
    Timeout(Timeout),
    Unauthenticated,
    ClockSkew { signed_at: u64, server_time: u64 },
    Forbidden { permission: String, depends_on: Vec<String> },
    NotFound,
    Throttled { retry_after_ms: Option<u64> },
    Rejected,
    Unavailable,
    Redirected { location: Option<String> },
    TooLarge { limit_bytes: Option<u64> },
    CutShort,
    Undecodable { path: String, expected: String },
    Other(String),
}

/// What took longer than allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "documented in the WIT")]
pub enum Timeout {
    Connect,
    FirstByte,
    BetweenBytes,
    Call,
}

/// A request that the facade does not pass on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The status of the response.
    pub status: u16,
    /// What is refused: a parameter or a header, `path`, `method`, `query` or `body`. A part of an argument is named as
    /// the component names it.
    pub argument: String,
    /// The reason. It never holds the value of a header, which may be a secret.
    pub reason: String,
}

impl Refusal {
    /// Of a parameter or header that is not what it should be.
    #[must_use]
    pub fn invalid(argument: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { status: 400, argument: argument.into(), reason: reason.into() }
    }
}

/// In the words that the component has for an invalid argument.
impl From<Refusal> for Error {
    fn from(Refusal { argument, reason, .. }: Refusal) -> Self {
        let message = format!(
            "list-pipelines failed: the argument `{argument}` is not valid.\n`{argument}`: {reason}. (nothing was \
             sent)\nCorrect `{argument}`, then call again."
        );
        Self {
            kind: ErrorKind::InvalidArgument { argument, reason },
            message,
            operation: "list-pipelines".to_owned(),
            http_status: None,
            vendor_code: None,
            vendor_message: None,
            request_id: None,
            retryable: false,
            attempts: 0,
        }
    }
}

impl Error {
    /// The status of the response that tells of it: 400 and up what the caller can mend, 500 and up what it cannot.
    #[must_use]
    pub fn status(&self) -> u16 {
        match &self.kind {
            // Set at the deployment.
            ErrorKind::InvalidArgument { argument, .. }
                if ["region", "endpoint", "iam-endpoint"].contains(&argument.as_str()) =>
            {
                500
            }
            ErrorKind::InvalidArgument { .. } => 400,
            ErrorKind::Unauthenticated => 401,
            ErrorKind::Forbidden { .. } => 403,
            ErrorKind::NotFound => 404,
            ErrorKind::Throttled { .. } => 429,
            // The engine does not let the facade ask, or the component fails: neither is the service's doing.
            ErrorKind::Denied | ErrorKind::ClockSkew { .. } | ErrorKind::Other(_) => 500,
            ErrorKind::Unavailable => 503,
            ErrorKind::Timeout(_) => 504,
            ErrorKind::Dns
            | ErrorKind::Refused
            | ErrorKind::Tls
            | ErrorKind::Reset
            | ErrorKind::Rejected
            | ErrorKind::Redirected { .. }
            | ErrorKind::TooLarge { .. }
            | ErrorKind::CutShort
            | ErrorKind::Undecodable { .. } => 502,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(argument: &str) -> Error {
        Refusal::invalid(argument, "it is not").into()
    }

    #[test]
    fn what_was_set_at_the_deployment_is_not_the_callers_fault() {
        assert_eq!(of("project-id").status(), 400);
        assert_eq!(of("endpoint").status(), 500);
        assert_eq!(of("region").status(), 500);
    }

    #[test]
    fn a_refusal_reads_as_an_error_of_the_component() {
        let recorded = include_str!("../../tests/fixtures/bad_limit_zero/expected.json");
        let refusal = Refusal::invalid("limit", "it is 0; give at least 1, or leave it out to list all");
        let expected: serde_json::Value = serde_json::from_str(recorded).unwrap();
        assert_eq!(serde_json::to_value(Error::from(refusal)).unwrap(), expected["error"]);
    }

    #[test]
    fn each_kind_has_its_status() {
        let kinds = [
            (ErrorKind::Unauthenticated, 401),
            (ErrorKind::Forbidden { permission: String::new(), depends_on: vec![] }, 403),
            (ErrorKind::NotFound, 404),
            (ErrorKind::Throttled { retry_after_ms: None }, 429),
            (ErrorKind::Denied, 500),
            (ErrorKind::Tls, 502),
            (ErrorKind::Rejected, 502),
            (ErrorKind::CutShort, 502),
            (ErrorKind::Unavailable, 503),
            (ErrorKind::Timeout(Timeout::Call), 504),
        ];
        for (kind, status) in kinds {
            assert_eq!(Error { kind, ..of("name") }.status(), status);
        }
    }
}
