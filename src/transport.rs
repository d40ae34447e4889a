//! `wasi:http` and the clocks, and nothing that decides.

use std::time::Duration;

use http::{Method, StatusCode};
use model::error::{ErrorKind, Timeout, TooLarge};

use crate::bindings::wasi;
use crate::failure::Failure;
use crate::list::{RequestLimits, Transport};
use crate::rejection::LARGEST_BODY;
use crate::request::{Header, Request};
use crate::response::{Headers, Response};
use model::text::shorten;

use wasi::clocks::{monotonic_clock, wall_clock};
use wasi::http::outgoing_handler;
use wasi::http::types::{
    self, ErrorCode, Fields, FutureIncomingResponse, IncomingBody, IncomingResponse, OutgoingRequest, RequestOptions,
    Scheme,
};
use wasi::io::poll::{Pollable, poll};
use wasi::io::streams::{InputStream, StreamError};

/// The most that one read asks for.
const CHUNK: u64 = 64 * 1024;

/// Stands where a host passes no reason.
const NO_REASON: &str = "no reason given";

/// The part of a response that was under way: the same code from the host means different things in each.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Head,
    Body,
}

/// The transport of one call.
pub(crate) struct WasiHttp {
    began: monotonic_clock::Instant,
}

impl WasiHttp {
    pub(crate) fn begin() -> Self {
        Self { began: monotonic_clock::now() }
    }
}

impl Transport for WasiHttp {
    fn now(&self) -> Duration {
        let now = wall_clock::now();
        Duration::from_secs(now.seconds).saturating_add(Duration::from_nanos(now.nanoseconds.into()))
    }

    fn elapsed(&self) -> Duration {
        Duration::from_nanos(monotonic_clock::now().saturating_sub(self.began))
    }

    fn sleep(&mut self, wait: Duration) {
        monotonic_clock::subscribe_duration(nanoseconds(wait)).block();
    }

