//! Answers of stable endpoints, asked for once: a hundred data blocks of a region cost one look-up of its project.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use component_runtime::Layer;
use component_runtime::http::{Decision, HttpError, Request, Response, Timeouts, Verdict, full, whole};
use component_runtime::policy::Role;
use http::{Method, StatusCode};
use tokio::sync::OnceCell;

/// So many answers are kept at most; then all are forgotten.
const MOST: usize = 1024;

/// The largest answer that is kept, in bytes.
const LARGEST: usize = 1 << 20;

/// The answers that are kept, for one configuration of the provider: its credentials are part of every question.
#[derive(Default)]
pub struct Lookups(Mutex<HashMap<String, Arc<OnceCell<Kept>>>>);

/// An answer.
struct Kept {
    head: http::response::Parts,
    body: Bytes,
}

/// The layer for one read: answers what is known, and asks the layer below for the rest.
pub struct Once {
    pub lookups: Arc<Lookups>,
    /// The roles whose answers are stable.
    pub roles: Vec<String>,
    pub below: Arc<dyn Layer>,
}

impl Layer for Once {
    fn decide<'a>(&'a self, request: Request, timeouts: &'a Timeouts) -> Decision<'a> {
        Box::pin(async move {
            let role = request.extensions().get::<Role>().map(Role::as_str);
            let stable = role.is_some_and(|role| self.roles.iter().any(|known| known == role));
            if !stable || request.method() != Method::GET {
                return Verdict::Continue(request);
            }
            let cell = self.lookups.cell(&request.uri().to_string());
            // Of several at once one asks, and the others wait for it; if it gets no answer to keep, the next one asks.
            let ask = || async {
                match self.below.decide(request, timeouts).await {
                    Verdict::Complete(answer) => keep(answer).await,
                    Verdict::Continue(_) => Err(Err(HttpError::HttpRequestDenied)),
                }
            };
            let kept = cell.get_or_try_init(ask).await;
            Verdict::Complete(match kept {
                Ok(kept) => Ok(Response::from_parts(kept.head.clone(), full(kept.body.clone()))),
                Err(answer) => answer,
            })
        })
    }
}

impl Lookups {
    fn cell(&self, key: &str) -> Arc<OnceCell<Kept>> {
        let mut cells = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if cells.len() >= MOST && !cells.contains_key(key) {
            cells.clear();
        }
        Arc::clone(cells.entry(key.to_owned()).or_default())
    }
}

/// An answer to keep, or as an error the answer to the one who asked. A refusal is kept too: the same question in the
/// same name is refused again, and asked a hundred times it could lock a key.
async fn keep(answer: Result<Response, HttpError>) -> Result<Kept, Result<Response, HttpError>> {
    let (head, body) = answer.map_err(Err)?.into_parts();
    if !matches!(head.status, StatusCode::OK | StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::NOT_FOUND)
    {
        return Err(Ok(Response::from_parts(head, body)));
    }
    let body = whole(body, LARGEST).await.map_err(Err)?;
    let body = body.ok_or(Err(HttpError::HttpResponseBodySize(u64::try_from(LARGEST).ok())))?;
    Ok(Kept { head, body })
}
