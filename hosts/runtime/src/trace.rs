//! The spans of calls and requests, for `tracing`: `call` at the level `info`, and within it each `request` at `debug`. A
//! component pauses after a failed request, before another attempt. Then the event `pause` at `debug` has the pause's
//! `milliseconds`, and the `attempt`, `status` and `error` of that request.
//!
//! Spans hold no header except the response's request id, no value of a query, no user information and no body. Texts of
//! a component or a server are short and in ASCII.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Instant;

use bytes::Bytes;
use http::{HeaderMap, Uri};
use http_body::{Body as HttpBody, Frame, SizeHint};
use http_body_util::BodyExt;
use tracing::field::Empty;
use tracing::{Instrument, Span, debug_span, info_span};

use crate::http::{Body, Decision, HttpError, Layer, Request, Response, Timeouts, Verdict};
use crate::printable::excerpt;

/// A UUID has 32 hexadecimal digits, and four hyphens or none.
const LONGEST_ID: usize = 36;

/// A layer around one that completes requests which no component made, as for a token: they get spans too.
///
/// ```
/// use component_runtime::{Client, Network, Traced};
///
/// let layer = Traced::new(Client::new(Network::new().unwrap()));
/// # drop(layer);
/// ```
pub struct Traced<L>(L);

impl<L: Layer> Traced<L> {
    /// Traces the requests that pass to this layer.
    pub fn new(inner: L) -> Self {
        Self(inner)
    }
}

impl<L: Layer> Layer for Traced<L> {
    fn decide<'a>(&'a self, request: Request, timeouts: &'a Timeouts) -> Decision<'a> {
        let trace = RequestTrace::of(&Span::current(), &request);
        let span = trace.span.clone();
        let decide = async move {
            match self.0.decide(request, timeouts).await {
                Verdict::Complete(result) => Verdict::Complete(trace.result(result)),
                verdict @ Verdict::Continue(_) => verdict,
            }
        };
        Box::pin(decide.instrument(span))
    }
}

/// The span of a call. Dropped before there is an outcome, the call was cancelled.
pub(crate) struct CallTrace {
    pub(crate) span: Span,
    began: Instant,
    outcome: &'static str,
}

impl CallTrace {
    pub(crate) fn of(component: &str, operation: &str) -> Self {
        let span = info_span!("call", component, operation, outcome = Empty, milliseconds = Empty);
        Self { span, began: Instant::now(), outcome: "cancelled" }
    }

    pub(crate) fn end(mut self, outcome: &'static str) {
        self.outcome = outcome;
    }
}

impl Drop for CallTrace {
    fn drop(&mut self) {
        self.span.record("outcome", self.outcome).record("milliseconds", milliseconds(self.began));
    }
}

/// Why the last request of a call failed, if it did.
#[derive(Clone, Default)]
pub(crate) struct LastFailure(Arc<Mutex<Option<Failure>>>);

/// The part of a failed request's span that says why.
pub(crate) struct Failure {
    pub(crate) status: Option<u16>,
    pub(crate) error: Option<String>,
}

impl LastFailure {
    pub(crate) fn set(&self, failure: Option<Failure>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = failure;
    }

    pub(crate) fn take(&self) -> Option<Failure> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// The span of a request, from when it is made to the end of its response's body.
pub(crate) struct RequestTrace {
    pub(crate) span: Span,
    began: Instant,
    bytes: Option<u64>,
    /// The status of a response that is a refusal.
    status: Option<u16>,
    failure: LastFailure,
}

impl RequestTrace {
    /// A request within this span.
    pub(crate) fn of(within: &Span, request: &Request) -> Self {
        let uri = request.uri();
        let port = uri.port().map(|port| format!(":{port}")).unwrap_or_default();
        let span = debug_span!(
            parent: within,
            "request",
            attempt = Empty,
            method = excerpt(request.method().as_str()),
            scheme = uri.scheme_str().map(excerpt),
            host = excerpt(&format!("{}{port}", uri.host().unwrap_or_default())),
            path = excerpt(uri.path()),
            query = query_names(uri),
            verdict = Empty,
            status = Empty,
            request_id = Empty,
            error = Empty,
            bytes = Empty,
            milliseconds = Empty,
        );
        Self { span, began: Instant::now(), bytes: None, status: None, failure: LastFailure::default() }
    }

    /// Also keeps why the request fails.
    pub(crate) fn keeping(mut self, failure: &LastFailure) -> Self {
        failure.set(None);
        self.failure = failure.clone();
        self
    }

    /// Makes the trace of a request that is not logged.
    pub(crate) fn none() -> Self {
        Self { span: Span::none(), began: Instant::now(), bytes: None, status: None, failure: LastFailure::default() }
    }

    /// Records the outcome of the request. A response is watched until it ends.
    pub(crate) fn result(mut self, result: Result<Response, HttpError>) -> Result<Response, HttpError> {
        let response = result.inspect_err(|error| self.fail(error))?;
        let status = response.status();
        self.span.record("status", status.as_u16());
        if status.is_client_error() || status.is_server_error() {
            self.status = Some(status.as_u16());
            self.failure.set(Some(Failure { status: self.status, error: None }));
        }
        if let Some(id) = request_id(response.headers()) {
            self.span.record("request_id", id);
        }
        self.bytes = Some(0);
        Ok(response.map(|inner| TracedBody { inner, trace: self }.boxed_unsync()))
    }

    fn fail(&self, error: &HttpError) {
        let error = excerpt(&error.to_string());
        self.span.record("error", &error);
        self.failure.set(Some(Failure { status: self.status, error: Some(error) }));
    }
}

impl Drop for RequestTrace {
    fn drop(&mut self) {
        if let Some(bytes) = self.bytes {
            self.span.record("bytes", bytes);
        }
        self.span.record("milliseconds", milliseconds(self.began));
    }
}

/// A body whose bytes are counted.
struct TracedBody {
    inner: Body,
    trace: RequestTrace,
}

impl HttpBody for TracedBody {
    type Data = Bytes;
    type Error = HttpError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, HttpError>>> {
        let polled = Pin::new(&mut self.inner).poll_frame(context);
        match &polled {
            Poll::Ready(Some(Ok(frame))) => {
                let more = frame.data_ref().map_or(0, |data| data.len() as u64);
                self.trace.bytes = self.trace.bytes.map(|bytes| bytes + more);
            }
            Poll::Ready(Some(Err(error))) => self.trace.fail(error),
            Poll::Ready(None) | Poll::Pending => {}
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// The names in a query. Their values may be anything, such as a signature.
fn query_names(uri: &Uri) -> Option<String> {
    let names = uri.query()?.split('&').map(|part| part.split('=').next().unwrap_or_default());
    Some(excerpt(&names.collect::<Vec<_>>().join("&")))
}

/// Returns the vendor's id of a request, if it looks like one. A server could send anything under this name, even a
/// secret that it received.
fn request_id(headers: &HeaderMap) -> Option<&str> {
    let id = headers.get("x-request-id")?.to_str().ok()?;
    let fits = id.len() <= LONGEST_ID && id.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    fits.then_some(id)
}

fn milliseconds(began: Instant) -> u64 {
    u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX)
}
