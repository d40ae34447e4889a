//! The last layer: speaks HTTP/1.1 or 2 over what its connector connects, keeps connections for the next request, and
//! keeps to the component's timeouts.

use std::collections::HashMap;
use std::error::Error as _;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::{Either, select};
use http_body_util::BodyExt;
use hyper_util::client::legacy::connect::{CaptureConnection, capture_connection};
use hyper_util::client::legacy::{self, Client as Pool};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::time::timeout;

use crate::connector::{ConnectError, Connector, Door, Shut};
use crate::enforce::Policy;
use crate::failure;
use crate::http::{Body, Decision, HttpError, Layer, Request, Response, Timeouts, Verdict};
use crate::pace::Paced;
use crate::policy::{Grant, Range};

/// How long to wait where the component names no timeout.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(60);

/// How long a connection is kept without use: less than the minute after which servers and what lies between close it.
const IDLE: Duration = Duration::from_secs(30);

/// So many unused connections are kept for each server: as many calls as a busy host makes at a time.
const MOST_IDLE: usize = 64;

/// The largest head of a response, in bytes. IAM sends its tokens in a header, so there is room for large ones.
const LARGEST_HEAD: u32 = 128 << 10;

/// For so many sets of granted addresses connections are kept; then all are dropped. Hosts have one or a few.
const MOST_POOLS: usize = 64;

/// Sends requests to wherever they are addressed. What [`Client::under`] makes of it shares the connections that are kept.
pub struct Client<C> {
    policy: Policy,
    /// The connections that may be used under the policy.
    kept: Kept,
    shared: Arc<Shared<C>>,
}

/// Connections that may be used for each other's requests.
type Kept = Pool<Door, Body>;

struct Shared<C> {
    connector: Arc<C>,
    /// Whoever may connect to certain addresses must not hand such a connection to somebody who may not.
    pools: Mutex<HashMap<Vec<Range>, Kept>>,
}

impl<C: Connector> Client<C> {
    /// A client that connects like this, to no addresses that have to be granted.
    pub fn new(connector: C) -> Self {
        Self::sharing(Arc::new(Shared { connector: Arc::new(connector), pools: Mutex::default() }), Policy::default())
    }

    /// The same client, which also connects to the addresses that this policy grants, and keeps its denials there.
    #[must_use]
    pub fn under(&self, policy: &Policy) -> Self {
        Self::sharing(Arc::clone(&self.shared), policy.clone())
    }

    fn sharing(shared: Arc<Shared<C>>, policy: Policy) -> Self {
        let kept = shared.under(policy.grant());
        Self { policy, kept, shared }
    }

    async fn send(&self, mut request: Request, timeouts: &Timeouts) -> Result<Response, HttpError> {
        if request.uri().authority().is_none() {
            return Err(HttpError::HttpRequestUriInvalid);
        }
        let connection = capture_connection(&mut request);
        let answer = pin!(self.kept.request(request));
        let connected = pin!(is_made(connection.clone()));
        let connect_timeout = timeouts.connect_timeout.unwrap_or(DEFAULT_TIMEOUT);
        let first_byte_timeout = timeouts.first_byte_timeout.unwrap_or(DEFAULT_TIMEOUT);
        let answer = match timeout(connect_timeout, select(answer, connected)).await {
            Err(_) => return Err(HttpError::ConnectionTimeout),
            Ok(Either::Left((answer, _))) => answer,
            Ok(Either::Right(((), answer))) => timeout(first_byte_timeout, answer).await.map_err(|_| {
                // Others would wait for the same silent server.
                connection.connection_metadata().iter().for_each(|connected| connected.poison());
                HttpError::HttpResponseTimeout
            })?,
        };
        let pause = timeouts.between_bytes_timeout.unwrap_or(DEFAULT_TIMEOUT);
        let response = answer.map_err(|error| self.failed(&error))?;
        Ok(response.map(|incoming| Paced::new(incoming, pause).boxed_unsync()))
    }

    fn failed(&self, error: &legacy::Error) -> HttpError {
        let source = error.source();
        let shut = source.and_then(|source| source.downcast_ref::<Shut>()).and_then(Shut::take);
        let Some(error) = shut else {
            return source
                .and_then(|source| source.downcast_ref())
                .map_or(HttpError::ConnectionTerminated, failure::head);
        };
        if let ConnectError::Denied(denial) = &error {
            self.policy.keep(denial.clone());
        }
        error.code()
    }
}

impl<C: Connector> Shared<C> {
    fn under(&self, grant: &Grant) -> Kept {
        let addresses = grant.addresses();
        let mut pools = self.pools.lock().unwrap_or_else(PoisonError::into_inner);
        if pools.len() >= MOST_POOLS && !pools.contains_key(&addresses) {
            pools.clear();
        }
        let pool = pools.entry(addresses).or_insert_with(|| {
            let (connector, grant) = (Arc::clone(&self.connector), Arc::new(grant.clone()));
            builder().build(Door::new(move |uri| {
                let (connector, grant) = (Arc::clone(&connector), Arc::clone(&grant));
                async move { connector.connect(&uri, &grant).await }
            }))
        });
        pool.clone()
    }
}

impl<C: Connector> Layer for Client<C> {
    fn decide<'a>(&'a self, request: Request, timeouts: &'a Timeouts) -> Decision<'a> {
        Box::pin(async move { Verdict::Complete(self.send(request, timeouts).await) })
    }
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
        .http2_max_header_list_size(LARGEST_HEAD);
    builder
}
