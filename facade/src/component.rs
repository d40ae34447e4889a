//! `wasi:http` and the listing: generated types to plain ones and back, and nothing that decides.

use crate::answer::Answer;
use crate::ask::{Ask, Request};
use crate::deployment::Deployment;
use crate::error::{Error, ErrorKind, Timeout};
use crate::query::{Direction, OrderKey, Range, Term};

use bindings::exports::wasi::http::incoming_handler::Guest;
use bindings::huaweicloud::servicestage::pipelines as wit;
use bindings::wasi::cli::environment::get_environment;
use bindings::wasi::http::types::{Fields, IncomingRequest, Method, OutgoingBody, OutgoingResponse, ResponseOutparam};
use bindings::wasi::io::streams::{OutputStream, StreamError};

mod bindings {
    wit_bindgen::generate!({
        path: ["../wit/plugin", "../wit/servicestage", "wit"],
        world: "huaweicloud:servicestage-facade/facade",
        generate_all,
    });
}

struct Facade;

#[expect(unsafe_code, reason = "generated")]
mod exports {
    use super::{Facade, bindings};

    bindings::export!(Facade with_types_in bindings);
}

impl Guest for Facade {
    fn handle(request: IncomingRequest, response: ResponseOutparam) {
        let answer = match read(&request) {
            Err(refusal) => Answer::refusal(refusal),
            Ok(ask) => match list(ask) {
                Ok(json) => Answer::listing(json),
                Err(error) => Answer::error(&error.into()),
            },
        };
        send(&answer, response);
    }
}

fn read(request: &IncomingRequest) -> Result<Ask, crate::error::Refusal> {
    let method = match request.method() {
        Method::Get => "GET",
        _ => "another",
    };
    let target = request.path_with_query().unwrap_or_default();
    let headers: Vec<_> =
        request.headers().entries().into_iter().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect();
    Ask::read(&Request { method, target: &target, headers: &headers })
}

fn list(ask: Ask) -> Result<String, wit::Error> {
    let Deployment { region, endpoint, iam_endpoint } = Deployment::of(&get_environment());
    let connection = wit::Connection {
        region,
        project_id: ask.query.project_id,
        endpoint,
        iam_endpoint,
        credentials: wit::Credentials::Token(ask.token.0),
        connect_timeout_ms: None,
        first_byte_timeout_ms: None,
        between_bytes_timeout_ms: None,
        call_timeout_ms: None,
        max_attempts: None,
        max_response_bytes: None,
    };
    let terms: Vec<_> = ask.query.terms.into_iter().map(Into::into).collect();
    wit::list_pipelines_json(&connection, &terms)
}

/// Sends the whole answer. A caller who leaves before its end is not there to be told.
fn send(answer: &Answer, out: ResponseOutparam) {
    let headers = Fields::new();
    for (name, value) in answer.headers() {
        // Names and values are the facade's own, and valid.
        let _ = headers.append(name, value.as_bytes());
    }
    let _ = headers.append("content-length", answer.body.len().to_string().as_bytes());
    let response = OutgoingResponse::new(headers);
    let _ = response.set_status_code(answer.status);
    // Fails only for who takes it twice.
    let Ok(body) = response.body() else { return };
    ResponseOutparam::set(out, Ok(response));
    let Ok(stream) = body.write() else { return };
    let sent = write(&stream, answer.body.as_bytes());
    drop(stream);
    if sent.is_ok() {
        let _ = OutgoingBody::finish(body, None);
    }
}

/// Writes as much at a time as the engine takes.
fn write(stream: &OutputStream, mut rest: &[u8]) -> Result<(), StreamError> {
    let ready = stream.subscribe();
    while !rest.is_empty() {
        ready.block();
        let room = usize::try_from(stream.check_write()?).unwrap_or(usize::MAX);
        let (now, later) = rest.split_at(room.min(rest.len()));
        stream.write(now)?;
        rest = later;
    }
    stream.blocking_flush()
}

