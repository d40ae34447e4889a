//! The last layer: speaks HTTP/1.1 or 2 over the connections of its connector, keeps them for the next request, and
//! applies the component's timeouts.

use std::collections::HashMap;
use std::error::Error as _;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::{Either, select};
use http::{Extensions, Method};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::connect::{CaptureConnection, capture_connection};
use hyper_util::client::legacy::{self, Client as Pool};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::time::timeout;
use tracing::debug;

use crate::connector::{ConnectError, Connecting, Connector, PoolConnector, PoolError};
use crate::enforce::Policy;
use crate::explanation::RequestError;
use crate::goaway::{Goaway, SharedGoaway};
use crate::http::{Decision, HttpError, Layer, Request, Response, Timeouts, Verdict, whole};
use crate::http_error::{self, Repeat};
use crate::policy::{Grant, Range, Reason};
use crate::timeout_body::TimeoutBody;

/// The timeout if the component does not set one.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(60);

/// How long a connection may take in all, also when nobody waits for it any more.
const LONGEST_CONNECT: Duration = Duration::from_secs(60);

/// How long an unused connection is kept: less than the minute after which servers, or devices on the way, close it.
const IDLE: Duration = Duration::from_secs(30);

/// The most unused connections that are kept for each server: as many as a busy host makes calls at a time.
const MOST_IDLE: usize = 64;

/// The largest head of a response, in bytes. IAM sends its tokens in a header, so there is room for large ones.
const LARGEST_HEAD: u32 = 128 << 10;

/// The most fields of such a head: ten times what servers send, and few enough for the library to read at once.
const MOST_FIELDS: usize = 1000;

/// The largest body of a request, in bytes. The client holds it until the server answers, because it may have to send
/// it again.
pub(crate) const LARGEST_BODY: usize = 16 << 20;

/// The most times that a request which the server did not begin is repeated on a new connection.
const MOST_REPEATS: u32 = 2;

/// For so many sets of granted addresses connections are kept; then all are dropped. Hosts have one or a few.
const MOST_POOLS: usize = 64;

/// Sends requests to wherever they are addressed. What [`Client::under`] makes of it shares the connections that are kept.
///
/// ```
/// use std::io::{Read, Write};
///
/// use component_runtime::http::{Timeouts, Verdict, full, whole};
/// use component_runtime::{Client, Layer, Network};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
/// let url = format!("http://{}/", listener.local_addr().unwrap());
/// std::thread::spawn(move || {
///     let (mut stream, _) = listener.accept().unwrap();
///     stream.read(&mut [0; 4096]).unwrap();
///     stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello").unwrap();
/// });
///
/// let client = Client::new(Network::new().unwrap());
/// let request = http::Request::get(url).body(full("")).unwrap();
/// let Verdict::Complete(Ok(response)) = client.decide(request, &Timeouts::default()).await else { panic!() };
/// assert_eq!(whole(response.into_body(), 1000).await.unwrap().unwrap(), "hello");
/// # }
/// ```
pub struct Client<C> {
    policy: Policy,
    /// The connections that may be used under the policy.
    pools: ConnectionPools,
    shared: Arc<SharedPools<C>>,
}

/// Two pools of connections for the same requests: one for both versions of HTTP, and one for servers that ask for
/// HTTP/1.1.
#[derive(Clone)]
struct ConnectionPools {
    any: Pool<PoolConnector, Full<Bytes>>,
    http1: Pool<PoolConnector, Full<Bytes>>,
}

struct SharedPools<C> {
    connector: Arc<C>,
    /// Whoever may connect to certain addresses must not hand such a connection to somebody who may not.
    pools: Mutex<HashMap<Vec<Range>, ConnectionPools>>,
}

/// An attempt that failed, and how the request can be repeated.
struct AttemptError {
    error: RequestError,
    repeat: Option<Repeat>,
}

impl<C: Connector> Client<C> {
    /// A client that connects like this, to no addresses that have to be granted.
    pub fn new(connector: C) -> Self {
        Self::sharing(
            Arc::new(SharedPools { connector: Arc::new(connector), pools: Mutex::default() }),
            Policy::default(),
        )
    }

