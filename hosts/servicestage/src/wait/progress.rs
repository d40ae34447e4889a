//! The meaning of a listing for a wait, and the pauses. Pure.

use std::time::Duration;

use model::error::TOO_LATE;

use super::failure::Requests;
use super::{Event, LAST_LOOK, LONGEST_INTERVAL, LONGEST_TIMEOUT, OPERATION, SHORTEST_INTERVAL, Wait, Waited};
use crate::error::{Error, ErrorKind, InvalidArgument, Throttled, Timeout};
use crate::query::milliseconds;
use crate::types::{Listing, Pipeline, Status};

/// The advice for a release task that is missing.
const LOOK: &str = "Check the name and the project, or wait until it exists with `wait-for-task`.";

/// The meaning of a listing for a wait.
#[derive(Debug)]
pub(super) enum Progress {
    Done(Box<Waited>),
    Pending(Pending),
}

/// Why a wait goes on.
#[derive(Debug)]
pub(super) enum Pending {
    Status(Box<Pipeline>),
    NotStarted(Box<Pipeline>),
    Missing,
    Retrying(Box<Error>),
}

impl Pending {
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
        self.task.check()?;
        if self.for_status.is_empty() {
            return refuse("for-status", "it is empty; name at least one status".to_owned());
        }
        if let Some(both) = self.fail_on.iter().find(|status| self.waits_for(**status)) {
            return refuse("fail-on", format!("{both} is in `for-status` too; name it in one of them"));
        }
        if self.timeout.is_zero() {
            return refuse("timeout", "it is zero; pass how long to wait".to_owned());
        }
        if self.interval < SHORTEST_INTERVAL {
            return refuse(
                "interval",
                "it is shorter than a second; the service limits how often it is asked".to_owned(),
            );
        }
        Ok(())
    }

    pub(super) fn judge(&self, listing: Listing, requests: &Requests) -> Result<Progress, Box<Error>> {
        let ambiguous = |invalid: InvalidArgument| {
            let message = invalid.message(OPERATION);
            Box::new(requests.error(ErrorKind::InvalidArgument(invalid), message))
        };
        let Some(pipeline) = self.task.only(&listing.pipelines).map_err(ambiguous)?.cloned() else {
            if self.wait_for_task {
                return Ok(Progress::Pending(Pending::Missing));
            }
            let message = self.task.not_found(OPERATION, &listing.pipelines, LOOK);
            return Err(Box::new(requests.error(ErrorKind::NotFound, message)));
        };
        if let Some(time) = self.started_after
            && pipeline.last_trigger_at.is_none_or(|started| started < milliseconds(time))
        {
            return Ok(Progress::Pending(Pending::NotStarted(Box::new(pipeline))));
        }
        let status = pipeline.status.map(Status::normal);
        Ok(match status {
            Some(status) if self.waits_for(status) => Progress::Done(Box::new(Waited { pipeline, reached: true })),
            Some(status) if status.is_final() || self.fail_on.iter().any(|other| other.normal() == status) => {
                Progress::Done(Box::new(Waited { pipeline, reached: false }))
            }
            _ => Progress::Pending(Pending::Status(Box::new(pipeline))),
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

/// Returns whether a listing failed because its time ended, or would end before the next attempt.
pub(super) fn is_out_of_time(error: &Error) -> bool {
    // The host has its own name for the argument at its end.
    let sentence = TOO_LATE.split('`').next().unwrap_or(TOO_LATE);
    error.kind == ErrorKind::Timeout(Timeout::Call) || error.message.contains(sentence)
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

/// Returns the longest pause after which a listing still fits into the time left, if it takes about as long as this one.
/// If none fits, the time left is tried all the same.
pub(super) fn latest(left: Duration, took: Duration) -> Duration {
    let spare = left.checked_sub(took).unwrap_or(left);
    spare - LAST_LOOK.min(spare / 2)
}
