//! The errors of a wait itself. Pure.

use std::time::Duration;

use model::error::message;

use super::progress::Pending;
use super::{OPERATION, Wait};
use crate::error::{Error, ErrorKind, Timeout};
use crate::types::Listing;

/// Why a wait did not reach its status in time.
#[derive(Debug)]
pub(super) enum TimeoutCause {
    /// After the last listing that fits.
    AfterLastListing,
    /// Within a listing, which was given up.
    WithinListing,
    /// Within a listing, which failed because no time was left for it or for its next attempt.
    OutOfTime(Box<Error>),
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
    pub(super) fn error(&self, kind: ErrorKind, message: String) -> Error {
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

impl Wait {
    pub(super) fn overdue(
        &self,
        requests: &Requests,
        pending: Option<&Pending>,
        cause: &TimeoutCause,
        elapsed: Duration,
    ) -> Box<Error> {
        let state = match pending {
            None => "was not listed".to_owned(),
            Some(Pending::Status(pipeline)) => {
                let status = pipeline.status.map_or_else(|| "no status".to_owned(), |status| status.to_string());
                format!("had {status} when it was listed last")
            }
            Some(Pending::NotStarted(_)) => "was not started since the time of `started-after`".to_owned(),
            Some(Pending::Missing) => "did not exist when the project was listed last".to_owned(),
            Some(Pending::Retrying(_)) => "could not be listed the last time".to_owned(),
        };
        let cause_text = match cause {
            TimeoutCause::AfterLastListing | TimeoutCause::OutOfTime(_) => String::new(),
            TimeoutCause::WithinListing => " A listing did not end in time.".to_owned(),
            TimeoutCause::PauseTooLong(pause) => {
                format!(" The service asks to wait for {pause:?}, longer than the time left.")
            }
        };
        let failed = match (cause, pending) {
            (TimeoutCause::OutOfTime(error), _) | (_, Some(Pending::Retrying(error))) => Some(error),
            _ => None,
        };
        let (failure, next) = failed
            .map_or_else(|| (String::new(), "Wait again, or longer with `timeout`."), |error| last_failure(error));
        let listings = if requests.listings == 1 { "listing" } else { "listings" };
        let why = format!(
            "The release task {} {state}, after {:.1} s and {} {listings}.{cause_text}{failure}",
            self.task,
            elapsed.as_secs_f64(),
            requests.listings
        );
        let message = message(OPERATION, "the status was not reached in time", &why, next);
        Box::new(Error { retryable: true, ..requests.error(ErrorKind::Timeout(Timeout::Call), message) })
    }
}

/// Returns what a wait says of the last listing's error, and its advice.
fn last_failure(error: &Error) -> (String, &str) {
    let mut lines = error.message.lines();
    let mut line = || lines.next().unwrap_or_default();
    let (what, why, next) = (line(), line(), line());
    let what = what.split_once(" failed: ").map_or(what, |(_, what)| what);
    (format!(" The last listing failed: {what} {why}"), next)
}
