//! Translates errors of the HTTP library into codes of `wasi:http` and explanations for people.

use std::error::Error;
use std::io;

use h2::Reason;

use crate::explanation::{Explanation, RequestError};
use crate::goaway::Goaway;
use crate::http::HttpError;
use crate::printable::excerpt;
use crate::tls_error;

/// The advice for an answer that is not valid HTTP.
const ELSEWHERE: &str = "Check that the address leads to the server itself, and not to a proxy or to another service.";

/// How a request that a server did not begin can be repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// Over HTTP/1.1. Source: RFC 9113, section 7, `HTTP_1_1_REQUIRED`.
    OverHttp1,
    /// On a new connection. Source: RFC 9113, section 8.7.
    OnNewConnection,
}

/// Returns how to repeat a request that the server says it did not begin. `goaway` is how the server closed the
/// connection.
pub(crate) fn repeat(error: &hyper::Error, goaway: Option<Goaway>) -> Option<Repeat> {
    if goaway.is_some_and(|goaway| goaway.nothing_processed) {
        return Some(Repeat::OnNewConnection);
    }
    let cause = of_http2(error)?;
    match cause.reason() {
        Some(Reason::HTTP_1_1_REQUIRED) if cause.is_remote() => Some(Repeat::OverHttp1),
        Some(Reason::REFUSED_STREAM) if cause.is_remote() => Some(Repeat::OnNewConnection),
        // Only streams above the last one that the server names end with this error.
        _ if cause.is_go_away() && cause.is_remote() => Some(Repeat::OnNewConnection),
        _ => None,
    }
}

/// Explains why no response came. For `goaway`, see [`repeat`].
pub(crate) fn no_response(error: &hyper::Error, goaway: Option<Goaway>) -> RequestError {
    if let Some(error) = of_tls(error) {
        error
    } else if let Some(error) = of_http2(error).and_then(http2) {
        error
    } else if error.is_parse_too_large() {
        let why = "The head of the answer is larger than 128 KiB, or has more than 1,000 fields.";
        RequestError::new(HttpError::HttpResponseHeaderSectionSize(None), Explanation::new(why))
    } else if error.is_parse() || error.is_parse_status() {
        let why = format!("The answer is not HTTP: {error}.");
        RequestError::new(HttpError::HttpProtocolError, Explanation::new(why).advising(ELSEWHERE))
    } else if error.is_incomplete_message() {
        let why = "The server closed the connection before it answered.";
        RequestError::new(HttpError::ConnectionTerminated, Explanation::new(why))
    } else {
        closed(HttpError::ConnectionTerminated, goaway)
    }
}

/// Explains why a body broke off. For `goaway`, see [`repeat`].
pub(crate) fn broken_body(error: &hyper::Error, goaway: Option<Goaway>) -> RequestError {
    if let Some(error) = of_http2(error).and_then(http2) {
        return error;
    }
    // hyper reports an error in a body's framing as an I/O error.
    let cause = error.source().and_then(|cause| cause.downcast_ref::<io::Error>());
    let framing =
        cause.filter(|cause| matches!(cause.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData));
    if let Some(cause) = framing {
        let why = format!("The answer is not HTTP: {}.", excerpt(&cause.to_string()));
        return RequestError::new(HttpError::HttpProtocolError, Explanation::new(why).advising(ELSEWHERE));
    }
    let code = match cause.map(io::Error::kind) {
        Some(io::ErrorKind::UnexpectedEof) => HttpError::HttpResponseIncomplete,
        _ if error.is_incomplete_message() => HttpError::HttpResponseIncomplete,
        _ if error.is_parse() => HttpError::HttpProtocolError,
        _ => HttpError::ConnectionTerminated,
    };
    closed(code, goaway)
}

/// Names the code with which the server closed a connection, if it sent one.
fn closed(code: HttpError, goaway: Option<Goaway>) -> RequestError {
    let Some(Goaway { code: said, nothing_processed }) = goaway else { return code.into() };
    let begun = if nothing_processed { " and did not begin the request" } else { "" };
    let why = format!("The server closed the HTTP/2 connection{begun} (GOAWAY, {}).", name(said));
    RequestError::new(code, Explanation::new(why))
}

/// The alerts of TLS after its handshake: with version 1.3 only then is a client refused that shows no certificate.
fn of_tls(error: &hyper::Error) -> Option<RequestError> {
    tls_error::of(error.source()?.downcast_ref()?)
}

fn of_http2(error: &hyper::Error) -> Option<&h2::Error> {
    error.source()?.downcast_ref()
}

/// Names the error code of HTTP/2, if the error has one.
fn http2(error: &h2::Error) -> Option<RequestError> {
    let reason = error.reason()?;
    let code = match reason {
        Reason::PROTOCOL_ERROR
        | Reason::FLOW_CONTROL_ERROR
        | Reason::FRAME_SIZE_ERROR
        | Reason::STREAM_CLOSED
        | Reason::COMPRESSION_ERROR
        | Reason::SETTINGS_TIMEOUT
        | Reason::HTTP_1_1_REQUIRED => HttpError::HttpProtocolError,
        _ => HttpError::ConnectionTerminated,
    };
    let name = name(reason);
    let why = if !error.is_remote() {
        format!("The server does not keep to HTTP/2 ({name}).")
    } else if error.is_go_away() {
        format!("The server closed the HTTP/2 connection and did not begin the request (GOAWAY, {name}).")
    } else {
        format!("The server broke the request off in HTTP/2 (RST_STREAM, {name}).")
    };
    Some(RequestError::new(code, Explanation::new(why).advising(ELSEWHERE)))
}

/// Returns the name of an error code of HTTP/2, or its number.
fn name(code: Reason) -> String {
    let name = format!("{code:?}");
    if name.starts_with("Reason") { format!("{:#x}", u32::from(code)) } else { name }
}
