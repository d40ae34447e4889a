//! How a client gets its connections.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use http::Uri;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::{Connected, Connection as PoolConnection};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tower_service::Service;

use crate::explanation::{Explanation, RequestError};
use crate::goaway::FrameReader;
use crate::http::HttpError;
use crate::policy::{Denial, Grant};

/// Bytes in both directions.
///
/// ```
/// use component_runtime::connector::Stream;
///
/// let (one, _other) = tokio::io::duplex(4096);
/// let _stream: Box<dyn Stream> = Box::new(one);
/// ```
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// A connection to a server, and its version of HTTP.
///
/// ```
/// use component_runtime::connector::Connection;
///
/// let (ours, _theirs) = tokio::io::duplex(4096);
/// let connection = Connection::new(ours).speaking_http2(true);
/// # drop(connection);
/// ```
pub struct Connection(TokioIo<WatchedStream>);

/// Bytes in both directions. If they are HTTP/2, the incoming frames are watched.
struct WatchedStream {
    stream: Box<dyn Stream>,
    frames: Option<FrameReader>,
}

/// A connection on its way.
pub type Connecting<'a> = Pin<Box<dyn Future<Output = Result<Connection, ConnectError>> + Send + 'a>>;

/// Why there is no connection.
///
/// ```
/// use component_runtime::connector::ConnectError;
/// use component_runtime::http::HttpError;
///
/// assert!(matches!(ConnectError::from(HttpError::ConnectionRefused), ConnectError::Failed(_)));
/// ```
#[derive(Debug)]
pub enum ConnectError {
    /// A policy forbids it.
    Denied(Denial),
    /// It could not be made.
    Failed(RequestError),
}

/// Connects to the server of a URL.
///
/// ```
/// use component_runtime::connector::{ConnectError, Connecting, Connection, Connector};
/// use component_runtime::http::{HttpError, Timeouts, Verdict, full};
/// use component_runtime::{Client, Grant, Layer};
/// use http::Uri;
/// use tokio::io::{AsyncReadExt, AsyncWriteExt};
///
/// /// Connects to a server within this process, for example in a test.
/// struct Within;
///
/// impl Connector for Within {
///     fn connect<'a>(&'a self, uri: &'a Uri, _: &'a Grant) -> Connecting<'a> {
///         Box::pin(async move {
///             if uri.host() != Some("a.example") {
///                 return Err(ConnectError::from(HttpError::DestinationNotFound));
///             }
///             let (ours, mut theirs) = tokio::io::duplex(4096);
///             tokio::spawn(async move {
///                 let _ = theirs.read(&mut [0; 4096]).await;
///                 let _ = theirs.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await;
///             });
///             Ok(Connection::new(ours))
///         })
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let client = Client::new(Within);
/// let request = http::Request::get("http://a.example/").body(full("")).unwrap();
/// let Verdict::Complete(Ok(response)) = client.decide(request, &Timeouts::default()).await else { panic!() };
/// assert_eq!(response.status(), 204);
/// # }
/// ```
pub trait Connector: Send + Sync + 'static {
    /// A connection, secured if the URL's scheme asks for it. It may be used again for every call with the same granted
    /// addresses, so nothing else of the grant may decide.
    fn connect<'a>(&'a self, uri: &'a Uri, grant: &'a Grant) -> Connecting<'a>;

    /// Connects in the same way, but offers only HTTP/1.1, for a server that refuses HTTP/2. A connector that never
    /// speaks HTTP/2 keeps the default.
    fn connect_http1<'a>(&'a self, uri: &'a Uri, grant: &'a Grant) -> Connecting<'a> {
        self.connect(uri, grant)
    }

    /// Explains a connection that takes too long, where more is known than that.
    fn overdue(&self, _uri: &Uri) -> Option<Explanation> {
        None
    }
}

impl Connection {
    /// A connection over which HTTP/1.1 is spoken.
    pub fn new(stream: impl Stream + 'static) -> Self {
        Self(TokioIo::new(WatchedStream { stream: Box::new(stream), frames: None }))
    }

    /// The same connection, with HTTP/2 if both sides agreed on that.
    #[must_use]
    pub fn speaking_http2(self, http2: bool) -> Self {
        let stream = self.0.into_inner().stream;
        Self(TokioIo::new(WatchedStream { stream, frames: http2.then(FrameReader::default) }))
    }
}

impl From<HttpError> for ConnectError {
    fn from(code: HttpError) -> Self {
        Self::Failed(code.into())
    }
}

impl From<RequestError> for ConnectError {
    fn from(error: RequestError) -> Self {
        Self::Failed(error)
    }
}

impl From<Denial> for ConnectError {
    fn from(denial: Denial) -> Self {
        Self::Denied(denial)
    }
}

/// A way to connect, in the form that the library's client takes.
#[derive(Clone)]
pub(crate) struct PoolConnector(Arc<dyn Fn(Uri) -> Connecting<'static> + Send + Sync>);

impl PoolConnector {
    pub(crate) fn new<F>(connect: impl Fn(Uri) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Connection, ConnectError>> + Send + 'static,
    {
        Self(Arc::new(move |uri| Box::pin(connect(uri))))
    }
}

impl Service<Uri> for PoolConnector {
    type Response = Connection;
    type Error = PoolError;
    type Future = Pin<Box<dyn Future<Output = Result<Connection, PoolError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), PoolError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let connecting = (self.0)(uri);
        Box::pin(async move { connecting.await.map_err(PoolError::new) })
    }
}

/// Why there is no connection, for whoever can only look at an error: it can be taken out once.
#[derive(Debug)]
pub(crate) struct PoolError(Mutex<Option<ConnectError>>);

impl PoolError {
    fn new(error: ConnectError) -> Self {
        Self(Mutex::new(Some(error)))
    }

    pub(crate) fn take(&self) -> Option<ConnectError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl std::fmt::Display for PoolError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("no connection could be made")
    }
}

impl std::error::Error for PoolError {}

impl PoolConnection for Connection {
    fn connected(&self) -> Connected {
        match &self.0.inner().frames {
            Some(frames) => Connected::new().negotiated_h2().extra(frames.goaway()),
            None => Connected::new(),
        }
    }
}

impl Read for Connection {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: ReadBufCursor<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buffer)
    }
}

impl Write for Connection {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

impl AsyncRead for WatchedStream {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, buffer);
        if let Some(frames) = &mut self.frames {
            frames.read(buffer.filled().get(before..).unwrap_or_default());
        }
        read
    }
}

impl AsyncWrite for WatchedStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
