//! The use case: from a connection and a query to a listing.
//!
//! Every decision is made elsewhere and every effect performed elsewhere; here they are put in order.

use std::time::Duration;

use http::StatusCode;

use crate::connection::{Connection, Credentials, Limits, Lookup, Project, is_project_id};
use crate::decode;
use crate::error::{Error, ErrorKind, Failure, Invalid, Operation, Place, ResponseFacts, Timeout};
use crate::message::shorten;
use crate::pipeline::Listing;
use crate::query::{Query, Term};
use crate::rejection;
use crate::request::{Request, Target};
use crate::response::Response;
use crate::retry::{self, Next, Situation};
use crate::secrets::Secrets;

/// The world as a call needs it: clocks, waiting, and one kind of request.
pub trait Transport {
    /// The time since the Unix epoch.
    fn now(&self) -> Duration;

    /// The time since the call began, by a clock that never goes back.
    fn elapsed(&self) -> Duration;

    /// Waits.
    fn sleep(&mut self, wait: Duration);

    /// Sends a request.
    ///
    /// # Errors
    /// There is no response.
    fn send(&mut self, request: Request, allowance: Allowance) -> Result<Response, Failure>;
}

/// How long one request may take, and how much it may bring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// How long to wait for a connection.
    pub connect_timeout: Duration,
    /// How long to wait for the response to begin.
    pub first_byte_timeout: Duration,
    /// How long to wait between two chunks of the response.
    pub between_bytes_timeout: Duration,
    /// How long the request may take in all: what is left of the call.
    pub remaining: Duration,
    /// The largest body that is accepted, in bytes.
    pub max_response_bytes: u32,
}

/// Lists the release tasks that match.
///
/// # Errors
/// Every failure, in the caller's terms.
pub fn list_pipelines(
    transport: &mut impl Transport,
    connection: &Connection,
    terms: Vec<Term>,
) -> Result<Listing, Error> {
    let secrets = Secrets::of(&connection.credentials);
    let plan = || {
        let query = Query::new(terms)?;
        Ok((connection.service()?, connection.project()?, Caller::new(connection, &secrets)?, query))
    };
    let (service, project, caller, query) =
        plan().map_err(|invalid| unsent(Operation::ListPipelines, invalid, &secrets))?;

    let project_id = match project {
        Project::Known(id) => id,
        Project::OfRegion(lookup) => caller.look_up(transport, &lookup)?,
    };
    let target = Target::pipelines(&service, &project_id);
    let answer = caller.fetch(transport, Operation::ListPipelines, &target)?;
    let decoded = decode::listing(&answer.body, &query).map_err(|failure| caller.not_decoded(failure, &answer))?;

    let mut pipelines = decoded.matching;
    let matched = u32::try_from(pipelines.len()).unwrap_or(u32::MAX);
    query.arrange(&mut pipelines);
    Ok(Listing {
        truncated: pipelines.len() < matched as usize,
        pipelines,
        total: decoded.total,
        matched,
        request_id: answer.facts.request_id,
        attempts: answer.attempts,
    })
}

/// Finds the id of the region's project.
///
/// # Errors
/// Every failure, in the caller's terms; that there is no such project, or more than one, among them.
pub fn find_project(transport: &mut impl Transport, connection: &Connection) -> Result<String, Error> {
    let secrets = Secrets::of(&connection.credentials);
    let plan = || {
        if connection.region.is_none() {
            return Err(Invalid::new("region", "it is missing; a project is found by the name of its region"));
        }
        connection.service()?;
        match connection.project()? {
            Project::Known(_) => Err(Invalid::new("project-id", "it is given; there is nothing to find")),
            Project::OfRegion(lookup) => Ok((lookup, Caller::new(connection, &secrets)?)),
        }
    };
    let (lookup, caller) = plan().map_err(|invalid| unsent(Operation::FindProject, invalid, &secrets))?;
    caller.look_up(transport, &lookup)
}

fn unsent(operation: Operation, invalid: Invalid, secrets: &Secrets) -> Error {
    Failure::from(invalid).into_error(Place { operation, request: "", attempts: 0 }, secrets)
}

/// What all requests of a call have in common.
struct Caller<'a> {
    credentials: &'a Credentials,
    secrets: &'a Secrets,
    limits: Limits,
}

/// A success, not yet decoded.
struct Answer {
    operation: Operation,
    request: String,
    facts: ResponseFacts,
    body: Vec<u8>,
    attempts: u32,
}

impl<'a> Caller<'a> {
    fn new(connection: &'a Connection, secrets: &'a Secrets) -> Result<Self, Invalid> {
        Ok(Self { credentials: connection.credentials()?, secrets, limits: connection.limits()? })
    }

