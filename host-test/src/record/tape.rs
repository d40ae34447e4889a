//! Keeps the requests and answers of a listing. It sits just before the client that sends.

use std::future::poll_fn;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::SystemTime;

use anyhow::{Context, Result, anyhow};
use bytes::Bytes;
use component_runtime::Layer;
use component_runtime::http::{Body, Decision, HttpError, Request, Response, Timeouts, Verdict};
use http::{HeaderMap, StatusCode};
use http_body_util::{BodyExt, Full};
use servicestage::credentials::Identity;
use servicestage::types::{Connection, Term};
use servicestage_cli::record::{ListingArguments, Recorder};

use crate::case::Fault;
use crate::raw;
use crate::replay::request_as_text;

/// The largest body that is recorded, in bytes: a fixture is read by people.
const LARGEST_BODY: usize = 16 << 20;

/// A recorder's memory. Clones share it.
#[derive(Clone, Default)]
pub struct Tape(Arc<Mutex<TapeState>>);

#[derive(Default)]
struct TapeState {
    made: Option<RecordedCall>,
    exchanges: Vec<(raw::Request, Outcome)>,
}

/// The outcome of a request, or why no fixture can show it.
type Outcome = Result<RecordedAnswer, String>;

/// The recorded exchange.
pub struct Recording {
    /// The arguments of the listing.
    pub made: RecordedCall,
    /// The requests and answers, in order.
    pub exchanges: Vec<RecordedExchange>,
    /// The requests before it, by a token or key that had expired.
    pub renewed: Vec<raw::Request>,
}

/// The arguments of a listing, and its time.
#[derive(Clone)]
pub struct RecordedCall {
    /// Where it went.
    pub connection: Connection,
    /// The request.
    pub query: Vec<Term>,
    /// In whose name.
    pub identity: Identity,
    /// When it began.
    pub began: SystemTime,
}

/// A request and its outcome.
pub struct RecordedExchange {
    /// The request.
    pub sent: raw::Request,
    /// Its outcome.
    pub answer: RecordedAnswer,
}

/// The outcome of a request.
#[derive(Clone)]
pub enum RecordedAnswer {
    /// A server answered.
    Response(RecordedResponse),
    /// It failed before there was an answer.
    Fault(Fault),
}

/// A server's answer.
#[derive(Clone)]
pub struct RecordedResponse {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, as far as it came.
    pub body: Bytes,
    /// Whether the connection ended before the body did.
    pub cut_short: bool,
}

impl Tape {
    /// The recorded exchange. If the service says that a token or key has expired, the host obtains a new one and asks
    /// again. The component knows only of the second request, because it never goes on after a 401.
    ///
    /// # Errors
    /// Nothing was sent, or no fixture can show what became of a request.
    pub fn recording(&self) -> Result<Recording> {
        let state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut exchanges, mut renewed) = (Vec::new(), Vec::new());
        for (number, (sent, outcome)) in state.exchanges.iter().enumerate() {
            let refused =
                matches!(outcome, Ok(RecordedAnswer::Response(answer)) if answer.status == StatusCode::UNAUTHORIZED);
            if refused && number + 1 < state.exchanges.len() {
                renewed.push(sent.clone());
                continue;
            }
            let answer = outcome.clone().map_err(|how| {
                anyhow!(
                    "no fixture can show what became of request {}: {how}; try again, or write it by hand",
                    number + 1
                )
            })?;
            exchanges.push(RecordedExchange { sent: sent.clone(), answer });
        }
        let made = state.made.clone().filter(|_| !exchanges.is_empty());
        let made =
            made.context("nothing was sent, so there is nothing to record; what the tool says above tells why")?;
        Ok(Recording { made, exchanges, renewed })
    }

    fn with<T>(&self, change: impl FnOnce(&mut TapeState) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Recorder for Tape {
    fn around(&self, call: ListingArguments<'_>, last: Arc<dyn Layer>) -> Arc<dyn Layer> {
        let made = RecordedCall {
            connection: call.connection.clone(),
            query: call.query.to_vec(),
            identity: call.identity.clone(),
            began: SystemTime::now(),
        };
        self.with(|state| state.made = Some(made));
        Arc::new(Head { tape: self.clone(), last })
    }
}

/// The layer that writes on the tape.
struct Head {
    tape: Tape,
    last: Arc<dyn Layer>,
}

impl Layer for Head {
    fn decide<'a>(&'a self, request: Request, timeouts: &'a Timeouts) -> Decision<'a> {
        Box::pin(async move {
            let pending = Err("the call was over before it was answered".to_owned());
            let number = self.tape.with(|state| {
                state.exchanges.push((request_as_text(&request), pending));
                state.exchanges.len() - 1
            });
            let (outcome, verdict) = match self.last.decide(request, timeouts).await {
                Verdict::Continue(request) => return Verdict::Continue(request),
                Verdict::Complete(Err(error)) => (failed(&error), Verdict::Complete(Err(error))),
                Verdict::Complete(Ok(response)) => {
                    let (outcome, response) = read(response).await;
                    (outcome, Verdict::Complete(Ok(response)))
                }
            };
            self.tape.with(|state| state.exchanges[number].1 = outcome);
            verdict
        })
    }
}

/// The fault of a fixture that the component sees as this error.
fn failed(error: &HttpError) -> Outcome {
    let same = |fault: &Fault| format!("{:?}", fault.error()) == format!("{error:?}");
    Fault::ALL.into_iter().find(same).map(RecordedAnswer::Fault).ok_or_else(|| format!("it failed with {error:?}"))
}

/// Reads an answer's body, and passes on the same answer.
async fn read(response: Response) -> (Outcome, Response) {
    let (head, mut body) = response.into_parts();
    let mut bytes = Vec::new();
    let mut end = None;
    while let Some(frame) = body.frame().await {
        match frame.map(|frame| frame.into_data()) {
            Ok(Ok(data)) if bytes.len() + data.len() > LARGEST_BODY => {
                end = Some(HttpError::HttpResponseBodySize(None));
                break;
            }
            Ok(Ok(data)) => bytes.extend_from_slice(&data),
            Ok(Err(_)) => {}
            Err(error) => {
                end = Some(error);
                break;
            }
        }
    }
    let bytes = Bytes::from(bytes);
    let outcome = match &end {
        None | Some(HttpError::HttpResponseIncomplete) => Ok(RecordedAnswer::Response(RecordedResponse {
            status: head.status,
            headers: head.headers.clone(),
            body: bytes.clone(),
            cut_short: end.is_some(),
        })),
        Some(HttpError::HttpResponseBodySize(_)) => Err(format!("its answer is larger than {LARGEST_BODY} bytes")),
        Some(error) => Err(format!("its answer broke off with {error:?}")),
    };
    (outcome, Response::from_parts(head, again(bytes, end)))
}

/// A body of these bytes, and then of this failure.
fn again(bytes: Bytes, mut end: Option<HttpError>) -> Body {
    let bytes = Full::new(bytes).map_err(|never| match never {});
    bytes.with_trailers(poll_fn(move |_| Poll::Ready(end.take().map(Err)))).boxed_unsync()
}
