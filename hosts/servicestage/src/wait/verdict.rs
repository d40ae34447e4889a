//! The meaning of a listing for a wait, the pauses, and the errors of a wait. Pure.

use std::time::Duration;

use model::error::message;

use super::{Event, LONGEST_INTERVAL, LONGEST_TIMEOUT, OPERATION, SHORTEST_INTERVAL, Task, Wait, Waited};
use crate::error::{Error, ErrorKind, InvalidArgument, Throttled, Timeout};
use crate::query::{Query, milliseconds};
use crate::types::{Listing, Pipeline, Status};

/// The most ids that an error lists.
const MOST_IDS: usize = 20;

/// The meaning of a listing for a wait.
#[derive(Debug)]
pub(super) enum Seen {
    Over(Box<Waited>),
    NotYet(NotYet),
}

/// Why a wait goes on.
#[derive(Debug)]
pub(super) enum NotYet {
    Status(Box<Pipeline>),
    NotStarted(Box<Pipeline>),
    Missing,
    Retrying(Box<Error>),
}

impl NotYet {
    pub(super) fn event(&self, pause: Duration) -> Event<'_> {
        match self {
            Self::Status(pipeline) => Event::Status(pipeline),
            Self::NotStarted(pipeline) => Event::NotStarted(pipeline),
            Self::Missing => Event::Missing,
            Self::Retrying(error) => Event::Retrying(error, pause),
        }
    }

    /// Returns a key that differs for events that are each worth a report.
    pub(super) fn key(&self) -> (u8, Option<Status>, Option<ErrorKind>) {
        match self {
            Self::Status(pipeline) => (0, pipeline.status.map(Status::normal), None),
            Self::NotStarted(_) => (1, None, None),
            Self::Missing => (2, None, None),
            Self::Retrying(error) => (3, None, Some(error.kind.clone())),
        }
    }
}

impl Wait {
    pub(super) fn check(&self) -> Result<(), InvalidArgument> {
        let refuse = |argument, reason: String| Err(InvalidArgument::new(argument, reason));
        if self.for_status.is_empty() {
            return refuse("for-status", "it is empty; name at least one status".to_owned());
        }
        if let Some(both) = self.fail_on.iter().find(|status| self.waits_for(**status)) {
            return refuse("fail-on", format!("{both} is in `for-status` too; name it in one of them"));
        }
        if self.interval < SHORTEST_INTERVAL {
            return refuse(
                "interval",
                "it is shorter than a second; the service limits how often it is asked".to_owned(),
            );
        }
        Ok(())
    }

    pub(super) fn query(&self) -> Query {
        match &self.task {
            Task::Name(name) => Query::new().name(name),
            // Neither the service nor the component has a condition for the id.
            Task::Id(_) => Query::new(),
        }
    }

    pub(super) fn judge(&self, listing: Listing) -> Result<Seen, Box<Error>> {
        let mut found = listing.pipelines;
        if let Task::Id(id) = &self.task {
            found.retain(|pipeline| pipeline.id == *id);
        }
        if found.len() > 1 {
            return Err(self.ambiguous(&found));
        }
        let Some(pipeline) = found.pop() else {
            return if self.wait_for_task { Ok(Seen::NotYet(NotYet::Missing)) } else { Err(self.missing()) };
        };
        if let Some(time) = self.started_after
            && pipeline.last_trigger_at.is_none_or(|started| started < milliseconds(time))
        {
            return Ok(Seen::NotYet(NotYet::NotStarted(Box::new(pipeline))));
        }
        let status = pipeline.status.map(Status::normal);
        Ok(match status {
            Some(status) if self.waits_for(status) => Seen::Over(Box::new(Waited { pipeline, reached: true })),
            Some(status) if status.is_final() || self.fail_on.iter().any(|other| other.normal() == status) => {
                Seen::Over(Box::new(Waited { pipeline, reached: false }))
            }
            _ => Seen::NotYet(NotYet::Status(Box::new(pipeline))),
        })
    }

