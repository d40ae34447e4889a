//! The use case: from a connection and a query to a listing.
//!
//! Every decision is made elsewhere and every effect performed elsewhere; here they are put in order.

use std::time::Duration;

use http::StatusCode;
use model::connection::Connection;
use model::credentials::Credentials;
use model::error::{Error, ErrorKind, InvalidArgument, TOO_LATE, Timeout, Undecodable};
use model::listing::{Listing, Pipeline};
use model::term::Term;

use crate::connection::{self, Limits, Lookup, ProjectSource, is_project_id};
use crate::decode::{Body, Records};
use crate::encoding;
use crate::failure::{Failure, Operation, RequestSummary, ResponseFacts};
use crate::query::Query;
use crate::rejection;
use crate::report;
use crate::request::{Request, Target};
use crate::response::{Headers, Response};
use crate::retry::{self, RetryDecision, RetryState};
use crate::task;
use model::text::shorten;

/// The effects of a call: clocks, waiting, and one kind of request.
pub trait Transport {
    /// Returns the time since the Unix epoch.
    fn now(&self) -> Duration;

    /// Returns the time since the call began, by a clock that never goes back.
    fn elapsed(&self) -> Duration;

    /// Waits.
    fn sleep(&mut self, wait: Duration);

    /// Sends a request.
    ///
    /// # Errors
    /// There is no response.
    fn send(&mut self, request: Request, limits: RequestLimits) -> Result<Response, Failure>;
}

/// How long one request may take, and how much it may bring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestLimits {
    /// How long to wait for a connection.
    pub connect_timeout: Duration,
    /// How long to wait for the response to begin.
    pub first_byte_timeout: Duration,
    /// How long to wait between two chunks of the response.
    pub between_bytes_timeout: Duration,
    /// How long the request may take in all: what is left of the call.
    pub remaining: Duration,
    /// The largest body of a success that is accepted, in bytes.
    pub max_response_bytes: u32,
}

/// Lists the release tasks that match.
///
/// # Errors
/// Every failure, in the caller's terms.
pub fn list_pipelines(
    transport: &mut dyn Transport,
    connection: &Connection,
    terms: Vec<Term>,
) -> Result<Listing, Error> {
    list(transport, connection, terms).map_err(|failed| failed.report(&connection.credentials))
}

/// Finds the id of the region's project.
///
/// # Errors
/// Every failure, in the caller's terms. A region without a project, or with several, is one too.
pub fn find_project(transport: &mut dyn Transport, connection: &Connection) -> Result<String, Error> {
    find(transport, connection).map_err(|failed| failed.report(&connection.credentials))
}

fn list(transport: &mut dyn Transport, connection: &Connection, terms: Vec<Term>) -> Result<Listing, Failed> {
    let unsent = |invalid| Failed::unsent(Operation::ListPipelines, invalid);
    let service = connection::service(connection).map_err(unsent)?;
    let project = connection::project(connection).map_err(unsent)?;
    let caller = Caller::new(connection).map_err(unsent)?;
    let query = Query::new(terms).map_err(unsent)?;
    let project_id = match project {
        ProjectSource::Known(id) => id,
        ProjectSource::OfRegion(lookup) => caller.look_up(transport, &lookup)?,
    };
    caller.list(transport, &Target::pipelines(&service, &project_id), &query)
}

fn find(transport: &mut dyn Transport, connection: &Connection) -> Result<String, Failed> {
    let unsent = |invalid| Failed::unsent(Operation::FindProject, invalid);
    if connection.region.is_none() {
        let reason = "it is missing; a project is found by the name of its region";
        return Err(unsent(InvalidArgument::new("region", reason)));
    }
    connection::service(connection).map_err(unsent)?;
    match connection::project(connection).map_err(unsent)? {
        ProjectSource::Known(_) => {
            Err(unsent(InvalidArgument::new("project-id", "it is given; there is nothing to find")))
        }
        ProjectSource::OfRegion(lookup) => Caller::new(connection).map_err(unsent)?.look_up(transport, &lookup),
    }
}

/// A failure, and the request that failed.
struct Failed {
    failure: Failure,
    request: RequestSummary,
}

impl Failed {
    fn unsent(operation: Operation, invalid: InvalidArgument) -> Self {
        Self { failure: invalid.into(), request: RequestSummary { operation, line: String::new(), attempts: 0 } }
    }

    /// Makes the caller's error of it.
    fn report(self, credentials: &Credentials) -> Error {
        report::error(self.failure, &self.request, credentials)
    }
}

/// The parts that all requests of a call share.
struct Caller<'a> {
    credentials: &'a Credentials,
    limits: Limits,
}

/// A success.
struct Success {
    request: RequestSummary,
    headers: Headers,
    facts: ResponseFacts,
    body: Body,
}

impl<'a> Caller<'a> {
    fn new(connection: &'a Connection) -> Result<Self, InvalidArgument> {
        connection::check_credentials(&connection.credentials)?;
        Ok(Self { credentials: &connection.credentials, limits: connection::limits(connection)? })
    }

    fn list(&self, transport: &mut dyn Transport, target: &Target, query: &Query) -> Result<Listing, Failed> {
        let answer = self.fetch(transport, Operation::ListPipelines, target)?;
        let records = answer.body.records(|task| query.matches(task));
        let Records { wanted, total } = records.map_err(|failure| answer.failed(failure))?;
        let matched = u32::try_from(wanted.len()).unwrap_or(u32::MAX);
        let mut tasks = wanted.iter().collect();
        query.arrange(&mut tasks);
        Ok(Listing {
            truncated: tasks.len() < matched as usize,
            pipelines: tasks.into_iter().map(Pipeline::from).collect(),
            total,
            matched,
            request_id: answer.facts.request_id,
            attempts: answer.request.attempts,
        })
    }

