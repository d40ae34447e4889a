//! `wasi:http` and the clocks, and nothing that decides. `calls` declares the functions that end with an error code.

mod calls;

use std::time::Duration;

use http::StatusCode;

use crate::component::bindings::wasi;
use crate::error::{ErrorKind, Failure, Timeout};
use crate::list::{Allowance, Transport, nanoseconds};
use crate::message::shorten;
use crate::request::{Header, Request};
use crate::response::{Body, Headers, Response};
use crate::text::{fill, number};

use calls::ErrorCode;
use wasi::clocks::{monotonic_clock, wall_clock};
use wasi::http::types::{
    Fields, FutureIncomingResponse, IncomingBody, IncomingResponse, Method, OutgoingRequest, RequestOptions, Scheme,
};
use wasi::io::poll::{Pollable, poll};
use wasi::io::streams::{InputStream, StreamError};

/// The most that one read asks for.
const CHUNK: u64 = 64 * 1024;

/// What stands where a host gives no reason.
const NO_REASON: &str = "no reason given";

/// What failed while what was going on: the same code from the host means different things.
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
        // Up to a year with six digits; of other ways to make a duration, each may panic, which takes 1 KB.
        Duration::from_micros(now.seconds.min(1 << 43) * 1_000_000 + u64::from(now.nanoseconds / 1000))
    }

    fn elapsed(&self) -> Duration {
        Duration::from_nanos(monotonic_clock::now().saturating_sub(self.began))
    }

    fn sleep(&mut self, wait: Duration) {
        monotonic_clock::subscribe_duration(nanoseconds(wait)).block();
    }

    fn send(&mut self, request: Request, allowance: Allowance) -> Result<Response, Box<Failure>> {
        let deadline = monotonic_clock::subscribe_duration(nanoseconds(allowance.remaining));
        let pending =
            calls::send(&outgoing(&request)?, &options(&allowance)).map_err(|code| failure(code, Phase::Head))?;
        let incoming = wait_for_head(&pending, &deadline)?;
        let status = status(&incoming)?;
        Ok(Response {
            status,
            headers: headers(&incoming, status),
            body: Box::new(Incoming::of(&incoming, deadline, allowance.max_response_bytes)?),
        })
    }
}

fn outgoing(request: &Request) -> Result<OutgoingRequest, Box<Failure>> {
    let headers = Fields::new();
    let mut taken = true;
    for Header { name, value } in &request.headers {
        taken &= headers.append(name, value.as_bytes()).is_ok();
    }
    let outgoing = OutgoingRequest::new(headers);
    let scheme = if request.origin.is_secure() { Scheme::Https } else { Scheme::Http };
    let parts = [
        (taken, "a header"),
        (outgoing.set_method(&Method::Get).is_ok(), "the method"),
        (outgoing.set_scheme(Some(&scheme)).is_ok(), "the scheme"),
        (outgoing.set_authority(Some(&request.origin.authority())).is_ok(), "the host"),
        (outgoing.set_path_with_query(Some(&request.path_and_query)).is_ok(), "the path"),
    ];
    match parts.iter().find(|(taken, _)| !taken) {
        Some((_, part)) => Err(unsendable(part)),
        None => Ok(outgoing),
    }
}

/// A host that knows no such timeout ignores it; the call's own deadline holds all the same.
fn options(allowance: &Allowance) -> RequestOptions {
    let options = RequestOptions::new();
    let _ = options.set_connect_timeout(Some(nanoseconds(allowance.connect_timeout)));
    let _ = options.set_first_byte_timeout(Some(nanoseconds(allowance.first_byte_timeout)));
    let _ = options.set_between_bytes_timeout(Some(nanoseconds(allowance.between_bytes_timeout)));
    options
}

fn wait_for_head(pending: &FutureIncomingResponse, deadline: &Pollable) -> Result<IncomingResponse, Box<Failure>> {
    let ready = pending.subscribe();
    loop {
        match calls::response_of(pending) {
            Some(Ok(response)) => return Ok(response),
            Some(Err(Some(code))) => return Err(failure(code, Phase::Head)),
            Some(Err(None)) => return Err(unsendable("the response, which was taken before")),
            None => wait(&ready, deadline)?,
        }
    }
}

fn status(incoming: &IncomingResponse) -> Result<StatusCode, Box<Failure>> {
    let status = incoming.status();
    let impossible = |_| {
        let what = fill("the host passed on the status {}", &[&number(status.into())]);
        Failure::lasting(ErrorKind::Other(what), "There is none such.")
    };
    StatusCode::from_u16(status).map_err(impossible)
}

/// A value that is no text is as good as none.
fn headers(incoming: &IncomingResponse, status: StatusCode) -> Headers {
    let fields = incoming.headers();
    Headers::look_up(status, |name| fields.get(name).into_iter().next().and_then(|value| String::from_utf8(value).ok()))
}

/// A body that arrives within the time of the call.
struct Incoming {
    open: Option<Open>,
    deadline: Pollable,
    read: usize,
    max_bytes: u32,
}

/// What belongs to a body that is not read to its end. It is given back in this order.
struct Open {
    /// Made when there is something to wait for.
    ready: Option<Pollable>,
    stream: InputStream,
    body: IncomingBody,
}

