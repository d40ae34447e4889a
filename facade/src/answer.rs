//! The response, with the status that fits.

use model::error::{Error, ErrorKind, Throttled};
use serde::Serialize;

use crate::error::{Refusal, status};

/// A response, before it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Headers that not every response has.
    pub extra: Vec<(&'static str, String)>,
    /// JSON.
    pub body: String,
}

impl Answer {
    /// The listing, which the component made JSON of.
    #[must_use]
    pub fn listing(json: String) -> Self {
        Self { status: 200, extra: Vec::new(), body: json }
    }

    /// An error of the component.
    #[must_use]
    pub fn error(error: &Error) -> Self {
        Self::with_status(status(error), error)
    }

    /// A request that is not passed on.
    #[must_use]
    pub fn refusal(refusal: Refusal) -> Self {
        Self::with_status(refusal.status, &refusal.into())
    }

    /// Every header, in the order in which they are sent.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        // A listing is of one caller's project: nothing in between keeps it.
        let fixed = [("content-type", "application/json"), ("cache-control", "no-store")];
        fixed.into_iter().chain(self.extra.iter().map(|(name, value)| (*name, value.as_str())))
    }

    fn with_status(status: u16, error: &Error) -> Self {
        let header = match (status, &error.kind) {
            (401, _) => Some(("www-authenticate", "X-Auth-Token".to_owned())),
            (405, _) => Some(("allow", "GET".to_owned())),
            // Rounded up: to come back earlier would be too early.
            (_, ErrorKind::Throttled(Throttled { retry_after_ms: Some(wait) })) => {
                Some(("retry-after", wait.div_ceil(1000).to_string()))
            }
            _ => None,
        };
        // Numbers, text and truth values always have a JSON form, and writing to memory does not fail.
        let body = serde_json::to_string(&Body { error }).unwrap_or_default();
        Self { status, extra: header.into_iter().collect(), body }
    }
}

/// An error as an object of its own, so that it is not taken for a listing.
#[derive(Serialize)]
struct Body<'a> {
    error: &'a Error,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(status: u16) -> Error {
        Refusal { status, argument: "x".to_owned(), reason: "no".to_owned() }.into()
    }

    #[test]
    fn headers_follow_the_status() {
        let refusal =
            |status| Answer::refusal(Refusal { status, argument: "method".to_owned(), reason: "no".to_owned() }).extra;
        assert_eq!(refusal(400), []);
        assert_eq!(refusal(401), [("www-authenticate", "X-Auth-Token".to_owned())]);
        assert_eq!(refusal(405), [("allow", "GET".to_owned())]);
    }

    #[test]
    fn a_wait_is_reported_in_whole_seconds_and_never_too_short() {
        let kind = |retry_after_ms| ErrorKind::Throttled(Throttled { retry_after_ms });
        let throttled = |retry_after_ms| Error { kind: kind(retry_after_ms), ..refused(429) };
        assert_eq!(Answer::error(&throttled(Some(1001))).extra, [("retry-after", "2".to_owned())]);
        assert_eq!(Answer::error(&throttled(None)).extra, []);
    }

    #[test]
    fn an_error_is_an_object_with_one_member() {
        let body: serde_json::Value = serde_json::from_str(&Answer::error(&refused(400)).body).unwrap();
        assert_eq!(body["error"]["kind"]["invalid_argument"]["argument"], "x");
        assert_eq!(body.as_object().unwrap().len(), 1);
    }
}
