//! The last layer: speaks HTTP/1.1 over whatever its connector connects, and keeps to the component's timeouts.

use std::error::Error;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::Uri;
use http_body::{Body as HttpBody, Frame, SizeHint};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::client::conn::http1::{SendRequest, handshake};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::JoinHandle;
use tokio::time::{Instant, Sleep, sleep, timeout};
use wasmtime_wasi_http::io::TokioIo;

use crate::http::{Body, Decision, HttpError, Layer, Request, Response, Timeouts, Verdict};

/// How long to wait where the component names no timeout.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(60);

/// A connection to a server.
pub type Connection = Box<dyn Stream>;

/// A connection on its way.
pub type Connecting<'a> = Pin<Box<dyn Future<Output = Result<Connection, HttpError>> + Send + 'a>>;

/// Bytes in both directions.
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// Connects to the server of a URL.
pub trait Connector: Send + Sync {
    /// A connection, secured if the URL's scheme asks for it.
    fn connect<'a>(&'a self, uri: &'a Uri) -> Connecting<'a>;
}

/// Sends requests to wherever they are addressed.
pub struct Client<C>(C);

impl<C: Connector> Client<C> {
    /// A client that connects like this.
    pub fn new(connector: C) -> Self {
        Self(connector)
    }

    async fn send(&self, request: Request, timeouts: &Timeouts) -> Result<Response, HttpError> {
        let connect_timeout = timeouts.connect_timeout.unwrap_or(DEFAULT_TIMEOUT);
        let connection = timeout(connect_timeout, self.0.connect(request.uri())).await;
        let connection = connection.map_err(|_| HttpError::ConnectionTimeout)??;

        let (mut sender, driver) = speak(connection).await?;
        let first_byte_timeout = timeouts.first_byte_timeout.unwrap_or(DEFAULT_TIMEOUT);
        let response = timeout(first_byte_timeout, sender.send_request(origin_form(request)?)).await;
        let response = response.map_err(|_| HttpError::HttpResponseTimeout)?.map_err(|error| head_error(&error))?;

        let pause = timeouts.between_bytes_timeout.unwrap_or(DEFAULT_TIMEOUT);
        Ok(response.map(|incoming| Paced::new(incoming, pause, driver).boxed_unsync()))
    }
}

impl<C: Connector> Layer for Client<C> {
    fn decide<'a>(&'a self, request: Request, timeouts: &'a Timeouts) -> Decision<'a> {
        Box::pin(async move { Verdict::Complete(self.send(request, timeouts).await) })
    }
}

async fn speak(stream: Connection) -> Result<(SendRequest<Body>, Driver), HttpError> {
    let (sender, connection) = handshake(TokioIo::new(stream)).await.map_err(|error| head_error(&error))?;
    // Its errors reach the response, where they are told.
    let driver = Driver(tokio::spawn(async move { drop(connection.await) }));
    Ok((sender, driver))
}

/// The task that moves a connection's bytes. It ends with the response, so that no server can hold it.
struct Driver(JoinHandle<()>);

impl Drop for Driver {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// A server is asked for a path; scheme and host are for proxies.
fn origin_form(mut request: Request) -> Result<Request, HttpError> {
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    *request.uri_mut() = path.parse().map_err(|_| HttpError::HttpRequestUriInvalid)?;
    Ok(request)
}

fn head_error(error: &hyper::Error) -> HttpError {
    if error.is_parse_too_large() {
        HttpError::HttpResponseHeaderSectionSize(None)
    } else if error.is_parse() || error.is_parse_status() {
        HttpError::HttpProtocolError
    } else {
        HttpError::ConnectionTerminated
    }
}

fn body_error(error: &hyper::Error) -> HttpError {
    // hyper tells what is wrong with a body's framing as an I/O error.
    let cause = error.source().and_then(|cause| cause.downcast_ref::<io::Error>()).map(io::Error::kind);
    match cause {
        Some(io::ErrorKind::UnexpectedEof) => HttpError::HttpResponseIncomplete,
        Some(io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData) => HttpError::HttpProtocolError,
        _ if error.is_incomplete_message() => HttpError::HttpResponseIncomplete,
        _ if error.is_parse() => HttpError::HttpProtocolError,
        _ => HttpError::ConnectionTerminated,
    }
}

/// A body that fails when it pauses for too long.
struct Paced {
    incoming: Incoming,
    pause: Duration,
    overdue: Pin<Box<Sleep>>,
    _driver: Driver,
}

impl Paced {
    fn new(incoming: Incoming, pause: Duration, driver: Driver) -> Self {
        Self { incoming, pause, overdue: Box::pin(sleep(pause)), _driver: driver }
    }
}

impl HttpBody for Paced {
    type Data = Bytes;
    type Error = HttpError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, HttpError>>> {
        match Pin::new(&mut self.incoming).poll_frame(context) {
            Poll::Ready(frame) => {
                let next = Instant::now() + self.pause;
                self.overdue.as_mut().reset(next);
                Poll::Ready(frame.map(|frame| frame.map_err(|error| body_error(&error))))
            }
            Poll::Pending => self.overdue.as_mut().poll(context).map(|()| Some(Err(HttpError::ConnectionReadTimeout))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.size_hint()
    }
}
