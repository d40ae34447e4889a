//! What the HTTP library's errors mean in the terms of `wasi:http`.

use std::error::Error;
use std::io;

use h2::Reason;

use crate::http::HttpError;
use crate::tls;

/// Why there is no response.
pub(crate) fn head(error: &hyper::Error) -> HttpError {
    if let Some(alert) = of_tls(error) {
        alert
    } else if error.is_parse_too_large() {
        HttpError::HttpResponseHeaderSectionSize(None)
    } else if error.is_parse() || error.is_parse_status() || breaks_http2(error) {
        HttpError::HttpProtocolError
    } else {
        HttpError::ConnectionTerminated
    }
}

/// Why a body broke off.
pub(crate) fn body(error: &hyper::Error) -> HttpError {
    // hyper tells what is wrong with a body's framing as an I/O error.
    let cause = error.source().and_then(|cause| cause.downcast_ref::<io::Error>()).map(io::Error::kind);
    match cause {
        Some(io::ErrorKind::UnexpectedEof) => HttpError::HttpResponseIncomplete,
        Some(io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData) => HttpError::HttpProtocolError,
        _ if error.is_incomplete_message() => HttpError::HttpResponseIncomplete,
        _ if error.is_parse() || breaks_http2(error) => HttpError::HttpProtocolError,
        _ => HttpError::ConnectionTerminated,
    }
}

/// What TLS says after its handshake: with version 1.3 only then is a client refused that shows no certificate.
fn of_tls(error: &hyper::Error) -> Option<HttpError> {
    tls::fault(error.source()?.downcast_ref()?)
}

/// Whether one of the sides says that the other does not keep to HTTP/2.
fn breaks_http2(error: &hyper::Error) -> bool {
    let reason = error.source().and_then(|cause| cause.downcast_ref::<h2::Error>()).and_then(h2::Error::reason);
    matches!(
        reason,
        Some(
            Reason::PROTOCOL_ERROR
                | Reason::FLOW_CONTROL_ERROR
                | Reason::FRAME_SIZE_ERROR
                | Reason::STREAM_CLOSED
                | Reason::COMPRESSION_ERROR
                | Reason::SETTINGS_TIMEOUT
        )
    )
}
