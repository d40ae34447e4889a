//! The one seam to the network: a stack of layers, through which every request of a component passes.
//!
//! A layer decides about each request. The request continues to the next layer, changed or not, or it is complete with
//! a response or an error. Policy, authentication, replay and the client itself are layers. A request that no layer
//! completes is denied. The limits of requests and responses hold around all of them.

use std::error::Error;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName};
use http_body_util::{BodyExt, Full, Limited};
use tracing::{Instrument, Span, debug};
use wasmtime_wasi_http::{ForbiddenHeaderFilter, RequestOptions, WasiBody, WasiHttpHooks};

pub use wasmtime_wasi_http::Error as HttpError;

use crate::limits::Limits;
use crate::trace::{Failure, LastFailure, RequestTrace};

/// A body on its way through the layers.
pub type Body = WasiBody;
/// A request of a component.
pub type Request = http::Request<Body>;
/// A response to a component.
pub type Response = http::Response<Body>;
/// The timeouts that a component asks for.
pub type Timeouts = RequestOptions;

/// The decision of a layer, when it is ready.
pub type Decision<'a> = Pin<Box<dyn Future<Output = Verdict> + Send + 'a>>;

/// The outcome of a request at a layer.
///
/// ```
/// use component_runtime::http::{HttpError, Verdict};
///
/// let verdict = Verdict::Complete(Err(HttpError::HttpRequestDenied));
/// assert!(matches!(verdict, Verdict::Complete(Err(HttpError::HttpRequestDenied))));
/// ```
pub enum Verdict {
    /// The next layer sees this request.
    Continue(Request),
    /// The component sees this response, or this error.
    Complete(Result<Response, HttpError>),
}

/// One layer.
///
/// ```
/// use component_runtime::http::{Decision, Layer, Request, Response, Timeouts, Verdict, full, whole};
///
/// /// Answers each request alike.
/// struct Greeting;
///
/// impl Layer for Greeting {
///     fn decide<'a>(&'a self, _: Request, _: &'a Timeouts) -> Decision<'a> {
///         Box::pin(async { Verdict::Complete(Ok(Response::new(full("hello")))) })
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let request = http::Request::get("https://api.example.com/").body(full("")).unwrap();
/// let Verdict::Complete(Ok(response)) = Greeting.decide(request, &Timeouts::default()).await else { panic!() };
/// assert_eq!(whole(response.into_body(), 1000).await.unwrap().unwrap(), "hello");
/// # }
/// ```
pub trait Layer: Send + Sync {
    /// Decides about a request.
    fn decide<'a>(&'a self, request: Request, timeouts: &'a Timeouts) -> Decision<'a>;
}

/// Layers, the first to see a request first.
///
/// ```
/// use std::sync::Arc;
///
/// use component_runtime::{Client, Network, Policy, Stack};
///
/// let policy = Policy::default();
/// let client = Client::new(Network::new().unwrap());
/// let stack = Stack::new(vec![Arc::new(policy.clone()), Arc::new(client.under(&policy))]);
/// # drop(stack);
/// ```
pub struct Stack(Vec<Arc<dyn Layer>>);

impl Stack {
    /// A stack of these layers.
    #[must_use]
    pub fn new(layers: Vec<Arc<dyn Layer>>) -> Arc<Self> {
        Arc::new(Self(layers))
    }

    async fn send(&self, mut request: Request, timeouts: Timeouts) -> Result<Response, HttpError> {
        for layer in &self.0 {
            match layer.decide(request, &timeouts).await {
                Verdict::Continue(next) => request = next,
                Verdict::Complete(result) => return result,
            }
        }
        Err(HttpError::HttpRequestDenied)
    }
}

/// A body of these bytes.
pub fn full(bytes: impl Into<Bytes>) -> Body {
    Full::new(bytes.into()).map_err(|never| match never {}).boxed_unsync()
}

/// Returns the whole body, or none if it has more than `most` bytes.
///
/// # Errors
/// It breaks off.
pub async fn whole(mut body: Body, most: usize) -> Result<Option<Bytes>, HttpError> {
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        if let Ok(data) = frame?.into_data() {
            if bytes.len() + data.len() > most {
                return Ok(None);
            }
            bytes.extend_from_slice(&data);
        }
    }
    Ok(Some(bytes.into()))
}