    /// The same client, which also connects to the addresses that this policy grants, and keeps its denials there.
    #[must_use]
    pub fn under(&self, policy: &Policy) -> Self {
        Self::sharing(Arc::clone(&self.shared), policy.clone())
    }

    fn sharing(shared: Arc<SharedPools<C>>, policy: Policy) -> Self {
        let pools = shared.under(policy.grant());
        Self { policy, pools, shared }
    }

    async fn send(&self, request: Request, timeouts: &Timeouts) -> Result<Response, RequestError> {
        let request = buffered(request).await?;
        let mut repeats = 0;
        loop {
            let AttemptError { error, repeat } = match self.attempt(&self.pools.any, request.clone(), timeouts).await {
                Ok(response) => return Ok(response),
                Err(failed) => failed,
            };
            debug!(reason = error.reason(), repeats, "an attempt failed");
            match repeat {
                Some(Repeat::OverHttp1) => return self.send_over_http1(request, timeouts).await,
                Some(Repeat::OnNewConnection) if repeats < MOST_REPEATS => repeats += 1,
                Some(Repeat::OnNewConnection) => {
                    let why =
                        format!("{} {repeats} more attempts, each on a new connection, failed too.", error.reason());
                    return Err(error.with_reason(why));
                }
                None => return Err(error),
            }
        }
    }

    async fn send_over_http1(
        &self,
        request: http::Request<Full<Bytes>>,
        timeouts: &Timeouts,
    ) -> Result<Response, RequestError> {
        self.attempt(&self.pools.http1, request, timeouts).await.map_err(|AttemptError { error, .. }| {
            let why = format!("The server asks for HTTP/1.1 (HTTP_1_1_REQUIRED). {}", error.reason());
            error.with_reason(why)
        })
    }

    async fn attempt(
        &self,
        pool: &Pool<PoolConnector, Full<Bytes>>,
        mut request: http::Request<Full<Bytes>>,
        timeouts: &Timeouts,
    ) -> Result<Response, AttemptError> {
        let overdue = self.shared.connector.overdue(request.uri());
        let connection = capture_connection(&mut request);
        // Other requests would reach the same server on this connection.
        let retire = || connection.connection_metadata().iter().for_each(|connected| connected.poison());
        let answer = pin!(pool.request(request));
        let connected = pin!(is_connected(connection.clone()));
        let connect_timeout = timeouts.connect_timeout.unwrap_or(DEFAULT_TIMEOUT);
        let first_byte_timeout = timeouts.first_byte_timeout.unwrap_or(DEFAULT_TIMEOUT);
        let answer = match timeout(connect_timeout, select(answer, connected)).await {
            Err(_) => {
                let late = HttpError::ConnectionTimeout;
                return Err(match overdue {
                    Some(explanation) => RequestError::new(late, explanation).into(),
                    None => late.into(),
                });
            }
            Ok(Either::Left((answer, _))) => answer,
            Ok(Either::Right(((), answer))) => timeout(first_byte_timeout, answer).await.map_err(|_| {
                retire();
                HttpError::HttpResponseTimeout
            })?,
        };
        let pause = timeouts.between_bytes_timeout.unwrap_or(DEFAULT_TIMEOUT);
        match answer {
            Ok(mut response) => {
                let goaway = response.extensions_mut().remove();
                Ok(response.map(|body| TimeoutBody::new(body, pause, goaway, self.policy.clone()).boxed_unsync()))
            }
            Err(error) => {
                let failed = self.attempt_error(&error);
                if failed.repeat.is_some() {
                    retire();
                }
                Err(failed)
            }
        }
    }

    fn attempt_error(&self, error: &legacy::Error) -> AttemptError {
        let source = error.source();
        if let Some(shut) = source.and_then(|source| source.downcast_ref::<PoolError>()).and_then(PoolError::take) {
            return self.connect_error(shut).into();
        }
        match source.and_then(|source| source.downcast_ref()) {
            Some(cause) => {
                let goaway = goaway(error);
                AttemptError {
                    error: http_error::no_response(cause, goaway),
                    repeat: http_error::repeat(cause, goaway),
                }
            }
            None => HttpError::ConnectionTerminated.into(),
        }
    }