impl Incoming {
    fn of(incoming: &IncomingResponse, deadline: Pollable, max_bytes: u32) -> Result<Self, Box<Failure>> {
        let body = incoming.consume().map_err(|()| unsendable("the body, which was taken before"))?;
        let stream = body.stream().map_err(|()| unsendable("the stream, which was taken before"))?;
        Ok(Self { open: Some(Open { ready: None, stream, body }), deadline, read: 0, max_bytes })
    }
}

impl Body for Incoming {
    fn next(&mut self) -> Result<Option<Vec<u8>>, Box<Failure>> {
        while let Some(Open { ready, stream, .. }) = &mut self.open {
            match stream.read(CHUNK) {
                Ok(chunk) if chunk.is_empty() => {
                    wait(ready.get_or_insert_with(|| stream.subscribe()), &self.deadline)?;
                }
                Ok(chunk) => {
                    self.read += chunk.len();
                    if self.read > self.max_bytes as usize {
                        return Err(Failure::lasting(
                            ErrorKind::TooLarge { limit_bytes: Some(self.max_bytes.into()) },
                            "Reading stopped there.",
                        ));
                    }
                    // A stream that always has a little more must not outlast the call.
                    in_time(&self.deadline)?;
                    return Ok(Some(chunk));
                }
                Err(StreamError::Closed) => break,
                Err(StreamError::LastOperationFailed(error)) => {
                    return Err(match calls::code_of(&error) {
                        Some(code) => failure(code, Phase::Body),
                        None => {
                            let text = shorten(&error.to_debug_string(), 200);
                            Failure::transient(ErrorKind::Reset, fill("The stream of the body failed: {}.", &[&text]))
                        }
                    });
                }
            }
        }
        match self.open.take() {
            None => Ok(None),
            Some(Open { ready, stream, body }) => {
                drop((ready, stream));
                trailers_arrived(body, &self.deadline).map(|()| None)
            }
        }
    }
}

/// Only after the trailers is it certain that the body is whole: some hosts report a broken body there.
fn trailers_arrived(body: IncomingBody, deadline: &Pollable) -> Result<(), Box<Failure>> {
    let trailers = IncomingBody::finish(body);
    loop {
        match calls::trailers_of(&trailers) {
            Some(Ok(())) => return Ok(()),
            Some(Err(Some(code))) => return Err(failure(code, Phase::Body)),
            Some(Err(None)) => return Err(unsendable("the trailers, which were taken before")),
            None => wait(&trailers.subscribe(), deadline)?,
        }
    }
}

/// Waits until there is something, or the time of the call is over.
fn wait(ready: &Pollable, deadline: &Pollable) -> Result<(), Box<Failure>> {
    poll(&[ready, deadline]);
    in_time(deadline)
}

fn in_time(deadline: &Pollable) -> Result<(), Box<Failure>> {
    if !deadline.ready() {
        return Ok(());
    }
    Err(Failure::lasting(ErrorKind::Timeout(Timeout::Call), "The request was given up while it was under way."))
}

fn unsendable(what: &str) -> Box<Failure> {
    let what = fill("the host does not take {}", &[what]);
    Failure::lasting(ErrorKind::Other(what), "The host's wasi:http is at fault.")
}

/// Every error code of wasi:http, and what it means to the caller. What is the same for all is done once, at the end.
fn failure(code: ErrorCode, phase: Phase) -> Box<Failure> {
    use ErrorCode as C;
    use ErrorKind::{CutShort, Denied, Dns, Other, Refused, Reset, Tls};
    const LASTING: bool = false;
    const TRANSIENT: bool = true;
    // Their texts are composed below.
    let other = Other(String::new());
    let too_large = ErrorKind::TooLarge { limit_bytes: None };
    let (kind, transient, detail) = match code {
        C::DnsTimeout => (Dns, TRANSIENT, "The name service did not answer in time."),
        C::DnsError(error) => return dns(error.rcode.convert::<String>().as_deref()),
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
        C::TlsProtocolError => (Tls, LASTING, "Both sides found no common way to speak."),
        C::TlsCertificateError => (Tls, LASTING, "The certificate is not trusted, not valid now, or another host's."),
        C::TlsAlertReceived(alert) => {
            let text: String = alert.alert_message.convert().unwrap_or_else(|| NO_REASON.to_owned());
            return Failure::lasting(Tls, fill("The other side broke off: {}.", &[&shorten(&text, 100)]));
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
            let text = text.convert().unwrap_or_else(|| NO_REASON.to_owned());
            return reported(fill("the host failed: {}", &[&shorten(&text, 200)]));
        }
    };
    match kind {
        Other(_) => reported(detail.to_owned()),
        ErrorKind::TooLarge { .. } => Failure::lasting(kind, fill("The host limits {}.", &[detail])),
        _ if transient => Failure::transient(kind, detail),
        _ => Failure::lasting(kind, detail),
    }
}

fn reported(what: String) -> Box<Failure> {
    Failure::lasting(ErrorKind::Other(what), "The host's wasi:http reports this.")
}

/// A name that does not exist stays so; a name service that fails may recover.
fn dns(rcode: Option<&str>) -> Box<Failure> {
    let detail = match rcode {
        Some(rcode) => fill("The name service says: {}.", &[&shorten(rcode, 64)]),
        None => "The name service gives no reason.".to_owned(),
    };
    match rcode {
        Some("SERVFAIL" | "TRYAGAIN" | "REFUSED") => Failure::transient(ErrorKind::Dns, detail),
        _ => Failure::lasting(ErrorKind::Dns, detail),
    }
}
