//! The layer that authenticates requests. A component sees no secret, and cannot set a header that states the identity
//! of a request.

use std::error::Error;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::header::{AUTHORIZATION, COOKIE, PROXY_AUTHORIZATION};
use http::request::Parts;
use http::{HeaderMap, HeaderName, StatusCode};

use crate::client::LARGEST_BODY;
use crate::http::{Decision, HttpError, Layer, Request, Response, Timeouts, Verdict, full, whole};
use crate::mask::masked;
use crate::policy::{Origin, origin};
use crate::secret::Secret;

/// The most secrets and signatures that one call sends. That is twice the requests that a call may make by default, and
/// more: a request may be sent a second time after a renewal.
const MOST_SENT: usize = 256;

/// The largest body, in bytes, of a refusal that may say that something expired.
const LARGEST_REFUSAL: usize = 64 * 1024;

/// The headers that state the identity, the project or the time of a request. They belong to HTTP, to tokens as in
/// OpenStack, and to signatures. A component neither sets nor reads them.
const IDENTIFYING: [HeaderName; 11] = [
    AUTHORIZATION,
    PROXY_AUTHORIZATION,
    COOKIE,
    HeaderName::from_static("x-auth-token"),
    HeaderName::from_static("x-subject-token"),
    HeaderName::from_static("x-security-token"),
    HeaderName::from_static("x-domain-id"),
    HeaderName::from_static("x-project-id"),
    HeaderName::from_static("x-sdk-date"),
    HeaderName::from_static("x-sdk-content-sha256"),
    HeaderName::from_static("x-sdk-content-sm3"),
];

/// The secrets that a scheme sends with a request, or why it has none to send.
pub type Authenticating<'a> = Pin<Box<dyn Future<Output = Result<Vec<Secret>, SchemeError>> + Send + 'a>>;

/// Why a scheme does not authenticate a request. The component sees its text, so that must hold no secret.
pub type SchemeError = Box<dyn Error + Send + Sync>;

/// Returns whether the body of a refusal says that what authenticated the request has expired.
pub type ExpiryCheck = fn(&[u8]) -> bool;

/// A way to authenticate requests.
///
/// ```
/// use std::future::ready;
///
/// use component_runtime::authentication::Authenticating;
/// use component_runtime::{Scheme, Secret};
/// use http::request::Parts;
///
/// /// Sends a password as it is.
/// struct Basic(Secret);
///
/// impl Scheme for Basic {
///     fn authenticate<'a>(&'a self, head: &'a mut Parts, _: &'a [u8], _: Option<&'a [Secret]>) -> Authenticating<'a> {
///         let value = http::HeaderValue::from_str(&format!("Basic {}", self.0.expose()));
///         let sent = value.map(|value| drop(head.headers.insert("authorization", value)));
///         Box::pin(ready(sent.map(|()| vec![self.0.clone()]).map_err(Into::into)))
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let (mut head, ()) = http::Request::new(()).into_parts();
/// let sent = Basic(Secret::new("YWxhZGRpbjpvcGVu")).authenticate(&mut head, b"", None).await.unwrap();
/// assert_eq!(head.headers["authorization"], "Basic YWxhZGRpbjpvcGVu");
/// assert_eq!(sent.len(), 1);
/// # }
/// ```
pub trait Scheme: Send + Sync {
    /// Adds headers to a request, and returns each secret in them, signatures included. `expired` holds the secrets that
    /// the same request was sent with before, if the server calls them expired.
    fn authenticate<'a>(
        &'a self,
        head: &'a mut Parts,
        body: &'a [u8],
        expired: Option<&'a [Secret]>,
    ) -> Authenticating<'a>;

    /// Returns how a refusal says that something expired. By default there is nothing to renew.
    fn expiry_check(&self) -> Option<ExpiryCheck> {
        None
    }
}

/// Authenticates the requests of one call that go to certain origins. Others go without authentication. The secrets
/// that an answer repeats do not reach the component.
///
/// ```
/// use std::future::ready;
/// use std::sync::Arc;
///
/// use component_runtime::authentication::Authenticating;
/// use component_runtime::http::{Decision, Request, Response, Timeouts, Verdict, full, whole};
/// use component_runtime::{Authentication, Layer, Scheme, Secret};
/// use http::request::Parts;
///
/// /// Sends a token as it is.
/// struct Token(Secret);
///
/// impl Scheme for Token {
///     fn authenticate<'a>(&'a self, head: &'a mut Parts, _: &'a [u8], _: Option<&'a [Secret]>) -> Authenticating<'a> {
///         let value = http::HeaderValue::from_str(self.0.expose());
///         let sent = value.map(|value| drop(head.headers.insert("x-auth-token", value)));
///         Box::pin(ready(sent.map(|()| vec![self.0.clone()]).map_err(Into::into)))
///     }
/// }
///
/// /// A server that repeats the token.
/// struct Echo;
///
/// impl Layer for Echo {
///     fn decide<'a>(&'a self, request: Request, _: &'a Timeouts) -> Decision<'a> {
///         let token = request.headers()["x-auth-token"].to_str().unwrap().to_owned();
///         Box::pin(async { Verdict::Complete(Ok(Response::new(full(token)))) })
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let scheme = Arc::new(Token(Secret::new("hush-hush-token")));
/// let origins = vec!["https://api.example.com".parse().unwrap()];
/// let layer = Authentication::new(Some(scheme), origins, Vec::new(), Arc::new(Echo));
/// let request = http::Request::get("https://api.example.com/").body(full("")).unwrap();
/// let Verdict::Complete(Ok(response)) = layer.decide(request, &Timeouts::default()).await else { panic!() };
/// // The component does not see the token.
/// let body = whole(response.into_body(), 1000).await.unwrap().unwrap();
/// assert!(!String::from_utf8_lossy(&body).contains("hush"));
/// # }
/// ```
pub struct Authentication {
    scheme: Option<Arc<dyn Scheme>>,
    origins: Vec<Origin>,
    below: Arc<dyn Layer>,
    /// The secrets that may come back in an answer.
    secrets: Mutex<Vec<Secret>>,
    error: Mutex<Option<SchemeError>>,
}