    fn connect_error(&self, error: ConnectError) -> RequestError {
        match error {
            ConnectError::Failed(error) => error,
            ConnectError::Denied(denial) => {
                let code = match denial.reason() {
                    Reason::Addresses(_) | Reason::NotLoopback(_) => HttpError::DestinationIpProhibited,
                    _ => HttpError::HttpRequestDenied,
                };
                self.policy.keep(denial);
                code.into()
            }
        }
    }
}

impl From<RequestError> for AttemptError {
    fn from(error: RequestError) -> Self {
        Self { error, repeat: None }
    }
}

impl From<HttpError> for AttemptError {
    fn from(code: HttpError) -> Self {
        RequestError::from(code).into()
    }
}

impl<C: Connector> SharedPools<C> {
    fn under(&self, grant: &Grant) -> ConnectionPools {
        let addresses = grant.addresses();
        let mut pools = self.pools.lock().unwrap_or_else(PoisonError::into_inner);
        if pools.len() >= MOST_POOLS && !pools.contains_key(&addresses) {
            pools.clear();
        }
        let kept = pools.entry(addresses).or_insert_with(|| ConnectionPools {
            any: builder().build(self.pool_connector(grant, C::connect)),
            http1: builder().build(self.pool_connector(grant, C::connect_http1)),
        });
        kept.clone()
    }

    fn pool_connector(
        &self,
        grant: &Grant,
        connect: for<'a> fn(&'a C, &'a http::Uri, &'a Grant) -> Connecting<'a>,
    ) -> PoolConnector {
        let (connector, grant) = (Arc::clone(&self.connector), Arc::new(grant.clone()));
        PoolConnector::new(move |uri| {
            let (connector, grant) = (Arc::clone(&connector), Arc::clone(&grant));
            async move {
                let connection = timeout(LONGEST_CONNECT, connect(&connector, &uri, &grant)).await;
                connection.unwrap_or(Err(HttpError::ConnectionTimeout.into()))
            }
        })
    }
}

impl<C: Connector> Layer for Client<C> {
    fn decide<'a>(&'a self, request: Request, timeouts: &'a Timeouts) -> Decision<'a> {
        Box::pin(async move {
            self.policy.explain(None);
            Verdict::Complete(self.send(request, timeouts).await.map_err(|error| {
                self.policy.explain(error.explanation());
                error.into_code()
            }))
        })
    }
}

/// Reads the whole body of a request, which can then be sent more than once. The host sets its length. The body of a
/// `GET` or `HEAD` has no defined meaning, so it is left out. Source: RFC 9110, section 9.3.1.
async fn buffered(request: Request) -> Result<http::Request<Full<Bytes>>, HttpError> {
    if request.uri().authority().is_none() {
        return Err(HttpError::HttpRequestUriInvalid);
    }
    let (head, body) = request.into_parts();
    let body = match head.method {
        Method::GET | Method::HEAD => Bytes::new(),
        _ => whole(body, LARGEST_BODY).await?.ok_or(HttpError::HttpRequestBodySize(Some(LARGEST_BODY as u64)))?,
    };
    Ok(http::Request::from_parts(head, Full::new(body)))
}

/// Returns how the server closed the HTTP/2 connection of a failed request.
fn goaway(error: &legacy::Error) -> Option<Goaway> {
    let mut extras = Extensions::new();
    error.connect_info()?.get_extras(&mut extras);
    extras.get::<SharedGoaway>()?.get()
}

async fn is_connected(mut connection: CaptureConnection) {
    drop(connection.wait_for_connection_metadata().await);
}

fn builder() -> legacy::Builder {
    let mut builder = Pool::builder(TokioExecutor::new());
    builder
        .timer(TokioTimer::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(IDLE)
        .pool_max_idle_per_host(MOST_IDLE)
        // The component's runtime sets it, and the signature covers it.
        .set_host(false)
        .http1_max_buf_size(LARGEST_HEAD as usize)
        .http1_max_headers(MOST_FIELDS)
        .http2_max_header_list_size(LARGEST_HEAD);
    builder
}
