//! A request of the host itself, through a layer of the same kind as the component's requests.

use std::time::Duration;

use bytes::{Buf, Bytes};
use component_runtime::Layer;
use component_runtime::http::{HttpError, Timeouts, Verdict, full, whole};
use http::{HeaderMap, StatusCode};

use crate::credentials_error::CredentialsError;
use crate::error::{ErrorKind, Timeout, TooLarge};

/// The largest answer that is read, in bytes: without the catalogue IAM sends some ten thousand.
const LARGEST_BODY: usize = 256 * 1024;

/// May come before JSON, and is not part of it.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// How long a request may take.
#[derive(Clone, Copy)]
pub(super) struct RequestTimeouts {
    pub connect: Duration,
    pub pause: Duration,
    pub total: Duration,
}

/// An answer of any status.
pub(super) struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// Sends a request and reads the whole answer.
pub(super) async fn send(
    layer: &dyn Layer,
    request: http::Request<Bytes>,
    patience: RequestTimeouts,
) -> Result<Answer, CredentialsError> {
    let asked = format!("{} {}", request.method(), request.uri());
    let timeouts = Timeouts {
        connect_timeout: Some(patience.connect),
        first_byte_timeout: Some(patience.pause),
        between_bytes_timeout: Some(patience.pause),
    };
    let request = request.map(full);
    let exchange = async {
        let response = match layer.decide(request, &timeouts).await {
            Verdict::Complete(result) => result?,
            Verdict::Continue(_) => return Err(HttpError::HttpRequestDenied),
        };
        let (head, body) = response.into_parts();
        let mut body = whole(body, LARGEST_BODY).await?.ok_or(HttpError::HttpResponseBodySize(None))?;
        if body.starts_with(BYTE_ORDER_MARK) {
            body.advance(BYTE_ORDER_MARK.len());
        }
        Ok(Answer { status: head.status, headers: head.headers, body })
    };
    let result = tokio::time::timeout(patience.total, exchange).await;
    result.unwrap_or(Err(HttpError::HttpResponseTimeout)).map_err(|error| unanswered(&asked, &error))
}

/// The kinds for errors of the client. All others keep the client's name.
fn unanswered(asked: &str, error: &HttpError) -> CredentialsError {
    let (kind, why, retryable) = match error {
        HttpError::DnsError { .. } | HttpError::DestinationNotFound => {
            (ErrorKind::Dns, "the name of the host could not be resolved", false)
        }
        HttpError::DnsTimeout => (ErrorKind::Dns, "the name service did not answer in time", true),
        HttpError::ConnectionRefused
        | HttpError::ConnectionLimitReached
        | HttpError::DestinationUnavailable
        | HttpError::DestinationIpUnroutable => (ErrorKind::Refused, "no connection could be made", true),
        HttpError::ConnectionTimeout => (ErrorKind::Timeout(Timeout::Connect), "the connection took too long", true),
        HttpError::HttpResponseTimeout | HttpError::ConnectionReadTimeout => {
            (ErrorKind::Timeout(Timeout::FirstByte), "the answer took too long", true)
        }
        HttpError::ConnectionTerminated => (ErrorKind::Reset, "the connection broke", true),
        HttpError::HttpResponseIncomplete => (ErrorKind::CutShort, "the answer is not complete", true),
        HttpError::TlsProtocolError | HttpError::TlsCertificateError | HttpError::TlsAlertReceived { .. } => {
            (ErrorKind::Tls, "the TLS handshake failed", false)
        }
        HttpError::HttpRequestDenied | HttpError::DestinationIpProhibited => {
            (ErrorKind::Denied, "the host does not allow this request", false)
        }
        HttpError::HttpResponseBodySize(_) => {
            (ErrorKind::TooLarge(TooLarge { limit_bytes: Some(LARGEST_BODY as u64) }), "the answer is too large", false)
        }
        other => (ErrorKind::Other(format!("{other:?}")), "the request failed", false),
    };
    CredentialsError { retryable, ..CredentialsError::new(kind, format!("{why} ({asked})")) }
}