impl Authentication {
    /// Makes the layer for one call. The secrets are those that are known before anything is sent. The layer `below`
    /// completes requests: this one sees its answers, and asks it twice where something has to be renewed.
    #[must_use]
    pub fn new(
        scheme: Option<Arc<dyn Scheme>>,
        origins: Vec<Origin>,
        secrets: Vec<Secret>,
        below: Arc<dyn Layer>,
    ) -> Self {
        Self { scheme, origins, below, secrets: Mutex::new(secrets), error: Mutex::default() }
    }

    /// Returns the secrets that were known or sent so far. No error may show them.
    #[must_use]
    pub fn secrets(&self) -> Vec<Secret> {
        self.secrets.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes the reason why the scheme did not authenticate the last request that it failed at. The component sees only
    /// its text.
    #[must_use]
    pub fn take_error(&self) -> Option<SchemeError> {
        self.error.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    async fn send(&self, request: Request, timeouts: &Timeouts) -> Result<Response, HttpError> {
        let (mut head, body) = request.into_parts();
        strip(&mut head.headers);
        let covered = origin::of(&head.uri).is_ok_and(|origin| self.origins.contains(&origin));
        let Some(scheme) = self.scheme.as_deref().filter(|_| covered) else {
            return self.pass(Request::from_parts(head, body), timeouts).await;
        };
        if self.secrets.lock().unwrap_or_else(PoisonError::into_inner).len() >= MOST_SENT {
            return Err(HttpError::HttpRequestDenied);
        }
        let body = whole(body, LARGEST_BODY).await?.ok_or(HttpError::HttpRequestBodySize(None))?;
        let sent = self.authenticated(scheme, head.clone(), &body, None).await;
        let (request, sent) = sent.map_err(|error| self.fail(error))?;
        let response = self.pass(request, timeouts).await?;
        let Some(says_expired) = scheme.expiry_check().filter(|_| response.status() == StatusCode::UNAUTHORIZED) else {
            return Ok(response);
        };
        let (refusal, text) = read(response).await?;
        if !says_expired(&text) {
            return Ok(refusal);
        }
        match self.authenticated(scheme, head, &body, Some(&sent)).await {
            Ok((request, _)) => self.pass(request, timeouts).await,
            // The server's own words say more than that the renewal failed.
            Err(_) => Ok(refusal),
        }
    }

    async fn authenticated(
        &self,
        scheme: &dyn Scheme,
        mut head: Parts,
        body: &Bytes,
        expired: Option<&[Secret]>,
    ) -> Result<(Request, Vec<Secret>), SchemeError> {
        let sent = scheme.authenticate(&mut head, body, expired).await?;
        let mut secrets = self.secrets.lock().unwrap_or_else(PoisonError::into_inner);
        for secret in &sent {
            if !secrets.iter().any(|known| known.expose() == secret.expose()) {
                secrets.push(secret.clone());
            }
        }
        Ok((Request::from_parts(head, full(body.clone())), sent))
    }

    /// Sends a request. The answer is as the component may see it.
    async fn pass(&self, request: Request, timeouts: &Timeouts) -> Result<Response, HttpError> {
        let Verdict::Complete(result) = self.below.decide(request, timeouts).await else {
            return Err(HttpError::HttpRequestDenied);
        };
        let mut response = result?;
        strip(response.headers_mut());
        let secrets = self.secrets.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(masked(response, secrets.iter().map(Secret::expose)))
    }

    fn fail(&self, error: SchemeError) -> HttpError {
        let code = HttpError::InternalError(Some(error.to_string()));
        *self.error.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
        code
    }
}

impl Layer for Authentication {
    fn decide<'a>(&'a self, request: Request, timeouts: &'a Timeouts) -> Decision<'a> {
        Box::pin(async move { Verdict::Complete(self.send(request, timeouts).await) })
    }
}

fn strip(headers: &mut HeaderMap) {
    for name in IDENTIFYING {
        headers.remove(name);
    }
}

/// Returns a refusal as it was, and its body. The status counts, even if the body does not arrive.
async fn read(response: Response) -> Result<(Response, Bytes), HttpError> {
    let (head, body) = response.into_parts();
    let body = match whole(body, LARGEST_REFUSAL).await {
        Ok(body) => body.ok_or(HttpError::HttpResponseBodySize(None))?,
        Err(_) => Bytes::new(),
    };
    Ok((Response::from_parts(head, full(body.clone())), body))
}
