//! The functions of `wasi:http` that end with one of its error codes. wit-bindgen generates the reading of all 39 codes
//! for each of them anew; laid out as the ABI has it, a code needs none.

#![expect(dead_code, reason = "a host writes it")]

use std::mem::MaybeUninit;

use crate::abi::{Outcome, Text};
use crate::component::bindings::wasi;
use crate::layout::Maybe;

use wasi::http::types::{
    Fields, FutureIncomingResponse, FutureTrailers, IncomingResponse, OutgoingRequest, RequestOptions,
};
use wasi::io::error::Error;

/// `error-code`.
#[repr(C, u8)]
pub(super) enum ErrorCode {
    DnsTimeout,
    DnsError(DnsError),
    DestinationNotFound,
    DestinationUnavailable,
    DestinationIpProhibited,
    DestinationIpUnroutable,
    ConnectionRefused,
    ConnectionTerminated,
    ConnectionTimeout,
    ConnectionReadTimeout,
    ConnectionWriteTimeout,
    ConnectionLimitReached,
    TlsProtocolError,
    TlsCertificateError,
    TlsAlertReceived(TlsAlert),
    HttpRequestDenied,
    HttpRequestLengthRequired,
    HttpRequestBodySize(Maybe<u64>),
    HttpRequestMethodInvalid,
    HttpRequestUriInvalid,
    HttpRequestUriTooLong,
    HttpRequestHeaderSectionSize(Maybe<u32>),
    HttpRequestHeaderSize(Maybe<FieldSize>),
    HttpRequestTrailerSectionSize(Maybe<u32>),
    HttpRequestTrailerSize(FieldSize),
    HttpResponseIncomplete,
    HttpResponseHeaderSectionSize(Maybe<u32>),
    HttpResponseHeaderSize(FieldSize),
    HttpResponseBodySize(Maybe<u64>),
    HttpResponseTrailerSectionSize(Maybe<u32>),
    HttpResponseTrailerSize(FieldSize),
    HttpResponseTransferCoding(Maybe<Text>),
    HttpResponseContentCoding(Maybe<Text>),
    HttpResponseTimeout,
    HttpUpgradeFailed,
    HttpProtocolError,
    LoopDetected,
    ConfigurationError,
    InternalError(Maybe<Text>),
}

/// `DNS-error-payload`.
#[repr(C)]
pub(super) struct DnsError {
    pub(super) rcode: Maybe<Text>,
    info_code: Maybe<u16>,
}

/// `TLS-alert-received-payload`.
#[repr(C)]
pub(super) struct TlsAlert {
    alert_id: Maybe<u8>,
    pub(super) alert_message: Maybe<Text>,
}

/// `field-size-payload`.
#[repr(C)]
pub(super) struct FieldSize {
    field_name: Maybe<Text>,
    field_size: Maybe<u32>,
}

/// What arrives later: nothing yet, or the outcome, which can be taken once.
type Later<T> = Maybe<Outcome<Outcome<T, ErrorCode>, ()>>;

#[link(wasm_import_module = "wasi:http/outgoing-handler@0.2.12")]
unsafe extern "C" {
    fn handle(request: u32, has_options: u32, options: u32, outcome: *mut Outcome<u32, ErrorCode>);
}

#[link(wasm_import_module = "wasi:http/types@0.2.12")]
unsafe extern "C" {
    #[link_name = "[method]future-incoming-response.get"]
    fn response(future: u32, response: *mut Later<u32>);

    #[link_name = "[method]future-trailers.get"]
    fn trailers(future: u32, trailers: *mut Later<Maybe<u32>>);

    #[link_name = "http-error-code"]
    fn http_error_code(error: u32, code: *mut Maybe<ErrorCode>);
}

/// Begins to send a request.
pub(super) fn send(request: &OutgoingRequest, options: &RequestOptions) -> Result<FutureIncomingResponse, ErrorCode> {
    // SAFETY: the host takes both handles, and writes what the WIT says.
    let outcome = unsafe { written(|outcome| handle(request.take_handle(), 1, options.take_handle(), outcome)) };
    match outcome {
        // SAFETY: the host has just given this handle.
        Outcome::Ok(future) => Ok(unsafe { FutureIncomingResponse::from_handle(future) }),
        Outcome::Err(code) => Err(code),
    }
}

/// The response, once it has arrived. An error without a code says that it was taken before.
pub(super) fn response_of(future: &FutureIncomingResponse) -> Option<Result<IncomingResponse, Option<ErrorCode>>> {
    // SAFETY: the host writes what the WIT says.
    let later = unsafe { written(|later| response(future.handle(), later)) };
    // SAFETY: the host has just given this handle.
    arrived(later, |response| unsafe { IncomingResponse::from_handle(response) })
}

/// The same of a body's trailers.
pub(super) fn trailers_of(future: &FutureTrailers) -> Option<Result<(), Option<ErrorCode>>> {
    // SAFETY: the host writes what the WIT says.
    let later = unsafe { written(|later| trailers(future.handle(), later)) };
    arrived(later, |fields| {
        if let Maybe::Some(fields) = fields {
            // SAFETY: the host has just given this handle, which nobody wants.
            drop(unsafe { Fields::from_handle(fields) });
        }
    })
}

/// The code of an error of a stream.
pub(super) fn code_of(error: &Error) -> Option<ErrorCode> {
    // SAFETY: the host writes what the WIT says.
    unsafe { written(|code| http_error_code(error.handle(), code)) }.get()
}

fn arrived<T, U>(later: Later<T>, value: impl FnOnce(T) -> U) -> Option<Result<U, Option<ErrorCode>>> {
    match later {
        Maybe::None => None,
        Maybe::Some(Outcome::Ok(Outcome::Ok(handle))) => Some(Ok(value(handle))),
        Maybe::Some(Outcome::Ok(Outcome::Err(code))) => Some(Err(Some(code))),
        Maybe::Some(Outcome::Err(())) => Some(Err(None)),
    }
}

/// What a function writes.
///
/// # Safety
/// It does.
unsafe fn written<T>(write: impl FnOnce(*mut T)) -> T {
    let mut value = MaybeUninit::uninit();
    write(value.as_mut_ptr());
    // SAFETY: the caller's promise.
    unsafe { value.assume_init() }
}
