//! The use case: from a connection and a query to a listing.
//!
//! Every decision is made elsewhere and every effect performed elsewhere; here they are put in order.

use std::time::Duration;

use http::StatusCode;
use json_text::Texts;

use crate::answer::{LARGEST_ERROR, List};
use crate::connection::{Connection, Credentials, Limits, Lookup, Project, is_project_id};
use crate::decode;
use crate::encoding;
use crate::error::{Error, ErrorKind, Failure, Invalid, Operation, Place, ResponseFacts, Timeout};
use crate::message::shorten;
use crate::pipeline::{Listing, Pipeline};
use crate::query::{Query, Term};
use crate::rejection;
use crate::request::{Request, Target};
use crate::response::{Body, Response};
use crate::retry::{self, Next, Situation};
use crate::secrets::Secrets;
use crate::text::{fill, join, number};

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
    fn send(&mut self, request: Request, allowance: Allowance) -> Result<Response, Box<Failure>>;
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

/// Lists the release tasks that match. Their texts are kept there.
///
/// # Errors
/// Every failure, in the caller's terms.
pub fn list_pipelines<'k>(
    transport: &mut impl Transport,
    connection: &Connection,
    terms: Vec<Term>,
    texts: &'k Texts,
) -> Result<Listing<'k>, Box<Error>> {
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
    let mut list = List::of(decode::pipelines(&query), texts);
    let answer = caller.fetch(transport, Operation::ListPipelines, &target, &mut list)?;

    let (mut pipelines, total) = list.into_items();
    let matched = u32::try_from(pipelines.len()).unwrap_or(u32::MAX);
    query.arrange(&mut pipelines);
    Ok(Listing {
        truncated: pipelines.len() < matched as usize,
        pipelines,
        total,
        matched,
        request_id: answer.facts.request_id,
        attempts: answer.attempts,
    })
}

/// Finds the id of the region's project.
///
/// # Errors
/// Every failure, in the caller's terms; that there is no such project, or more than one, among them.
pub fn find_project(transport: &mut impl Transport, connection: &Connection) -> Result<String, Box<Error>> {
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

fn unsent(operation: Operation, invalid: Invalid, secrets: &Secrets) -> Box<Error> {
    Box::<Failure>::from(invalid).into_error(Place { operation, request: "", attempts: 0 }, secrets)
}

/// What all requests of a call have in common.
struct Caller<'a> {
    credentials: &'a Credentials,
    secrets: &'a Secrets,
    limits: Limits,
}

/// A success, which the decoder has taken.
struct Answer {
    request: String,
    facts: ResponseFacts,
    attempts: u32,
}

impl<'a> Caller<'a> {
    fn new(connection: &'a Connection, secrets: &'a Secrets) -> Result<Self, Invalid> {
        Ok(Self { credentials: connection.credentials()?, secrets, limits: connection.limits()? })
    }

    fn look_up(&self, transport: &mut impl Transport, lookup: &Lookup) -> Result<String, Box<Error>> {
        let operation = Operation::FindProject;
        let texts = Texts::default();
        let mut list = List::of(decode::projects(), &texts);
        let Answer { request, facts, attempts } =
            self.fetch(transport, operation, &Target::projects(lookup), &mut list)?;
        only_project(&lookup.region, &list.into_items().0).map_err(|failure| {
            failure.of(facts).into_error(Place { operation, request: &request, attempts }, self.secrets)
        })
    }

