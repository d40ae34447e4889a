//! The layer that checks what the component sends, and answers from a fixture.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use component_runtime::Grant;
use component_runtime::Layer;
use component_runtime::client::Client;
use component_runtime::connector::{Connecting, Connection, Connector};
use component_runtime::http::{self as seam, Decision, HttpError, Timeouts, Verdict};
use servicestage::types::Credentials;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream, duplex};

use crate::case::{Answer, Case, Exchange};
use crate::raw::Request;

/// Replays the exchanges of a case, in order.
pub struct Replay {
    exchanges: Vec<Exchange>,
    secret_access_key: Option<String>,
    vary: Vec<String>,
    seen: Mutex<ReplayReport>,
}

/// The report on the component.
#[derive(Clone, Debug, Default)]
pub struct ReplayReport {
    /// Every request, as text.
    pub sent: Vec<String>,
    /// The faults of the requests.
    pub problems: Vec<String>,
}

impl Replay {
    /// A replay of this case.
    #[must_use]
    pub fn of(case: &Case) -> Self {
        let secret_access_key = match &case.connection.credentials {
            Credentials::AccessKey(key) => Some(key.secret_access_key.clone()),
            _ => None,
        };
        Self::new(case.exchanges.clone(), secret_access_key, case.vary.clone())
    }

    /// A replay of these exchanges. Signatures are recomputed with the key. `vary` names the headers of a request that
    /// may have any value.
    #[must_use]
    pub fn new(exchanges: Vec<Exchange>, secret_access_key: Option<String>, vary: Vec<String>) -> Self {
        Self { exchanges, secret_access_key, vary, seen: Mutex::default() }
    }

    /// Returns the report on the component. An exchange that it did not use is a problem.
    #[must_use]
    pub fn seen(&self) -> ReplayReport {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if seen.sent.len() < self.exchanges.len() {
            seen.problems.push(format!("{} of {} exchanges were used", seen.sent.len(), self.exchanges.len()));
        }
        seen
    }

    /// Records a request and returns the exchange that it belongs to.
    fn next(&self, request: &seam::Request) -> Option<&Exchange> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let number = seen.sent.len();
        let sent = request_as_text(request);
        seen.sent.push(format!("{}://{}\n{sent}", request.uri().scheme_str().unwrap_or_default(), host(request)));
        let Some(exchange) = self.exchanges.get(number) else {
            seen.problems.push(format!("request {} is not in the fixture", number + 1));
            return None;
        };
        let expected = self.with_signature(&exchange.request, &sent);
        let problems = differences(&expected, &sent, &self.vary).into_iter().chain(wrong_scheme(request));
        seen.problems.extend(problems.map(|problem| format!("request {}: {problem}", number + 1)));
        Some(exchange)
    }

    /// Puts the signature that the sent headers must have into the place that a fixture leaves for it.
    fn with_signature(&self, expected: &Request, sent: &Request) -> Request {
        let Some(key) = &self.secret_access_key else { return expected.clone() };
        let signature = signature(expected.header("authorization").unwrap_or_default(), key, sent);
        let mut expected = expected.clone();
        for (_, value) in &mut expected.headers {
            *value = value.replace("{signature}", &signature);
        }
        expected
    }
}

impl Layer for Replay {
    fn decide<'a>(&'a self, request: seam::Request, timeouts: &'a Timeouts) -> Decision<'a> {
        Box::pin(async move {
            match self.next(&request).map(|exchange| &exchange.answer) {
                Some(answer @ Answer::Response { .. }) => {
                    let client = Client::new(FixtureConnector(answer.clone()));
                    client.decide(request, timeouts).await
                }
                Some(Answer::Fault(fault)) => Verdict::Complete(Err(fault.error())),
                None => Verdict::Complete(Err(HttpError::InternalError(Some("no such exchange".to_owned())))),
            }
        })
    }
}

/// Connects to a server that answers from a fixture, so that the real client reads the answer.
struct FixtureConnector(Answer);