    fn waits_for(&self, status: Status) -> bool {
        self.for_status.iter().any(|other| other.normal() == status.normal())
    }

    /// Returns the pause after so many listings. `random` spreads those who began to wait at the same moment.
    pub(super) fn pause(&self, listings: u32, random: u64) -> Duration {
        let longest = LONGEST_INTERVAL.max(self.interval).min(LONGEST_TIMEOUT);
        // Half as long again each time: after ten listings it is the longest, from any start.
        let mut pause = self.interval.min(longest);
        for _ in 1..listings.min(10) {
            pause = (pause * 3 / 2).min(longest);
        }
        pause * 4 / 5 + pause * 2 / 5 * (random % 1000) as u32 / 1000
    }

    fn missing(&self) -> Box<Error> {
        let next = "Check the name and the project, or wait until it exists with `wait-for-task`.";
        let why = format!("There is no release task {}.", self.task);
        unsuccessful(ErrorKind::NotFound, false, "the release task was not found", &why, next)
    }

    fn ambiguous(&self, found: &[Pipeline]) -> Box<Error> {
        let ids: Vec<&str> = found.iter().take(MOST_IDS).map(|pipeline| pipeline.id.as_str()).collect();
        let more = found.len().checked_sub(MOST_IDS).filter(|more| *more > 0);
        let more = more.map(|more| format!(" and {more} more")).unwrap_or_default();
        let reason = format!(
            "{} release tasks are {}: {}{more}; wait for one of them by its id",
            found.len(),
            self.task,
            ids.join(", ")
        );
        let argument = if matches!(self.task, Task::Name(_)) { "name" } else { "id" };
        Box::new(Error::invalid_argument(OPERATION, InvalidArgument::new(argument, reason)))
    }

    pub(super) fn overdue(&self, listings: u32, seen: &NotYet) -> Box<Error> {
        let state = match seen {
            _ if listings == 0 => "was not listed in time".to_owned(),
            NotYet::Status(pipeline) => {
                let status = pipeline.status.map_or_else(|| "no status".to_owned(), |status| status.to_string());
                format!("had {status} when it was listed last")
            }
            NotYet::NotStarted(_) => "was not started since the time of `started-after`".to_owned(),
            NotYet::Missing => "did not exist when the project was listed last".to_owned(),
            NotYet::Retrying(error) => {
                let why = error.message.lines().nth(1).unwrap_or_default();
                format!("could not be listed the last time: {why}")
            }
        };
        let (task, listings) =
            (&self.task, if listings == 1 { "1 listing".to_owned() } else { format!("{listings} listings") });
        let why = format!("The release task {task} {state}, after {:?} and {listings}.", self.timeout);
        let what = "the wait took longer than allowed";
        unsuccessful(ErrorKind::Timeout(Timeout::Call), true, what, &why, "Wait again, or longer with `timeout`.")
    }
}

/// Returns whether an error ends a wait. Wrong credentials and missing permissions do not pass.
pub(super) fn ends(error: &Error) -> bool {
    let lasting = matches!(
        error.kind,
        ErrorKind::InvalidArgument(_)
            | ErrorKind::Unauthenticated
            | ErrorKind::ClockSkew(_)
            | ErrorKind::Denied
            | ErrorKind::Forbidden(_)
    );
    lasting || !error.retryable
}

/// Returns how long the server asks to wait.
pub(super) fn retry_after(error: &Error) -> Duration {
    match &error.kind {
        ErrorKind::Throttled(Throttled { retry_after_ms: Some(pause) }) => {
            Duration::from_millis(*pause).min(LONGEST_TIMEOUT)
        }
        _ => Duration::ZERO,
    }
}

fn unsuccessful(kind: ErrorKind, retryable: bool, what: &str, why: &str, next: &str) -> Box<Error> {
    let message = message(OPERATION, what, why, next);
    Box::new(Error { retryable, ..Error::unsent(OPERATION, kind, message) })
}
