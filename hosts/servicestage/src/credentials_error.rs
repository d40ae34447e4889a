//! The reason why the host has no credentials for a request, before it becomes an error record.

use std::fmt;

use http::{HeaderMap, StatusCode};
use model::error::message;
use model::text::shorten;
use serde_json::Value;

use crate::error::{Error, ErrorKind};
use crate::redact::Redaction;
use crate::secret::Secret;

/// The longest text of a server that is passed on, in characters, as in the component.
const LONGEST: usize = 512;

/// A failure of the host's own, before it is known during which operation.
#[derive(Clone, Debug)]
pub(crate) struct CredentialsError {
    pub kind: ErrorKind,
    /// Why, as far as it is known, and the request.
    pub why: String,
    /// The advice to the user.
    pub next: &'static str,
    pub retryable: bool,
    pub http_status: Option<u16>,
    pub vendor_code: Option<String>,
    pub vendor_message: Option<String>,
    pub request_id: Option<String>,
}

impl CredentialsError {
    pub(crate) fn new(kind: ErrorKind, why: String) -> Self {
        Self {
            kind,
            why,
            next: "Check the endpoint and the network, then try again.",
            retryable: false,
            http_status: None,
            vendor_code: None,
            vendor_message: None,
            request_id: None,
        }
    }

    /// An answer that is a refusal. What the server says is short, and freed of secrets when the record is made.
    pub(crate) fn refused(asked: &str, status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Self {
        let (code, message) = vendor_error(body);
        let id = ["x-request-id", "x-iam-trace-id"].iter().find_map(|name| headers.get(*name)?.to_str().ok());
        let (kind, retryable) = match status.as_u16() {
            401 | 403 => (ErrorKind::Unauthenticated, false),
            404 => (ErrorKind::NotFound, false),
            429 => (ErrorKind::Throttled(crate::error::Throttled { retry_after_ms: None }), true),
            500..=599 => (ErrorKind::Unavailable, !matches!(status.as_u16(), 501 | 505)),
            _ => (ErrorKind::Rejected, false),
        };
        let own = match (&code, &message) {
            (Some(code), Some(message)) => format!("{code}: {message} "),
            (Some(text), None) | (None, Some(text)) => format!("{text} "),
            (None, None) => String::new(),
        };
        Self {
            retryable,
            http_status: Some(status.as_u16()),
            request_id: id.map(|id| shorten(id, 128)),
            vendor_code: code,
            vendor_message: message,
            ..Self::new(kind, format!("{own}({asked}, HTTP {})", status.as_u16()))
        }
    }

    /// The same failure, freed of a secret that the call itself does not know.
    pub(crate) fn without(mut self, secret: &Secret) -> Self {
        let redaction = Redaction::of(std::slice::from_ref(secret), &[]);
        let texts = [&mut self.vendor_code, &mut self.vendor_message, &mut self.request_id];
        texts.into_iter().flatten().chain([&mut self.why]).for_each(|text| redaction.text(text));
        if let ErrorKind::Other(text) = &mut self.kind {
            redaction.text(text);
        }
        self
    }

    /// The record of an operation that could not be begun.
    pub(crate) fn into_error(self, operation: &str) -> Error {
        let message = message(operation, "the host could not obtain credentials", &self.why, self.next);
        Error {
            http_status: self.http_status,
            vendor_code: self.vendor_code,
            vendor_message: self.vendor_message,
            request_id: self.request_id,
            retryable: self.retryable,
            // The operation itself sent nothing.
            ..Error::unsent(operation, self.kind, message)
        }
    }
}

/// As the component sees it. A server may have repeated a secret in the rest.
impl fmt::Display for CredentialsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it has no credentials")
    }
}

impl std::error::Error for CredentialsError {}

/// The code and the message in the forms of IAM and of the gateway. Any other text may hold anything, and is left out.
fn vendor_error(body: &[u8]) -> (Option<String>, Option<String>) {
    let Ok(json) = serde_json::from_slice::<Value>(body) else { return (None, None) };
    let fields = json.get("error").unwrap_or(&json);
    let text = |names: [&str; 2], longest| {
        let value = names.iter().find_map(|name| fields.get(name))?;
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        Some(shorten(&text, longest)).filter(|text| !text.is_empty())
    };
    (text(["error_code", "code"], 64), text(["error_msg", "message"], LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_errors_are_read_and_no_others() {
        let keystone = br#"{"error":{"code":401,"message":"The username or password\nis wrong.","title":"x"}}"#;
        let of = |body: &[u8]| CredentialsError::refused("POST x", StatusCode::UNAUTHORIZED, &HeaderMap::new(), body);
        let error = of(keystone);
        assert_eq!(error.why, "401: The username or password is wrong. (POST x, HTTP 401)");
        assert_eq!(of(br#"{"error_msg":"m","error_code":"IAM.0011"}"#).vendor_code.as_deref(), Some("IAM.0011"));
        assert_eq!(of(b"<html>").why, "(POST x, HTTP 401)");
        let error = error.into_error("list-pipelines");
        assert_eq!(error.kind, ErrorKind::Unauthenticated);
        assert_eq!(error.message.lines().count(), 3);
    }
}