    fn look_up(&self, transport: &mut impl Transport, lookup: &Lookup) -> Result<String, Error> {
        let answer = self.fetch(transport, Operation::FindProject, &Target::projects(lookup))?;
        let projects = decode::projects(&answer.body).map_err(|failure| self.not_decoded(failure, &answer))?;
        only_project(&lookup.region, projects).map_err(|failure| self.error(failure.of(answer.facts.clone()), &answer))
    }

    /// Sends the request until it succeeds, fails for good, or time or attempts run out.
    fn fetch(&self, transport: &mut impl Transport, operation: Operation, target: &Target) -> Result<Answer, Error> {
        let request = format!("GET {}", target.url());
        let mut attempts = 0;
        let mut last = Failure::lasting(ErrorKind::Timeout(Timeout::Call), "No time was left to send the request.");
        let reason = loop {
            let remaining = self.remaining(transport);
            if remaining.is_zero() {
                break (attempts > 0).then_some(retry::TOO_LATE);
            }
            attempts += 1;
            last = match self.attempt(transport, operation, target, remaining) {
                Ok((facts, body)) => return Ok(Answer { operation, request, facts, body, attempts }),
                Err(failure) => failure,
            };
            let situation = Situation {
                attempts,
                max_attempts: self.limits.max_attempts,
                remaining: self.remaining(transport),
                nanoseconds: transport.now().subsec_nanos(),
                target: &request,
            };
            match retry::next(&last, situation) {
                Next::Wait(wait) => transport.sleep(wait),
                Next::GiveUp(reason) => break reason,
            }
        };
        let details = last.detail.into_iter().chain(reason.map(str::to_owned)).collect::<Vec<_>>();
        last.detail = Some(details.join(" ")).filter(|detail| !detail.is_empty());
        Err(last.into_error(Place { operation, request: &request, attempts }, self.secrets))
    }

    fn attempt(
        &self,
        transport: &mut impl Transport,
        operation: Operation,
        target: &Target,
        remaining: Duration,
    ) -> Result<(ResponseFacts, Vec<u8>), Failure> {
        // Signed anew each time: a signature is valid for 15 minutes.
        let request = target.request(self.credentials, transport.now())?;
        let allowance = Allowance {
            connect_timeout: self.limits.connect_timeout,
            first_byte_timeout: self.limits.first_byte_timeout,
            between_bytes_timeout: self.limits.between_bytes_timeout,
            remaining,
            max_response_bytes: self.limits.max_response_bytes,
        };
        let Response { status, headers, body } = transport.send(request, allowance)?;
        let facts = rejection::facts(status, &headers);
        match (status, body) {
            (StatusCode::OK, Ok(body)) => Ok((facts, body)),
            (StatusCode::OK, Err(failure)) => Err(failure.of(facts)),
            // What the status says counts, also when the body that explains it did not arrive.
            (status, body) => {
                let body = body.unwrap_or_default();
                Err(rejection::failure(operation, status, &headers, &body, transport.now()))
            }
        }
    }

    fn remaining(&self, transport: &impl Transport) -> Duration {
        self.limits.call_timeout.saturating_sub(transport.elapsed())
    }

    /// An answer of quite another shape, with status 200, may still be an error of the service.
    fn not_decoded(&self, failure: Failure, answer: &Answer) -> Error {
        let other_shape = matches!(&failure.kind, ErrorKind::Undecodable { path, .. } if path == "$");
        let facts = rejection::with_body(answer.facts.clone(), if other_shape { &answer.body } else { b"" });
        let facts = if facts.code.is_some() { facts } else { answer.facts.clone() };
        self.error(failure.of(facts), answer)
    }

    fn error(&self, failure: Failure, answer: &Answer) -> Error {
        let place = Place { operation: answer.operation, request: &answer.request, attempts: answer.attempts };
        failure.into_error(place, self.secrets)
    }
}

/// The one project that has the region's name.
fn only_project(region: &str, projects: Vec<decode::Project>) -> Result<String, Failure> {
    let named = |project: &decode::Project| match &project.name {
        Some(name) => format!("{} ({})", shorten(&project.id, 64), shorten(name, 64)),
        None => shorten(&project.id, 64),
    };
    let found = projects.iter().take(10).map(named).collect::<Vec<_>>().join(", ");
    match projects.as_slice() {
        [project] if project.name.as_deref().is_none_or(|name| name == region) => {
            if is_project_id(&project.id) {
                return Ok(project.id.clone());
            }
            let (path, expected) = ("$.projects[0].id".to_owned(), "a project id of 32 hexadecimal digits".to_owned());
            Err(Failure::lasting(ErrorKind::Undecodable { path, expected }, format!("IAM sent {found}.")))
        }
        [] | [_] => {
            let found = if found.is_empty() { "nothing" } else { &found };
            Err(Failure::lasting(
                ErrorKind::NotFound,
                format!("These credentials have no project named {region}; IAM found {found}."),
            ))
        }
        several => Err(Failure::from(Invalid::new(
            "project-id",
            format!("it is missing, and the region {region} has {} projects: {found}", several.len()),
        ))),
    }
}
