//! Look-ups: answers that stay the same, asked for once. A hundred listings of a region cost one look-up of its project.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{Method, StatusCode};
use tokio::time::Instant;

use crate::http::{Decision, HttpError, Layer, Request, Response, Timeouts, Verdict, full, whole};
use crate::keyed_cache::{CacheEntry, KeyedCache};
use crate::policy::Role;

/// The most answers that are kept. One more, and all are forgotten.
const MOST: usize = 1024;

/// The largest answer that is kept, in bytes.
const LARGEST: usize = 1 << 20;

/// How long a refusal is kept for all callers. A wrong key that is sent a hundred times could be locked. A permission
/// that was granted is noticed after this time.
const REFUSAL: Duration = Duration::from_secs(60);

/// The answers that are kept. Any number of calls can share them.
///
/// ```
/// use std::sync::Arc;
///
/// use component_runtime::{LookupLayer, Lookups, Policy};
///
/// let lookups = Arc::new(Lookups::default());
/// let below = Arc::new(Policy::default());
/// // Each call has its own layer. All share what was found.
/// let calls: Vec<LookupLayer> = ["ann", "bob"]
///     .map(|identity| LookupLayer::new(Arc::clone(&lookups), identity.to_owned(), vec!["iam".to_owned()], below.clone()))
///     .into();
/// # drop(calls);
/// ```
pub struct Lookups(KeyedCache<CacheKey, Cached>);

/// The layer of one call that answers look-ups from the kept answers, and sends the others to the layer below.
///
/// A look-up is a GET in one of its roles, so the layer stands below the policy, which sets the role. Of several
/// callers at once one asks, and the others wait. If it gets no answer to keep, the next one asks. Answers of status
/// 200 are kept, and refusals (401, 403 and 404) for a minute.
///
/// ```
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicU32, Ordering};
///
/// use component_runtime::http::{Decision, Request, Response, Timeouts, Verdict, full};
/// use component_runtime::policy::Role;
/// use component_runtime::{Layer, LookupLayer, Lookups};
///
/// /// A server that counts what it is asked.
/// #[derive(Default)]
/// struct Counted(AtomicU32);
///
/// impl Layer for Counted {
///     fn decide<'a>(&'a self, _: Request, _: &'a Timeouts) -> Decision<'a> {
///         self.0.fetch_add(1, Ordering::Relaxed);
///         Box::pin(async { Verdict::Complete(Ok(Response::new(full("[]")))) })
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let server = Arc::new(Counted::default());
/// let lookups = Arc::new(Lookups::default());
/// for _ in 0..3 {
///     let layer = LookupLayer::new(Arc::clone(&lookups), "ann".to_owned(), vec!["iam".to_owned()], server.clone());
///     let mut request = http::Request::get("https://iam.example.com/projects").body(full("")).unwrap();
///     // The policy does this.
///     request.extensions_mut().insert("iam".parse::<Role>().unwrap());
///     assert!(matches!(layer.decide(request, &Timeouts::default()).await, Verdict::Complete(Ok(_))));
/// }
/// assert_eq!(server.0.load(Ordering::Relaxed), 1);
/// # }
/// ```
pub struct LookupLayer {
    lookups: Arc<Lookups>,
    identity: String,
    roles: Vec<String>,
    below: Arc<dyn Layer>,
    /// The answers that this call used.
    used: Mutex<Vec<(CacheEntry<Cached>, Arc<CachedResponse>)>>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct CacheKey {
    identity: String,
    url: String,
}

/// The answer to a look-up, if it is known.
type Cached = Option<Arc<CachedResponse>>;

/// An answer.
struct CachedResponse {
    head: http::response::Parts,
    body: Bytes,
    /// When it is forgotten. Only refusals are.
    expires: Option<Instant>,
}

impl Default for Lookups {
    fn default() -> Self {
        Self(KeyedCache::up_to(MOST))
    }
}

impl LookupLayer {
    /// Makes the layer for one call. `identity` names who is authenticated below, and holds no secret. The roles
    /// are those whose answers stay the same. The layer `below` completes requests.
    #[must_use]
    pub fn new(lookups: Arc<Lookups>, identity: String, roles: Vec<String>, below: Arc<dyn Layer>) -> Self {
        Self { lookups, identity, roles, below, used: Mutex::default() }
    }

    /// Forgets the answers that this call used, because one of them led nowhere. Refusals stay, and so does an answer
    /// that replaced one of them since.
    pub fn forget(&self) {
        for (entry, used) in self.used.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            // Whoever holds the lock is about to find another one.
            if used.expires.is_none()
                && let Ok(mut known) = entry.try_lock()
                && known.as_ref().is_some_and(|known| Arc::ptr_eq(known, &used))
            {
                *known = None;
            }
        }
    }

    fn is_lookup(&self, request: &Request) -> bool {
        let role = request.extensions().get::<Role>().map(Role::as_str);
        request.method() == Method::GET && role.is_some_and(|role| self.roles.iter().any(|own| own == role))
    }

    async fn answer(&self, request: Request, timeouts: &Timeouts) -> Result<Response, HttpError> {
        let key = CacheKey { identity: self.identity.clone(), url: request.uri().to_string() };
        let entry = self.lookups.0.entry(&key);
        let mut known = entry.lock().await;
        let kept = match known.clone().filter(|kept| kept.is_fresh()) {
            Some(kept) => kept,
            None => match self.ask(request, timeouts).await? {
                Ok(kept) => Arc::clone(known.insert(Arc::new(kept))),
                Err(passed_on) => return Ok(passed_on),
            },
        };
        let used = (Arc::clone(&entry), Arc::clone(&kept));
        self.used.lock().unwrap_or_else(PoisonError::into_inner).push(used);
        Ok(Response::from_parts(kept.head.clone(), full(kept.body.clone())))
    }

    /// Returns an answer to keep, or one to pass on.
    async fn ask(&self, request: Request, timeouts: &Timeouts) -> Result<Result<CachedResponse, Response>, HttpError> {
        let Verdict::Complete(result) = self.below.decide(request, timeouts).await else {
            return Err(HttpError::HttpRequestDenied);
        };
        let (head, body) = result?.into_parts();
        let expires = match head.status {
            StatusCode::OK => None,
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::NOT_FOUND => Some(Instant::now() + REFUSAL),
            _ => return Ok(Err(Response::from_parts(head, body))),
        };
        let body = whole(body, LARGEST).await?;
        let body = body.ok_or(HttpError::HttpResponseBodySize(u64::try_from(LARGEST).ok()))?;
        Ok(Ok(CachedResponse { head, body, expires }))
    }
}

impl Layer for LookupLayer {
    fn decide<'a>(&'a self, request: Request, timeouts: &'a Timeouts) -> Decision<'a> {
        Box::pin(async move {
            if !self.is_lookup(&request) {
                return Verdict::Continue(request);
            }
            Verdict::Complete(self.answer(request, timeouts).await)
        })
    }
}

impl CachedResponse {
    fn is_fresh(&self) -> bool {
        self.expires.is_none_or(|expires| Instant::now() < expires)
    }
}