impl From<Term> for wit::Term {
    fn from(term: Term) -> Self {
        match term {
            Term::Name(name) => Self::Name(name),
            Term::NameContains(part) => Self::NameContains(part),
            Term::Status(numbers) => Self::Status(numbers.into_iter().map(wit::Status::Other).collect()),
            Term::ConfigMode(word) => Self::ConfigMode(wit::ConfigMode::Other(word)),
            Term::Creator(creator) => Self::Creator(creator),
            Term::EnterpriseProjectId(id) => Self::EnterpriseProjectId(id),
            Term::Created(range) => Self::Created(range.into()),
            Term::Updated(range) => Self::Updated(range.into()),
            Term::LastRun(range) => Self::LastRun(range.into()),
            Term::OrderBy(key, direction) => Self::OrderBy(order(key, direction)),
            Term::Limit(limit) => Self::Limit(limit),
        }
    }
}

impl From<Range> for wit::TimeRange {
    fn from(range: Range) -> Self {
        Self { from: range.from, to: range.to }
    }
}

fn order(key: OrderKey, direction: Direction) -> wit::Order {
    let key = match key {
        OrderKey::Creation => wit::OrderKey::Creation,
        OrderKey::Update => wit::OrderKey::Update,
        OrderKey::LastRun => wit::OrderKey::LastRun,
        OrderKey::Name => wit::OrderKey::Name,
    };
    let direction = match direction {
        Direction::Ascending => wit::Direction::Ascending,
        Direction::Descending => wit::Direction::Descending,
    };
    wit::Order { key, direction }
}

impl From<wit::Error> for Error {
    fn from(error: wit::Error) -> Self {
        Self {
            kind: error.kind.into(),
            message: error.message,
            operation: error.operation,
            http_status: error.http_status,
            vendor_code: error.vendor_code,
            vendor_message: error.vendor_message,
            request_id: error.request_id,
            retryable: error.retryable,
            attempts: error.attempts,
        }
    }
}

impl From<wit::ErrorKind> for ErrorKind {
    fn from(kind: wit::ErrorKind) -> Self {
        use wit::ErrorKind as Wit;
        match kind {
            Wit::InvalidArgument(wit::InvalidArgument { argument, reason }) => {
                Self::InvalidArgument { argument, reason }
            }
            Wit::Denied => Self::Denied,
            Wit::Dns => Self::Dns,
            Wit::Refused => Self::Refused,
            Wit::Tls => Self::Tls,
            Wit::Reset => Self::Reset,
            Wit::Timeout(wit::Timeout::Connect) => Self::Timeout(Timeout::Connect),
            Wit::Timeout(wit::Timeout::FirstByte) => Self::Timeout(Timeout::FirstByte),
            Wit::Timeout(wit::Timeout::BetweenBytes) => Self::Timeout(Timeout::BetweenBytes),
            Wit::Timeout(wit::Timeout::Call) => Self::Timeout(Timeout::Call),
            Wit::Unauthenticated => Self::Unauthenticated,
            Wit::ClockSkew(wit::ClockSkew { signed_at, server_time }) => Self::ClockSkew { signed_at, server_time },
            Wit::Forbidden(wit::Forbidden { permission, depends_on }) => Self::Forbidden { permission, depends_on },
            Wit::NotFound => Self::NotFound,
            Wit::Throttled(wit::Throttled { retry_after_ms }) => Self::Throttled { retry_after_ms },
            Wit::Rejected => Self::Rejected,
            Wit::Unavailable => Self::Unavailable,
            Wit::Redirected(wit::Redirected { location }) => Self::Redirected { location },
            Wit::TooLarge(wit::TooLarge { limit_bytes }) => Self::TooLarge { limit_bytes },
            Wit::CutShort => Self::CutShort,
            Wit::Undecodable(wit::Undecodable { path, expected }) => Self::Undecodable { path, expected },
            Wit::Other(text) => Self::Other(text),
        }
    }
}