    /// Sends the request until it succeeds, fails for good, or time or attempts run out.
    fn fetch(
        &self,
        transport: &mut impl Transport,
        operation: Operation,
        target: &Target,
        decoder: &mut List<'_, '_>,
    ) -> Result<Answer, Box<Error>> {
        let request = fill("GET {}", &[&target.url()]);
        let mut attempts = 0;
        let mut last = Failure::lasting(ErrorKind::Timeout(Timeout::Call), "No time was left to send the request.");
        let reason = loop {
            let remaining = self.remaining(transport);
            if remaining.is_zero() {
                break (attempts > 0).then_some(retry::TOO_LATE);
            }
            attempts += 1;
            last = match self.attempt(transport, operation, target, remaining, decoder) {
                Ok(facts) => return Ok(Answer { request, facts, attempts }),
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
        if let Some(reason) = reason {
            let detail = last.detail.get_or_insert_default();
            if !detail.is_empty() {
                detail.push(' ');
            }
            detail.push_str(reason);
        }
        Err(last.into_error(Place { operation, request: &request, attempts }, self.secrets))
    }

    fn attempt(
        &self,
        transport: &mut impl Transport,
        operation: Operation,
        target: &Target,
        remaining: Duration,
        decoder: &mut List<'_, '_>,
    ) -> Result<ResponseFacts, Box<Failure>> {
        // Signed anew each time: a signature is valid for 15 minutes.
        let request = target.request(self.credentials, transport.now());
        let allowance = Allowance {
            connect_timeout: self.limits.connect_timeout,
            first_byte_timeout: self.limits.first_byte_timeout,
            between_bytes_timeout: self.limits.between_bytes_timeout,
            remaining,
            max_response_bytes: self.limits.max_response_bytes,
        };
        let Response { status, headers, mut body } = transport.send(request, allowance)?;
        if status != StatusCode::OK {
            let body = beginning(&mut *body, LARGEST_ERROR);
            return Err(rejection::failure(operation, status, &headers, &body, transport.now()));
        }
        let facts = rejection::facts(status, &headers);
        match read(&mut *body, decoder) {
            Ok(()) => Ok(facts),
            Err(mut failure) => {
                let facts = facts_of(&failure, facts, decoder);
                if let ErrorKind::Undecodable { path, expected } = &mut failure.kind {
                    let mut start = decoder.beginning().to_vec();
                    start.extend(beginning(&mut *body, encoding::TELLING.saturating_sub(start.len())));
                    if let Some(form) = encoding::unasked(&headers, &start) {
                        (*path, *expected) = ("$".to_owned(), encoding::ASKED.to_owned());
                        failure.detail = Some(form);
                    }
                }
                Err(failure.of(facts))
            }
        }
    }

    fn remaining(&self, transport: &impl Transport) -> Duration {
        let (timeout, elapsed) = (nanoseconds(self.limits.call_timeout), nanoseconds(transport.elapsed()));
        Duration::from_nanos(timeout.saturating_sub(elapsed))
    }
}

/// No limit is longer than seven weeks, and no call lasts longer.
pub(crate) fn nanoseconds(duration: Duration) -> u64 {
    duration.as_secs() * 1_000_000_000 + u64::from(duration.subsec_nanos())
}

/// Has the decoder take the whole body.
fn read(body: &mut dyn Body, decoder: &mut List<'_, '_>) -> Result<(), Box<Failure>> {
    decoder.restart();
    while let Some(chunk) = body.next()? {
        decoder.push(chunk)?;
    }
    decoder.finish()
}

/// The beginning of a body that explains a status. What the status says counts, also when that did not arrive.
fn beginning(body: &mut dyn Body, most: usize) -> Vec<u8> {
    let mut beginning = Vec::new();
    while beginning.len() < most {
        match body.next() {
            Ok(Some(chunk)) => beginning.extend_from_slice(&chunk),
            Ok(None) => break,
            Err(_) => return Vec::new(),
        }
    }
    beginning
}

/// An answer of quite another shape, with status 200, may still be an error of the service.
fn facts_of(failure: &Failure, facts: ResponseFacts, decoder: &List<'_, '_>) -> ResponseFacts {
    if !matches!(&failure.kind, ErrorKind::Undecodable { path, .. } if path == "$") {
        return facts;
    }
    let with_body = rejection::with_body(facts.clone(), decoder.beginning());
    if with_body.code.is_some() { with_body } else { facts }
}

/// The one project that has the region's name.
fn only_project(region: &str, projects: &[Pipeline<'_>]) -> Result<String, Box<Failure>> {
    let named = |project: &Pipeline<'_>| match project.name.text() {
        Some(name) => fill("{} ({})", &[&shorten(&project.id, 64), &shorten(name, 64)]),
        None => shorten(&project.id, 64),
    };
    let found = join(&projects.iter().take(10).map(named).collect::<Vec<_>>(), ", ");
    match projects {
        [project] if project.name.text().is_none_or(|name| name == region) => {
            if is_project_id(&project.id) {
                return Ok(project.id.get().to_owned());
            }
            let (path, expected) = ("$.projects[0].id".to_owned(), "a project id of 32 hexadecimal digits".to_owned());
            Err(Failure::lasting(ErrorKind::Undecodable { path, expected }, fill("IAM sent {}.", &[&found])))
        }
        [] | [_] => {
            let found = if found.is_empty() { "nothing" } else { &found };
            Err(Failure::lasting(
                ErrorKind::NotFound,
                fill("These credentials have no project named {}; IAM found {}.", &[region, found]),
            ))
        }
        several => Err(Box::from(Invalid::new(
            "project-id",
            fill(
                "it is missing, and the region {} has {} projects: {}",
                &[region, &number(several.len() as u64), &found],
            ),
        ))),
    }
}
