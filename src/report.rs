//! The edge to the caller: a failure becomes the error that the caller receives, without the caller's secrets.

use huaweicloud_sign::Secrets;
use model::credentials::{AccessKey, Credentials};
use model::error::{Error, ErrorKind};

use crate::failure::{Failure, RequestSummary};
use crate::message;

/// Returns the error that the caller receives. The server may echo what it was sent, so secrets are taken out of every
/// text that could stem from it.
#[must_use]
pub fn error(mut failure: Failure, request: &RequestSummary, credentials: &Credentials) -> Error {
    let secrets = secrets(credentials);
    texts(&mut failure).into_iter().for_each(|text| secrets.redact(text));
    Error {
        message: message::compose(&failure, request),
        operation: request.operation.name().to_owned(),
        http_status: failure.response.status,
        retryable: failure.retryable(),
        vendor_code: failure.response.code,
        vendor_message: failure.response.message,
        request_id: failure.response.request_id,
        attempts: request.attempts,
        kind: failure.kind,
    }
}

/// Returns the secrets within credentials. An access key's id is not one.
#[must_use]
pub fn secrets(credentials: &Credentials) -> Secrets {
    match credentials {
        Credentials::Ambient => Secrets::new(&[]),
        Credentials::Token(token) => Secrets::new(&[token]),
        Credentials::AccessKey(AccessKey { secret_access_key, security_token, .. }) => {
            Secrets::new(&[secret_access_key, security_token.as_deref().unwrap_or_default()])
        }
    }
}

/// Every text of a failure that a server may have written.
fn texts(failure: &mut Failure) -> Vec<&mut String> {
    let response = &mut failure.response;
    let mut texts: Vec<&mut String> =
        [&mut failure.detail, &mut response.code, &mut response.message, &mut response.request_id]
            .into_iter()
            .flatten()
            .collect();
    match &mut failure.kind {
        ErrorKind::InvalidArgument(invalid) => texts.push(&mut invalid.reason),
        ErrorKind::Redirected(redirected) => texts.extend(&mut redirected.location),
        ErrorKind::Undecodable(undecodable) => texts.extend([&mut undecodable.path, &mut undecodable.expected]),
        ErrorKind::Other(text) => texts.push(text),
        _ => {}
    }
    texts
}
