//! The layer that authenticates the requests of one call: the component never sees a secret.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use component_runtime::http::{Decision, HttpError, Request, Response, Timeouts, Verdict, full, whole};
use component_runtime::policy::origin;
use component_runtime::{Layer, masked};
use http::StatusCode;
use huaweicloud_sign::secrets::SHORTEST;

use crate::credentials::Identity;
use crate::credentials::authenticator::{Authenticator, Proof};
use crate::error::{Error, InvalidArgument};
use crate::origin::{Origins, Scope};
use crate::problem::Problem;
use crate::redact::Redaction;
use crate::secret::Secret;
use crate::signature;
use crate::types::Connection;

/// The most secrets and signatures that one call sends.
const MOST_SENT: usize = 64;

/// The largest body of a request, in bytes: it is signed as a whole. The component sends none.
const LARGEST_REQUEST: usize = 64 * 1024;

/// The largest body of a refusal, in bytes, as in the component.
const LARGEST_REFUSAL: usize = 64 * 1024;

/// Signs the requests of one call, or adds a token, on every attempt; only what goes to the service or to IAM of this
/// call. Any other request continues without. What an answer repeats of a secret goes no further.
pub struct Authentication {
    authenticator: Arc<Authenticator>,
    origins: Origins,
    scope: Option<Scope>,
    below: Arc<dyn Layer>,
    /// What was sent, and may come back in an answer.
    sent: Mutex<Vec<Secret>>,
    /// Why there were no credentials, of which the component knows only that its request failed.
    problem: Mutex<Option<Problem>>,
}

impl Authentication {
    /// The layer for a call with this connection. `below` is the next layer of the stack, which completes requests:
    /// this layer sees its answers, and asks it twice where a token has to be renewed.
    ///
    /// # Errors
    /// The credentials cannot be sent, or the connection does not say for what a token is.
    pub fn new(
        authenticator: Arc<Authenticator>,
        connection: &Connection,
        below: Arc<dyn Layer>,
    ) -> Result<Self, InvalidArgument> {
        authenticator.identity().check()?;
        let origins = Origins::of(connection);
        let scope = match authenticator.identity() {
            Identity::Password(_) => Some(Scope::of(connection)?),
            _ => None,
        };
        let sent = Mutex::new(authenticator.identity().secrets());
        Ok(Self { authenticator, origins, scope, below, sent, problem: Mutex::default() })
    }

    /// Replaces an error by the reason why there were no credentials, if there is one, and frees it of every secret of
    /// this call.
    pub fn explain(&self, error: &mut Error) {
        if let Some(problem) = self.problem.lock().unwrap_or_else(PoisonError::into_inner).take() {
            *error = problem.into_error(&error.operation);
        }
        self.redaction().error(error);
    }

    /// Frees a text of every secret of this call.
    pub fn redact(&self, text: &mut String) {
        self.redaction().text(text);
    }

    fn redaction(&self) -> Redaction {
        let password: Vec<Secret> = self.authenticator.identity().password().cloned().into_iter().collect();
        Redaction::of(&self.sent.lock().unwrap_or_else(PoisonError::into_inner), &password)
    }

    async fn decide(&self, request: Request, timeouts: &Timeouts) -> Result<Verdict, HttpError> {
        let (mut head, body) = request.into_parts();
        signature::strip(&mut head.headers);
        if !self.origins.cover(&head.uri) {
            return Ok(Verdict::Continue(Request::from_parts(head, body)));
        }
        let body = whole(body, LARGEST_REQUEST).await?.ok_or(HttpError::HttpRequestBodySize(None))?;
        let proof = self.authenticator.proof(self.scope.as_ref()).await.map_err(|problem| self.fail(problem))?;
        let first = self.authenticated(head.clone(), &body, &proof)?;
        let response = match self.below.decide(first, timeouts).await {
            Verdict::Complete(Ok(response)) => response,
            verdict => return Ok(verdict),
        };
        if !self.authenticator.renews() || response.status() != StatusCode::UNAUTHORIZED {
            return Ok(self.answered(response));
        }
        let (refusal, expired) = expired(response).await?;
        if !expired {
            return Ok(self.answered(refusal));
        }
        match self.authenticator.renewed(self.scope.as_ref(), Some(&proof)).await {
            Ok(proof) => match self.below.decide(self.authenticated(head, &body, &proof)?, timeouts).await {
                Verdict::Complete(Ok(response)) => Ok(self.answered(response)),
                verdict => Ok(verdict),
            },
            // The service's own words tell more than that nothing newer was to be had.
            Err(_) => Ok(self.answered(refusal)),
        }
    }

    /// An answer as the component may see it: without headers that carry what authenticates, and without what was sent.
    fn answered(&self, mut response: Response) -> Verdict {
        signature::strip(response.headers_mut());
        let sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        Verdict::Complete(Ok(masked(response, sent.iter().map(Secret::expose), SHORTEST)))
    }

    fn authenticated(&self, mut head: http::request::Parts, body: &Bytes, proof: &Proof) -> Result<Request, HttpError> {
        let to_service = origin::of(&head.uri).ok() == self.origins.service;
        let project_id = signature::project_id(head.uri.path()).filter(|_| to_service).map(str::to_owned);
        let now = self.authenticator.now();
        // Credentials are checked before they come here.
        let signature = signature::authenticate(&mut head, body, proof, project_id.as_deref(), now)
            .map_err(|_| HttpError::InternalError(Some("the credentials cannot be sent as headers".to_owned())))?;
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        for secret in proof.secrets().into_iter().chain(signature) {
            if !sent.iter().any(|known| known.expose() == secret.expose()) {
                // More than any honest call signs: a look-up and a listing, each tried ten times.
                if sent.len() >= MOST_SENT {
                    return Err(HttpError::HttpRequestDenied);
                }
                sent.push(secret);
            }
        }
        Ok(Request::from_parts(head, full(body.clone())))
    }

    fn fail(&self, problem: Problem) -> HttpError {
        *self.problem.lock().unwrap_or_else(PoisonError::into_inner) = Some(problem);
        HttpError::InternalError(Some("it has no credentials".to_owned()))
    }
}

impl Layer for Authentication {
    fn decide<'a>(&'a self, request: Request, timeouts: &'a Timeouts) -> Decision<'a> {
        Box::pin(
            async move { self.decide(request, timeouts).await.unwrap_or_else(|error| Verdict::Complete(Err(error))) },
        )
    }
}

/// Whether a refusal says that what authenticated the request has expired, and the refusal as it was. A signature that
/// is out of date is not that: the clock is wrong, and another proof changes nothing.
async fn expired(response: Response) -> Result<(Response, bool), HttpError> {
    let (head, body) = response.into_parts();
    // What the status says counts, also when the body that explains it does not arrive.
    let Ok(body) = whole(body, LARGEST_REFUSAL).await else {
        return Ok((Response::from_parts(head, full(Bytes::new())), false));
    };
    let body = body.ok_or(HttpError::HttpResponseBodySize(None))?;
    let text = String::from_utf8_lossy(&body).to_ascii_lowercase();
    let expired = text.contains("expire") && !text.contains("signature expired");
    Ok((Response::from_parts(head, full(body)), expired))
}
