//! A request that is not passed on, as an error of the component; and the status that each error has.

use model::error::{Error, ErrorKind, InvalidArgument};

/// A request that the facade does not pass on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The status of the response.
    pub status: u16,
    /// The refused part: a parameter or a header, `path`, `method`, `query` or `body`. A part of an argument is named as
    /// the component names it.
    pub argument: String,
    /// The reason. It never holds the value of a header, which may be a secret.
    pub reason: String,
}

impl Refusal {
    /// Makes the error of a parameter or header that is not valid.
    #[must_use]
    pub fn invalid(argument: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { status: 400, argument: argument.into(), reason: reason.into() }
    }
}

/// In the words that the component has for an invalid argument.
impl From<Refusal> for Error {
    fn from(Refusal { argument, reason, .. }: Refusal) -> Self {
        Self::invalid_argument("list-pipelines", InvalidArgument { argument, reason })
    }
}

/// Returns the status of the response to an error: 400 and up if the caller can mend it, 500 and up if not.
#[must_use]
pub fn status(error: &Error) -> u16 {
    match &error.kind {
        // Set at the deployment.
        ErrorKind::InvalidArgument(invalid)
            if ["region", "endpoint", "iam-endpoint"].contains(&invalid.argument.as_str()) =>
        {
            500
        }
        ErrorKind::InvalidArgument(_) => 400,
        ErrorKind::Unauthenticated => 401,
        ErrorKind::Forbidden(_) => 403,
        ErrorKind::NotFound => 404,
        ErrorKind::Throttled(_) => 429,
        // The engine does not let the facade ask, or the component fails: neither is the service's doing.
        ErrorKind::Denied | ErrorKind::ClockSkew(_) | ErrorKind::Other(_) => 500,
        ErrorKind::Unavailable => 503,
        ErrorKind::Timeout(_) => 504,
        ErrorKind::Dns
        | ErrorKind::Refused
        | ErrorKind::Tls
        | ErrorKind::Reset
        | ErrorKind::Rejected
        | ErrorKind::Redirected(_)
        | ErrorKind::TooLarge(_)
        | ErrorKind::CutShort
        | ErrorKind::Undecodable(_) => 502,
    }
}

#[cfg(test)]
mod tests {
    use model::error::{Forbidden, Throttled, Timeout};

    use super::*;

    fn of(argument: &str) -> Error {
        Refusal::invalid(argument, "it is not").into()
    }

    #[test]
    fn settings_of_the_deployment_are_not_the_callers_fault() {
        assert_eq!(status(&of("project-id")), 400);
        assert_eq!(status(&of("endpoint")), 500);
        assert_eq!(status(&of("region")), 500);
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
            (ErrorKind::Forbidden(Forbidden { permission: String::new(), depends_on: vec![] }), 403),
            (ErrorKind::NotFound, 404),
            (ErrorKind::Throttled(Throttled { retry_after_ms: None }), 429),
            (ErrorKind::Denied, 500),
            (ErrorKind::Tls, 502),
            (ErrorKind::Rejected, 502),
            (ErrorKind::CutShort, 502),
            (ErrorKind::Unavailable, 503),
            (ErrorKind::Timeout(Timeout::Call), 504),
        ];
        for (kind, expected) in kinds {
            assert_eq!(status(&Error { kind, ..of("name") }), expected);
        }
    }
}