impl Connector for FixtureConnector {
    fn connect<'a>(&'a self, _: &'a ::http::Uri, _: &'a Grant) -> Connecting<'a> {
        // As small as a chunk, so that the client never sees two at once.
        let size = match &self.0 {
            Answer::Response { chunk_bytes, .. } => *chunk_bytes,
            Answer::Fault(_) => 1,
        };
        let (client, server) = duplex(size);
        tokio::spawn(answer(server, self.0.clone()));
        Box::pin(async move { Ok(Connection::new(client)) })
    }
}

async fn answer(server: DuplexStream, answer: Answer) -> std::io::Result<()> {
    let Answer::Response { response, chunk_bytes, delay_ms, pause_ms, close } = answer else { return Ok(()) };
    let mut server = BufReader::new(server);
    let mut line = String::new();
    while server.read_line(&mut line).await? > 2 {
        line.clear();
    }
    tokio::time::sleep(Duration::from_millis(delay_ms)).await;
    let bytes = response.bytes();
    let (before, last) = bytes.split_at(bytes.len() - usize::from(pause_ms > 0));
    for chunk in before.chunks(chunk_bytes) {
        server.write_all(chunk).await?;
    }
    tokio::time::sleep(Duration::from_millis(pause_ms)).await;
    server.write_all(last).await?;
    if !close {
        // Waits for the client to leave.
        while server.read_line(&mut line).await? > 0 {}
    }
    server.shutdown().await
}

/// A request in the form of a fixture, headers sorted by name.
pub(crate) fn request_as_text(request: &seam::Request) -> Request {
    let text = |value: &::http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let mut headers: Vec<_> =
        request.headers().iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect();
    headers.sort();
    let target = request.uri().path_and_query().map(|path| path.as_str().to_owned()).unwrap_or_default();
    Request { method: request.method().to_string(), target, headers }
}

fn host(request: &seam::Request) -> &str {
    request.uri().authority().map_or("", |authority| authority.as_str())
}

/// Everything but loopback is reached by https.
fn wrong_scheme(request: &seam::Request) -> Option<String> {
    let loopback = matches!(request.uri().host(), Some("127.0.0.1" | "[::1]" | "localhost"));
    let scheme = request.uri().scheme_str().unwrap_or_default();
    (scheme != "https" && !loopback).then(|| format!("the scheme is {scheme}"))
}

/// The difference between a request and the fixture.
fn differences(expected: &Request, sent: &Request, vary: &[String]) -> Vec<String> {
    let mut problems = Vec::new();
    if (&expected.method, &expected.target) != (&sent.method, &sent.target) {
        problems
            .push(format!("expected {} {}, sent {} {}", expected.method, expected.target, sent.method, sent.target));
    }
    for (name, value) in &expected.headers {
        match sent.header(name) {
            None => problems.push(format!("the header {name} is missing")),
            Some(other) if other != value && !vary.contains(name) => {
                problems.push(format!("the header {name} is {other:?}, expected {value:?}"));
            }
            Some(_) => {}
        }
    }
    let unexpected = sent.headers.iter().filter(|(name, _)| expected.header(name).is_none());
    problems.extend(unexpected.map(|(name, _)| format!("the header {name} is not expected")));
    if sent.headers.len() != expected.headers.len() && problems.is_empty() {
        problems.push("a header is sent twice".to_owned());
    }
    problems
}

/// Recomputes a signature over the headers that the fixture says are signed.
fn signature(authorization: &str, secret_access_key: &str, sent: &Request) -> String {
    let signed = authorization.split("SignedHeaders=").nth(1).and_then(|rest| rest.split(',').next()).unwrap_or("");
    let headers: Vec<(&str, &str)> =
        signed.split(';').filter_map(|name| sent.header(name).map(|value| (name, value))).collect();
    let (path, query) = sent.target.split_once('?').unwrap_or((&sent.target, ""));
    // The only query is a region's name, which needs no decoding.
    let query: Vec<(&str, &str)> = query.split('&').filter_map(|pair| pair.split_once('=')).collect();
    let request = huaweicloud_sign::Request { method: &sent.method, path, query: &query, headers: &headers, body: b"" };
    let date = sent.header("x-sdk-date").unwrap_or_default();
    huaweicloud_sign::sign(&request, "", secret_access_key, date).signature
}
