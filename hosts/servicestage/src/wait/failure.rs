//! The errors of a wait itself. Pure.

use std::fmt;
use std::time::Duration;

use model::error::message;
use model::listing::ids;
use model::text::quoted;

use super::verdict::NotYet;
use super::{OPERATION, Task, Wait};
use crate::error::{Error, ErrorKind, InvalidArgument, Timeout};
use crate::types::{Listing, Pipeline};

/// How a wait ended that took too long.
#[derive(Debug)]
pub(super) enum End {
    /// After the last listing that fits.
    LastListing,
    /// Within a listing.
    CutOff,
    /// The service asks for this pause, and less time is left.
    PauseTooLong(Duration),
}

/// The number of requests of a wait, and the last listing's part of an error.
#[derive(Debug, Default)]
pub(super) struct Requests {
    listings: u32,
    attempts: u32,
    http_status: Option<u16>,
    vendor_code: Option<String>,
    vendor_message: Option<String>,
    request_id: Option<String>,
}

impl Requests {
    /// Counts a listing that ended.
    pub(super) fn count(&mut self, listed: &Result<Listing, Box<Error>>) {
        let (attempts, listings) = (self.attempts, self.listings.saturating_add(1));
        *self = match listed {
            Ok(listing) => {
                let request_id = listing.request_id.clone();
                Self { attempts: attempts.saturating_add(listing.attempts), listings, request_id, ..Self::default() }
            }
            Err(error) => Self {
                listings,
                attempts: attempts.saturating_add(error.attempts),
                http_status: error.http_status,
                vendor_code: error.vendor_code.clone(),
                vendor_message: error.vendor_message.clone(),
                request_id: error.request_id.clone(),
            },
        };
    }

    /// Returns how many listings ended.
    pub(super) fn listings(&self) -> u32 {
        self.listings
    }

    /// Returns an error that is not worth retrying.
    fn error(&self, kind: ErrorKind, message: String) -> Error {
        Error {
            kind,
            message,
            operation: OPERATION.to_owned(),
            http_status: self.http_status,
            vendor_code: self.vendor_code.clone(),
            vendor_message: self.vendor_message.clone(),
            request_id: self.request_id.clone(),
            retryable: false,
            attempts: self.attempts,
        }
    }
}

impl Task {
    /// Returns the argument that names the task, and its value.
    pub(super) fn argument(&self) -> (&'static str, &str) {
        match self {
            Self::Name(name) => ("name", name),
            Self::Id(id) => ("id", id),
        }
    }

    pub(super) fn missing(&self, requests: &Requests) -> Box<Error> {
        let next = "Check the name and the project, or wait until it exists with `wait-for-task`.";
        let why = format!("There is no release task {self}.");
        let message = message(OPERATION, "the release task was not found", &why, next);
        Box::new(requests.error(ErrorKind::NotFound, message))
    }

    pub(super) fn ambiguous(&self, found: &[Pipeline], requests: &Requests) -> Box<Error> {
        let (argument, value) = self.argument();
        let have = format!("{} release tasks have the {argument} {}", found.len(), quoted(value));
        let reason = match self {
            Self::Name(_) => {
                format!("{have}, and the ids {}; wait for one of them by its id", ids(found))
            }
            Self::Id(_) => format!("{have}; wait for one of them by its name"),
        };
        let invalid = InvalidArgument::new(argument, reason);
        let message = invalid.message(OPERATION);
        Box::new(requests.error(ErrorKind::InvalidArgument(invalid), message))
    }
}

impl fmt::Display for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (argument, value) = self.argument();
        write!(f, "with the {argument} {}", quoted(value))
    }
}

impl Wait {
    pub(super) fn overdue(&self, requests: &Requests, seen: &NotYet, end: &End, elapsed: Duration) -> Box<Error> {
        let state = match seen {
            _ if requests.listings == 0 => "was not listed in time".to_owned(),
            NotYet::Status(pipeline) => {
                let status = pipeline.status.map_or_else(|| "no status".to_owned(), |status| status.to_string());
                format!("had {status} when it was listed last")
            }
            NotYet::NotStarted(_) => "was not started since the time of `started-after`".to_owned(),
            NotYet::Missing => "did not exist when the project was listed last".to_owned(),
            NotYet::Retrying(error) => {
                let why = error.message.lines().nth(1).unwrap_or_default().trim_end_matches('.');
                format!("could not be listed the last time: {why}")
            }
        };
        let end = match end {
            End::LastListing => String::new(),
            End::CutOff => " A further listing did not end in time.".to_owned(),
            End::PauseTooLong(pause) => format!(" The service asks to wait for {pause:?}, longer than the time left."),
        };
        let listings = if requests.listings == 1 { "listing" } else { "listings" };
        let why = format!(
            "The release task {} {state}, after {:.1} s and {} {listings}.{end}",
            self.task,
            elapsed.as_secs_f64(),
            requests.listings
        );
        let next = "Wait again, or longer with `timeout`.";
        let message = message(OPERATION, "the status was not reached in time", &why, next);
        Box::new(Error { retryable: true, ..requests.error(ErrorKind::Timeout(Timeout::Call), message) })
    }
}