    fn look_up(&self, transport: &mut dyn Transport, lookup: &Lookup) -> Result<String, Failed> {
        let answer = self.fetch(transport, Operation::FindProject, &Target::projects(lookup))?;
        let projects = answer.body.records(|_: &task::Project<'_>| true).map_err(|failure| answer.failed(failure))?;
        only_project(&lookup.region, &projects.wanted)
            .map_err(|failure| Failed { failure: failure.of(answer.facts.clone()), request: answer.request.clone() })
    }

    /// Sends the request until it succeeds, fails for good, or time or attempts run out.
    fn fetch(&self, transport: &mut dyn Transport, operation: Operation, target: &Target) -> Result<Success, Failed> {
        let line = format!("{} {}", http::Method::GET, target.url());
        let mut attempts = 0;
        let mut last = Failure::lasting(ErrorKind::Timeout(Timeout::Call), "No time was left to send the request.");
        let reason = loop {
            let remaining = self.remaining(transport);
            if remaining.is_zero() {
                break (attempts > 0).then_some(TOO_LATE);
            }
            attempts += 1;
            last = match self.attempt(transport, operation, target, remaining) {
                Ok((headers, facts, body)) => {
                    let request = RequestSummary { operation, line, attempts };
                    return Ok(Success { request, headers, facts, body: Body::new(body) });
                }
                Err(failure) => failure,
            };
            let state = RetryState {
                attempts,
                max_attempts: self.limits.max_attempts,
                remaining: self.remaining(transport),
                nanoseconds: transport.now().subsec_nanos(),
                target: &line,
            };
            match retry::decide(&last, state) {
                RetryDecision::Wait(wait) => transport.sleep(wait),
                RetryDecision::GiveUp(reason) => break reason,
            }
        };
        if let Some(reason) = reason {
            let detail = last.detail.get_or_insert_default();
            if !detail.is_empty() {
                detail.push(' ');
            }
            detail.push_str(reason);
        }
        Err(Failed { failure: last, request: RequestSummary { operation, line, attempts } })
    }

    fn attempt(
        &self,
        transport: &mut dyn Transport,
        operation: Operation,
        target: &Target,
        remaining: Duration,
    ) -> Result<(Headers, ResponseFacts, Vec<u8>), Failure> {
        // Signed anew each time: a signature is valid for 15 minutes.
        let request = target.request(self.credentials, transport.now());
        let limits = RequestLimits {
            connect_timeout: self.limits.connect_timeout,
            first_byte_timeout: self.limits.first_byte_timeout,
            between_bytes_timeout: self.limits.between_bytes_timeout,
            remaining,
            max_response_bytes: self.limits.max_response_bytes,
        };
        let Response { status, headers, body } = transport.send(request, limits)?;
        if status != StatusCode::OK {
            // What the status says counts, also when what explains it did not arrive.
            let body = body.unwrap_or_default();
            return Err(rejection::failure(operation, status, &headers, &body, transport.now()));
        }
        let facts = rejection::facts(status, &headers);
        match body {
            Ok(body) => Ok((headers, facts, body)),
            Err(failure) => Err(failure.of(facts)),
        }
    }

    fn remaining(&self, transport: &dyn Transport) -> Duration {
        self.limits.call_timeout.saturating_sub(transport.elapsed())
    }
}

impl Success {
    /// The failure to decode this answer. One of quite another shape, with status 200, may still be an error of the
    /// service, or in a form that was not asked for.
    fn failed(&self, mut failure: Failure) -> Failed {
        let mut facts = self.facts.clone();
        if let ErrorKind::Undecodable(Undecodable { path, expected }) = &mut failure.kind {
            if path == "$" {
                let with_body = rejection::with_body(facts.clone(), self.body.bytes());
                facts = if with_body.code.is_some() { with_body } else { facts };
            }
            if let Some(form) = encoding::unasked(&self.headers, self.body.bytes()) {
                (*path, *expected) = ("$".to_owned(), encoding::ASKED.to_owned());
                failure.detail = Some(form);
            }
        }
        Failed { failure: failure.of(facts), request: self.request.clone() }
    }
}

/// The one project that has the region's name.
fn only_project(region: &str, projects: &[task::Project<'_>]) -> Result<String, Failure> {
    let named = |project: &task::Project<'_>| match &project.name {
        Some(name) => format!("{} ({})", shorten(project.id(), 64), shorten(name, 64)),
        None => shorten(project.id(), 64),
    };
    let found = projects.iter().take(10).map(named).collect::<Vec<_>>().join(", ");
    match projects {
        [project] if project.name.as_ref().is_none_or(|name| name == region) => {
            if is_project_id(project.id()) {
                return Ok(project.id().to_owned());
            }
            let (path, expected) = ("$.projects[0].id".to_owned(), "a project id of 32 hexadecimal digits".to_owned());
            let kind = ErrorKind::Undecodable(Undecodable { path, expected });
            Err(Failure::lasting(kind, format!("IAM sent {found}.")))
        }
        [] | [_] => {
            let found = if found.is_empty() { "nothing" } else { &found };
            let detail = format!("These credentials have no project named {region}; IAM found {found}.");
            Err(Failure::lasting(ErrorKind::NotFound, detail))
        }
        several => {
            let count = several.len();
            let reason = format!("it is missing, and the region {region} has {count} projects: {found}");
            Err(InvalidArgument::new("project-id", reason).into())
        }
    }
}