/// The headers that the host alone sets, besides all that begin with `proxy-`. They frame a message or belong to one
/// connection. A component that set one could hide a second request or reach another host. Sources: RFC 9110, sections
/// 7.2 to 7.8, 8.6 and 10.1; RFC 9112, section 6.1; RFC 9113, section 8.2.2.
const FORBIDDEN_HEADERS: &[&str] = &[
    "connection",
    "content-length",
    "expect",
    "host",
    "http2-settings",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Returns whether a header belongs to the host. No component may set such a header, and credentials are not sent in
/// one.
///
/// ```
/// use component_runtime::http::is_forbidden_header;
///
/// assert!(is_forbidden_header(&http::header::HOST));
/// assert!(!is_forbidden_header(&http::header::AUTHORIZATION));
/// ```
#[must_use]
pub fn is_forbidden_header(name: &HeaderName) -> bool {
    let name = name.as_str();
    name.starts_with("proxy-") || FORBIDDEN_HEADERS.contains(&name)
}

/// The hook of wasmtime, which leads into the stack of one call.
pub(crate) struct Hook {
    stack: Arc<Stack>,
    limits: Limits,
    call: Span,
    requests: u32,
    /// The URL of the last request, and how often it was sent in a row.
    target: Option<http::Uri>,
    attempt: u32,
    failure: LastFailure,
}

impl Hook {
    /// Requests are within the span of the call.
    pub(crate) fn new(stack: Arc<Stack>, limits: Limits, call: Span) -> Self {
        Self { stack, limits, call, requests: 0, target: None, attempt: 0, failure: LastFailure::default() }
    }

    /// Logs a pause that the component makes, if its last request failed. Each failed request has one such pause: a
    /// component can pause without end.
    pub(crate) fn pause(&self, length: Duration) {
        if let Some(Failure { status, error }) = self.failure.take() {
            let milliseconds = u64::try_from(length.as_millis()).unwrap_or(u64::MAX);
            debug!(parent: &self.call, attempt = self.attempt, status, error, milliseconds, "pause");
        }
    }
}

type Worker = Box<dyn Future<Output = Result<(), HttpError>> + Send>;

impl WasiHttpHooks for Hook {
    /// A component can neither set such headers nor read them in a response.
    fn forbidden_header_filter(&mut self) -> ForbiddenHeaderFilter {
        Arc::new(is_forbidden_header)
    }

    fn send_request(
        &mut self,
        request: Request,
        timeouts: Option<Timeouts>,
        _sent: Worker,
    ) -> Box<dyn Future<Output = Result<(Response, Worker), HttpError>> + Send> {
        self.requests = self.requests.saturating_add(1);
        let (stack, limits, within) = (Arc::clone(&self.stack), self.limits, self.requests <= self.limits.requests);
        // Of the requests beyond the limit one is logged: a component can ask without end.
        let is_logged = within || self.requests - 1 == limits.requests;
        let trace = if is_logged { RequestTrace::of(&self.call, &request) } else { RequestTrace::none() };
        let trace = trace.keeping(&self.failure);
        // A project that is looked up first is another request, with attempts of its own.
        let is_repeated = self.target.as_ref() == Some(request.uri());
        self.attempt = if is_repeated { self.attempt.saturating_add(1) } else { 1 };
        self.target = Some(request.uri().clone());
        trace.span.record("attempt", self.attempt);
        let span = trace.span.clone();
        let send = async move {
            let result = if within {
                stack.send(request, timeouts.unwrap_or_default()).await
            } else {
                Err(too_many(limits.requests))
            };
            let response = trace.result(result.and_then(|response| limited(response, &limits)))?;
            Ok((response, Box::new(async { Ok(()) }) as Worker))
        };
        Box::new(send.instrument(span))
    }
}

/// Not the bare code of a denial, which could not say why.
fn too_many(requests: u32) -> HttpError {
    let reason = format!("denied: the limit of this host is {requests} requests a call");
    Span::current().record("verdict", &reason);
    HttpError::InternalError(Some(reason))
}

/// A response whose headers are not too large, and whose body fails where it becomes too large.
fn limited(response: Response, limits: &Limits) -> Result<Response, HttpError> {
    if header_size(response.headers()) > limits.header_bytes {
        return Err(HttpError::HttpResponseHeaderSectionSize(u32::try_from(limits.header_bytes).ok()));
    }
    let most = limits.response_bytes;
    // Where a size has fewer bits, memory ends before the limit does.
    let limit = usize::try_from(most).unwrap_or(usize::MAX);
    Ok(response.map(|body| Limited::new(body, limit).map_err(move |error| body_error(error, most)).boxed_unsync()))
}

/// As HTTP/2 counts it. Source: RFC 9113, section 6.5.2.
fn header_size(headers: &HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 32).sum()
}

/// The body's own error, or that it is larger than this.
fn body_error(error: Box<dyn Error + Send + Sync>, most: u64) -> HttpError {
    error.downcast::<HttpError>().map_or(HttpError::HttpResponseBodySize(Some(most)), |own| *own)
}
