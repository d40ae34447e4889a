//! What the HTTP library's errors mean in the terms of `wasi:http`, and for people.

use std::error::Error;
use std::io;

use h2::Reason;

use crate::explanation::{Explanation, Fault};
use crate::http::HttpError;
use crate::tls_fault;

/// How a request that a server did not begin can be repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Again {
    /// Over HTTP/1.1. Source: RFC 9113, section 7, `HTTP_1_1_REQUIRED`.
    OverHttp1,
    /// On a new connection. Source: RFC 9113, section 8.7.
    OnNewConnection,
}

/// Whether the server says that it did not begin the request.
pub(crate) fn again(error: &hyper::Error) -> Option<Again> {
    let cause = of_http2(error)?;
    match cause.reason() {
        Some(Reason::HTTP_1_1_REQUIRED) if cause.is_remote() => Some(Again::OverHttp1),
        Some(Reason::REFUSED_STREAM) if cause.is_remote() => Some(Again::OnNewConnection),
        // Only streams that lie above the last one that the server names end with this error.
        _ if cause.is_go_away() && cause.is_remote() => Some(Again::OnNewConnection),
        _ => None,
    }
}

/// Why there is no response.
pub(crate) fn head(error: &hyper::Error) -> Fault {
    if let Some(fault) = of_tls(error) {
        fault
    } else if let Some(fault) = of_http2(error).and_then(http2) {
        fault
    } else if error.is_parse_too_large() {
        let why = "The head of the answer is larger than 128 KiB, or has more than 2,000 fields.";
        Fault::new(HttpError::HttpResponseHeaderSectionSize(None), Explanation::new(why))
    } else if error.is_parse() || error.is_parse_status() {
        Fault::new(HttpError::HttpProtocolError, Explanation::new(format!("The answer is not HTTP: {error}.")))
    } else if error.is_incomplete_message() {
        let why = "The server closed the connection before it answered.";
        Fault::new(HttpError::ConnectionTerminated, Explanation::new(why))
    } else {
        HttpError::ConnectionTerminated.into()
    }
}

/// Why a body broke off.
pub(crate) fn body(error: &hyper::Error) -> Fault {
    if let Some(fault) = of_http2(error).and_then(http2) {
        return fault;
    }
    // hyper tells what is wrong with a body's framing as an I/O error.
    let cause = error.source().and_then(|cause| cause.downcast_ref::<io::Error>()).map(io::Error::kind);
    match cause {
        Some(io::ErrorKind::UnexpectedEof) => HttpError::HttpResponseIncomplete,
        Some(io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData) => HttpError::HttpProtocolError,
        _ if error.is_incomplete_message() => HttpError::HttpResponseIncomplete,
        _ if error.is_parse() => HttpError::HttpProtocolError,
        _ => HttpError::ConnectionTerminated,
    }
    .into()
}

/// What TLS says after its handshake: with version 1.3 only then is a client refused that shows no certificate.
fn of_tls(error: &hyper::Error) -> Option<Fault> {
    tls_fault::of(error.source()?.downcast_ref()?)
}

fn of_http2(error: &hyper::Error) -> Option<&h2::Error> {
    error.source()?.downcast_ref()
}

/// Names the error of HTTP/2, if one of the sides names one.
fn http2(error: &h2::Error) -> Option<Fault> {
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
    let why = if !error.is_remote() {
        format!("The server does not keep to HTTP/2 ({reason:?}).")
    } else if error.is_go_away() {
        format!("The server closed the HTTP/2 connection and did not begin the request (GOAWAY, {reason:?}).")
    } else {
        format!("The server broke the request off in HTTP/2 (RST_STREAM, {reason:?}).")
    };
    Some(Fault::new(code, Explanation::new(why)))
}