    fn send(&mut self, request: Request, limits: RequestLimits) -> Result<Response, Failure> {
        let deadline = monotonic_clock::subscribe_duration(nanoseconds(limits.remaining));
        let pending = outgoing_handler::handle(outgoing(&request)?, Some(options(&limits)))
            .map_err(|code| failure(code, Phase::Head))?;
        let incoming = wait_for_head(&pending, &deadline)?;
        let status = status(&incoming)?;
        let body = if status == StatusCode::OK {
            let most = usize::try_from(limits.max_response_bytes).unwrap_or(usize::MAX);
            whole_body(&incoming, &deadline, most)
        } else {
            start_of_body(&incoming, &deadline)
        };
        Ok(Response { status, headers: headers(&incoming, status), body })
    }
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

fn outgoing(request: &Request) -> Result<OutgoingRequest, Failure> {
    let headers = Fields::new();
    let mut taken = true;
    for Header { name, value } in &request.headers {
        taken &= headers.append(name, value.as_bytes()).is_ok();
    }
    let outgoing = OutgoingRequest::new(headers);
    let scheme = if request.origin.is_secure() { Scheme::Https } else { Scheme::Http };
    let parts = [
        (taken, "a header"),
        (outgoing.set_method(&method(&request.method)).is_ok(), "the method"),
        (outgoing.set_scheme(Some(&scheme)).is_ok(), "the scheme"),
        (outgoing.set_authority(Some(&request.origin.authority())).is_ok(), "the host"),
        (outgoing.set_path_with_query(Some(&request.path_and_query)).is_ok(), "the path"),
    ];
    match parts.iter().find(|(taken, _)| !taken) {
        Some((_, part)) => Err(unsendable(part)),
        None => Ok(outgoing),
    }
}

fn method(method: &Method) -> types::Method {
    if method == Method::GET { types::Method::Get } else { types::Method::Other(method.to_string()) }
}

/// A host that knows no such timeout ignores it; the call's own deadline holds all the same.
fn options(limits: &RequestLimits) -> RequestOptions {
    let options = RequestOptions::new();
    let _ = options.set_connect_timeout(Some(nanoseconds(limits.connect_timeout)));
    let _ = options.set_first_byte_timeout(Some(nanoseconds(limits.first_byte_timeout)));
    let _ = options.set_between_bytes_timeout(Some(nanoseconds(limits.between_bytes_timeout)));
    options
}

fn wait_for_head(pending: &FutureIncomingResponse, deadline: &Pollable) -> Result<IncomingResponse, Failure> {
    let ready = pending.subscribe();
    loop {
        match pending.get() {
            Some(Ok(Ok(response))) => return Ok(response),
            Some(Ok(Err(code))) => return Err(failure(code, Phase::Head)),
            Some(Err(())) => return Err(unsendable("the response, which was taken before")),
            None => wait(&ready, deadline)?,
        }
    }
}

fn status(incoming: &IncomingResponse) -> Result<StatusCode, Failure> {
    let status = incoming.status();
    let impossible = |_| {
        let what = format!("the host passed on the status {status}");
        Failure::lasting(ErrorKind::Other(what), "HTTP has no such status.")
    };
    StatusCode::from_u16(status).map_err(impossible)
}

/// Reads the headers. A value that is not text counts as missing.
fn headers(incoming: &IncomingResponse, status: StatusCode) -> Headers {
    let fields = incoming.headers();
    Headers::look_up(status, |name| fields.get(name).into_iter().next().and_then(|value| String::from_utf8(value).ok()))
}

/// Reads a whole body, its trailers included: some hosts report a broken body only there.
fn whole_body(incoming: &IncomingResponse, deadline: &Pollable, most: usize) -> Result<Vec<u8>, Failure> {
    let too_large = || {
        let kind = ErrorKind::TooLarge(TooLarge { limit_bytes: Some(most as u64) });
        Failure::lasting(kind, "Reading stopped there.")
    };
    let mut body = Vec::with_capacity(content_length(incoming).min(most));
    let (incoming, stream) = open(incoming)?;
    read(&stream, deadline, |chunk| {
        if chunk.len() > most - body.len() {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
        Ok(true)
    })?;
    drop(stream);
    trailers_arrived(incoming, deadline).map(|()| body)
}

/// Reads as much of a body as an error of the service has, and one byte more if it is larger than one.
fn start_of_body(incoming: &IncomingResponse, deadline: &Pollable) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    let (incoming, stream) = open(incoming)?;
    read(&stream, deadline, |chunk| {
        body.extend_from_slice(&chunk);
        Ok(body.len() <= LARGEST_BODY)
    })?;
    drop(stream);
    if body.len() <= LARGEST_BODY {
        trailers_arrived(incoming, deadline)?;
    }
    Ok(body)
}

/// The length that the response announces, to reserve memory by. It may be a lie.
fn content_length(incoming: &IncomingResponse) -> usize {
    let length = incoming.headers().get("content-length").into_iter().next();
    length.and_then(|length| str::from_utf8(&length).ok()?.trim_ascii().parse().ok()).unwrap_or_default()
}

fn open(incoming: &IncomingResponse) -> Result<(IncomingBody, InputStream), Failure> {
    let body = incoming.consume().map_err(|()| unsendable("the body, which was taken before"))?;
    let stream = body.stream().map_err(|()| unsendable("the stream, which was taken before"))?;
    Ok((body, stream))
}

/// Hands over chunk by chunk to the end, or until no more is wanted.
fn read(
    stream: &InputStream,
    deadline: &Pollable,
    mut take: impl FnMut(Vec<u8>) -> Result<bool, Failure>,
) -> Result<(), Failure> {
    // Made when there is something to wait for: it costs a call of the host.
    let mut ready = None;
    loop {
        match stream.read(CHUNK) {
            Ok(chunk) if chunk.is_empty() => wait(ready.get_or_insert_with(|| stream.subscribe()), deadline)?,
            Ok(chunk) => {
                if !take(chunk)? {
                    return Ok(());
                }
                // A stream that always has a little more must not outlast the call.
                in_time(deadline)?;
            }
            Err(StreamError::Closed) => return Ok(()),
            Err(StreamError::LastOperationFailed(error)) => {
                return Err(match types::http_error_code(&error) {
                    Some(code) => failure(code, Phase::Body),
                    None => {
                        let text = shorten(&error.to_debug_string(), 200);
                        Failure::transient(ErrorKind::Reset, format!("The stream of the body failed: {text}."))
                    }
                });
            }
        }
    }
}

fn trailers_arrived(body: IncomingBody, deadline: &Pollable) -> Result<(), Failure> {
    let trailers = IncomingBody::finish(body);
    loop {
        match trailers.get() {
            Some(Ok(Ok(_))) => return Ok(()),
            Some(Ok(Err(code))) => return Err(failure(code, Phase::Body)),
            Some(Err(())) => return Err(unsendable("the trailers, which were taken before")),
            None => wait(&trailers.subscribe(), deadline)?,
        }
    }
}

/// Waits until there is something, or the time of the call is over.
fn wait(ready: &Pollable, deadline: &Pollable) -> Result<(), Failure> {
    poll(&[ready, deadline]);
    in_time(deadline)
}

fn in_time(deadline: &Pollable) -> Result<(), Failure> {
    if !deadline.ready() {
        return Ok(());
    }
    Err(Failure::lasting(ErrorKind::Timeout(Timeout::Call), "The request was given up while it was under way."))
}

fn unsendable(what: &str) -> Failure {
    Failure::lasting(ErrorKind::Other(format!("the host does not take {what}")), "The host's wasi:http is at fault.")
}

/// Every error code of wasi:http, and what it means to the caller. What is the same for all is done once, at the end.
fn failure(code: ErrorCode, phase: Phase) -> Failure {
    use ErrorCode as C;
    use ErrorKind::{CutShort, Denied, Dns, Other, Refused, Reset, Tls};
    const LASTING: bool = false;
    const TRANSIENT: bool = true;
    // Their texts are composed below.
    let other = Other(String::new());
    let too_large = ErrorKind::TooLarge(TooLarge { limit_bytes: None });
    let (kind, transient, detail) = match code {
        C::DnsTimeout => (Dns, TRANSIENT, "The name service did not answer in time."),
        C::DnsError(error) => return dns(error.rcode.as_deref()),
        C::DestinationNotFound => (Dns, LASTING, "The host finds no such destination."),
        C::DestinationUnavailable => (Refused, TRANSIENT, "The destination is not available."),
        C::DestinationIpProhibited => (Denied, LASTING, "The host prohibits the address that the name stands for."),
        C::DestinationIpUnroutable => (Refused, TRANSIENT, "There is no route to the address."),
        C::ConnectionRefused => (Refused, TRANSIENT, "The connection was refused."),
        C::ConnectionTerminated => (Reset, TRANSIENT, "The connection was closed."),
        C::ConnectionTimeout => (ErrorKind::Timeout(Timeout::Connect), TRANSIENT, "The connection took too long."),
        C::ConnectionReadTimeout | C::HttpResponseTimeout => match phase {
            Phase::Head => (ErrorKind::Timeout(Timeout::FirstByte), LASTING, "Nothing arrived in time."),
            Phase::Body => (ErrorKind::Timeout(Timeout::BetweenBytes), LASTING, "Nothing more arrived in time."),
        },
        C::ConnectionWriteTimeout => {
            (ErrorKind::Timeout(Timeout::FirstByte), LASTING, "The request could not be written in time.")
        }
        C::ConnectionLimitReached => (Refused, TRANSIENT, "The host has too many connections."),
        C::TlsProtocolError => (Tls, LASTING, "The two sides could not agree on TLS."),
        C::TlsCertificateError => (Tls, LASTING, "The certificate is not trusted, not valid now, or another host's."),
        C::TlsAlertReceived(alert) => {
            let text = shorten(alert.alert_message.as_deref().unwrap_or(NO_REASON), 100);
            return Failure::lasting(Tls, format!("The other side broke off: {text}."));
        }
        C::HttpRequestDenied => (Denied, LASTING, "The host denied the request."),
        C::HttpRequestLengthRequired => (other, LASTING, "the request has no length"),
        C::HttpRequestBodySize(_) => (other, LASTING, "the request's body has another size than announced"),
        C::HttpRequestMethodInvalid => (other, LASTING, "the request's method is not valid"),
        C::HttpRequestUriInvalid => (other, LASTING, "the request's URL is not valid"),
        C::HttpRequestUriTooLong => (other, LASTING, "the request's URL is too long"),
        C::HttpRequestHeaderSectionSize(_) | C::HttpRequestHeaderSize(_) => {
            (other, LASTING, "the request's headers are too large")
        }
        C::HttpRequestTrailerSectionSize(_) | C::HttpRequestTrailerSize(_) => {
            (other, LASTING, "the request's trailers are too large")
        }
        C::HttpResponseIncomplete => (CutShort, TRANSIENT, "The connection was closed before the end of the body."),
        C::HttpResponseHeaderSectionSize(_) | C::HttpResponseHeaderSize(_) => {
            (too_large, LASTING, "the headers of a response")
        }
        C::HttpResponseBodySize(_) => (too_large, LASTING, "the body of a response"),
        C::HttpResponseTrailerSectionSize(_) | C::HttpResponseTrailerSize(_) => {
            (too_large, LASTING, "the trailers of a response")
        }
        C::HttpResponseTransferCoding(_) => {
            (other, LASTING, "the response has a transfer coding that the host does not know")
        }
        C::HttpResponseContentCoding(_) => {
            (other, LASTING, "the response has a content coding that the host does not know")
        }
        C::HttpUpgradeFailed => (other, LASTING, "the connection was to be upgraded"),
        C::HttpProtocolError => (other, LASTING, "the answer is not HTTP as the host understands it"),
        C::LoopDetected => (other, LASTING, "the request runs in a loop between proxies"),
        C::ConfigurationError => (other, LASTING, "the host's network configuration is not valid"),
        C::InternalError(text) => {
            let text = shorten(text.as_deref().unwrap_or(NO_REASON), 200);
            return reported(format!("the host failed: {text}"));
        }
    };
    match kind {
        Other(_) => reported(detail.to_owned()),
        ErrorKind::TooLarge(_) => Failure::lasting(kind, format!("The host limits {detail}.")),
        _ if transient => Failure::transient(kind, detail),
        _ => Failure::lasting(kind, detail),
    }
}

fn reported(what: String) -> Failure {
    Failure::lasting(ErrorKind::Other(what), "The host's wasi:http reports this.")
}

/// A name that does not exist stays so; a name service that fails may recover.
fn dns(rcode: Option<&str>) -> Failure {
    let detail = match rcode {
        Some(rcode) => format!("The name service says: {}.", shorten(rcode, 64)),
        None => "The name service reports no reason.".to_owned(),
    };
    match rcode {
        Some("SERVFAIL" | "TRYAGAIN" | "REFUSED") => Failure::transient(ErrorKind::Dns, detail),
        _ => Failure::lasting(ErrorKind::Dns, detail),
    }
}
