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
use crate::explanation::Fault;
use crate::failure::{self, Again};
use crate::farewell::{Farewell, Goaway};
use crate::http::{Decision, HttpError, Layer, Request, Response, Timeouts, Verdict, whole};
use crate::pace::Paced;
use crate::policy::{Grant, Range, Reason};

/// The timeout if the component does not set one.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(60);

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
    kept: ConnectionPools,
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

/// A request that failed, and how it can be repeated.
struct Broken {
    fault: Fault,
    again: Option<Again>,
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
        let kept = shared.under(policy.grant());
        Self { policy, kept, shared }
    }

    async fn send(&self, request: Request, timeouts: &Timeouts) -> Result<Response, Fault> {
        let request = collected(request).await?;
        let mut repeats = 0;
        loop {
            let Broken { fault, again } = match self.attempt(&self.kept.any, request.clone(), timeouts).await {
                Ok(response) => return Ok(response),
                Err(broken) => broken,
            };
            debug!(reason = fault.why(), repeats, "an attempt failed");
            match again {
                Some(Again::OverHttp1) => return self.send_over_http1(request, timeouts).await,
                Some(Again::OnNewConnection) if repeats < MOST_REPEATS => repeats += 1,
                Some(Again::OnNewConnection) => {
                    let why = format!("{} {repeats} more attempts, each on a new connection, failed too.", fault.why());
                    return Err(fault.because(why));
                }
                None => return Err(fault),
            }
        }
    }

    async fn send_over_http1(
        &self,
        request: http::Request<Full<Bytes>>,
        timeouts: &Timeouts,
    ) -> Result<Response, Fault> {
        self.attempt(&self.kept.http1, request, timeouts).await.map_err(|Broken { fault, .. }| {
            let why = format!("The server asks for HTTP/1.1 (HTTP_1_1_REQUIRED). {}", fault.why());
            fault.because(why)
        })
    }

    async fn attempt(
        &self,
        pool: &Pool<PoolConnector, Full<Bytes>>,
        mut request: http::Request<Full<Bytes>>,
        timeouts: &Timeouts,
    ) -> Result<Response, Broken> {
        let overdue = self.shared.connector.overdue(request.uri());
        let connection = capture_connection(&mut request);
        // Other requests would reach the same server on this connection.
        let leave = || connection.connection_metadata().iter().for_each(|connected| connected.poison());
        let answer = pin!(pool.request(request));
        let connected = pin!(is_made(connection.clone()));
        let connect_timeout = timeouts.connect_timeout.unwrap_or(DEFAULT_TIMEOUT);
        let first_byte_timeout = timeouts.first_byte_timeout.unwrap_or(DEFAULT_TIMEOUT);
        let answer = match timeout(connect_timeout, select(answer, connected)).await {
            Err(_) => {
                let late = HttpError::ConnectionTimeout;
                return Err(match overdue {
                    Some(explanation) => Fault::new(late, explanation).into(),
                    None => late.into(),
                });
            }
            Ok(Either::Left((answer, _))) => answer,
            Ok(Either::Right(((), answer))) => timeout(first_byte_timeout, answer).await.map_err(|_| {
                leave();
                HttpError::HttpResponseTimeout
            })?,
        };
        let pause = timeouts.between_bytes_timeout.unwrap_or(DEFAULT_TIMEOUT);
        match answer {
            Ok(mut response) => {
                let farewell = response.extensions_mut().remove();
                Ok(response.map(|body| Paced::new(body, pause, farewell, self.policy.clone()).boxed_unsync()))
            }
            Err(error) => {
                let broken = self.broken(&error);
                if broken.again.is_some() {
                    leave();
                }
                Err(broken)
            }
        }
    }

    fn broken(&self, error: &legacy::Error) -> Broken {
        let source = error.source();
        if let Some(shut) = source.and_then(|source| source.downcast_ref::<PoolError>()).and_then(PoolError::take) {
            return self.unconnected(shut).into();
        }
        match source.and_then(|source| source.downcast_ref()) {
            Some(cause) => {
                let farewell = farewell(error);
                Broken { fault: failure::head(cause, farewell), again: failure::again(cause, farewell) }
            }
            None => HttpError::ConnectionTerminated.into(),
        }
    }

    fn unconnected(&self, error: ConnectError) -> Fault {
        match error {
            ConnectError::Failed(fault) => fault,
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

impl From<Fault> for Broken {
    fn from(fault: Fault) -> Self {
        Self { fault, again: None }
    }
}

impl From<HttpError> for Broken {
    fn from(code: HttpError) -> Self {
        Fault::from(code).into()
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
            any: builder().build(self.door(grant, C::connect)),
            http1: builder().build(self.door(grant, C::connect_http1)),
        });
        kept.clone()
    }

    fn door(
        &self,
        grant: &Grant,
        connect: for<'a> fn(&'a C, &'a http::Uri, &'a Grant) -> Connecting<'a>,
    ) -> PoolConnector {
        let (connector, grant) = (Arc::clone(&self.connector), Arc::new(grant.clone()));
        PoolConnector::new(move |uri| {
            let (connector, grant) = (Arc::clone(&connector), Arc::clone(&grant));
            async move { connect(&connector, &uri, &grant).await }
        })
    }
}

impl<C: Connector> Layer for Client<C> {
    fn decide<'a>(&'a self, request: Request, timeouts: &'a Timeouts) -> Decision<'a> {
        Box::pin(async move {
            self.policy.explain(None);
            Verdict::Complete(self.send(request, timeouts).await.map_err(|fault| {
                self.policy.explain(fault.explanation());
                fault.into_code()
            }))
        })
    }
}

/// Reads the whole body of a request, which can then be sent more than once. The host sets its length. The body of a
/// `GET` or `HEAD` has no defined meaning, so it is left out. Source: RFC 9110, section 9.3.1.
async fn collected(request: Request) -> Result<http::Request<Full<Bytes>>, HttpError> {
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
fn farewell(error: &legacy::Error) -> Option<Goaway> {
    let mut extras = Extensions::new();
    error.connect_info()?.get_extras(&mut extras);
    extras.get::<Farewell>()?.words()
}

async fn is_made(mut connection: CaptureConnection) {
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
