//! Waits until a release task reaches a status.

mod failure;
mod progress;

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::time::{Duration, SystemTime};

use tokio::time::{Instant, sleep, timeout_at};

use crate::error::Error;
use crate::query::Query;
use crate::task::TaskSelector;
use crate::types::{Listing, Pipeline, Status};
use failure::{Requests, TimeoutCause};
use progress::{Pending, Progress, ends, is_out_of_time, latest, retry_after};

/// The operation that an error names as failed.
pub(crate) const OPERATION: &str = "wait";

/// How long a wait may take by default.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30 * 60);

/// The first pause between two listings by default.
const DEFAULT_INTERVAL: Duration = Duration::from_secs(3);

/// The longest pause, unless the first one is longer.
const LONGEST_INTERVAL: Duration = Duration::from_secs(30);

/// The shortest first pause.
const SHORTEST_INTERVAL: Duration = Duration::from_secs(1);

/// The longest wait and the longest pause: the clock cannot be asked for any length.
const LONGEST_TIMEOUT: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// How much longer the last listing may take than the one before it.
const LAST_LOOK: Duration = Duration::from_millis(500);

/// How long after the end a listing is given up that did not end by itself.
const GRACE: Duration = Duration::from_secs(1);

/// A wait for a release task. By default the task must exist, and must succeed within 30 minutes.
///
/// A final status that is not waited for ends the wait too, because it does not change by itself. `paused` and
/// `pending-approval` need a person, and may end at any time: they do not end the wait, unless they are named.
///
/// ```
/// use std::time::{Duration, SystemTime};
///
/// use servicestage::{Status, Wait};
///
/// let wait = Wait::name("release-to-production")
///     .for_status([Status::Succeeded])
///     .fail_on([Status::Paused])
///     .started_after(SystemTime::now())
///     .timeout(Duration::from_secs(600));
/// assert!(format!("{wait:?}").contains("release-to-production"));
/// ```
#[must_use]
pub struct Wait {
    task: TaskSelector,
    for_status: Vec<Status>,
    fail_on: Vec<Status>,
    started_after: Option<SystemTime>,
    wait_for_task: bool,
    timeout: Duration,
    interval: Duration,
    on_event: Box<dyn FnMut(Event<'_>) + Send>,
}

/// The outcome of a wait.
///
/// ```
/// use servicestage::{Listing, Pipeline, Status, Waited};
///
/// /// Says how a wait ended.
/// fn sentence(waited: &Waited) -> String {
///     let status = waited.pipeline.status.map_or_else(|| "no status".to_owned(), |status| status.to_string());
///     let ended = if waited.reached { "reached" } else { "ended at" };
///     format!("{} {ended} {status}", waited.pipeline.id)
/// }
///
/// # let pipeline = Pipeline { id: "1".to_owned(), status: Some(Status::Failed), ..Pipeline::default() };
/// assert_eq!(sentence(&Waited { pipeline, reached: false }), "1 ended at failed");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Waited {
    /// The release task, as it was listed last.
    pub pipeline: Pipeline,
    /// Whether its status is one that was waited for. If not, it is one that ends the wait.
    pub reached: bool,
}

/// An event of a wait. Equal events in a row are reported once.
///
/// ```
/// use servicestage::wait::Event;
/// use servicestage::Wait;
///
/// let wait = Wait::name("release-to-production").on_event(|event| match event {
///     Event::Status(pipeline) => eprintln!("{} is {:?}", pipeline.id, pipeline.status),
///     Event::Missing => eprintln!("it does not exist yet"),
///     _ => {}
/// });
/// # drop(wait);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Event<'a> {
    /// The release task has this status, which does not end the wait.
    Status(&'a Pipeline),
    /// The release task has not been started since the time of [`Wait::started_after`].
    NotStarted(&'a Pipeline),
    /// The release task does not exist yet.
    Missing,
    /// A listing failed, and is tried again after this time.
    Retrying(&'a Error, Duration),
}

impl Wait {
    /// Waits for the release task of exactly this name.
    pub fn name(name: impl Into<String>) -> Self {
        Self::task(TaskSelector::Name(name.into()))
    }

    /// Waits for the release task with this id. The first characters of the id, 8 or more, will do.
    pub fn id(id: impl Into<String>) -> Self {
        Self::task(TaskSelector::Id(id.into()))
    }

    /// Waits for the release task that this selector finds.
    pub fn task(task: TaskSelector) -> Self {
        Self {
            task,
            for_status: vec![Status::Succeeded],
            fail_on: Vec::new(),
            started_after: None,
            wait_for_task: false,
            timeout: DEFAULT_TIMEOUT,
            interval: DEFAULT_INTERVAL,
            on_event: Box::new(|_| ()),
        }
    }

    /// Waits for one of these statuses. Default: [`Status::Succeeded`].
    pub fn for_status(mut self, statuses: impl IntoIterator<Item = Status>) -> Self {
        self.for_status = statuses.into_iter().collect();
        self
    }

    /// Ends the wait, unreached, at one of these statuses. A final status that is not waited for always ends it so.
    pub fn fail_on(mut self, statuses: impl IntoIterator<Item = Status>) -> Self {
        self.fail_on = statuses.into_iter().collect();
        self
    }

    /// Counts a status only if the release task was started at this time or later. So the success of the previous run
    /// is not taken for that of this one. The time is compared with the service's clock, in whole milliseconds.
    pub fn started_after(mut self, time: SystemTime) -> Self {
        self.started_after = Some(time);
        self
    }

    /// Waits also for the release task to exist. Default: a release task that is missing is an error.
    pub fn wait_for_task(mut self) -> Self {
        self.wait_for_task = true;
        self
    }

    /// Sets how long to wait, more than zero. The last listing begins about half a second before the end. The wait ends
    /// earlier if the service asks for a pause that is longer than the time left, or if a failed listing has no time for
    /// another attempt. Default: 30 minutes.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets the first pause between two listings. Pauses grow by half each time, up to 30 seconds, and vary by a fifth.
    /// Default: 3 seconds.
    pub fn interval(mut self, interval: Duration) -> Self {
        self.interval = interval;
        self
    }

    /// Reports how the wait goes.
    pub fn on_event(mut self, report: impl FnMut(Event<'_>) + Send + 'static) -> Self {
        self.on_event = Box::new(report);
        self
    }

    /// Lists until the wait is over. `list` ends by itself when the shorter of `call_timeout` and the time it receives
    /// is over.
    pub(crate) async fn run<F>(
        mut self,
        call_timeout: Duration,
        mut list: impl FnMut(Query, Duration) -> F,
    ) -> Result<Waited, Box<Error>>
    where
        F: Future<Output = Result<Listing, Box<Error>>>,
    {
        self.check().map_err(|invalid| Box::new(Error::invalid_argument(OPERATION, invalid)))?;
        let random = RandomState::new();
        let began = Instant::now();
        let deadline = began + self.timeout.min(LONGEST_TIMEOUT);
        let (mut pending, mut reported, mut requests) = (None, None, Requests::default());
        let mut last = false;
        let cause = loop {
            let asked = Instant::now();
            let left = deadline.saturating_duration_since(asked);
            let Ok(listed) = timeout_at(deadline + GRACE, list(self.task.query(), left)).await else {
                break TimeoutCause::WithinListing;
            };
            let took = asked.elapsed();
            requests.count(&listed);
            let mut shortest = Duration::ZERO;
            let state = match listed {
                Ok(listing) => match self.judge(listing, &requests)? {
                    Progress::Done(waited) => return Ok(*waited),
                    Progress::Pending(pending) => pending,
                },
                Err(error) if ends(&error) => return Err(error),
                Err(error) if left <= call_timeout && is_out_of_time(&error) => break TimeoutCause::OutOfTime(error),
                Err(error) => {
                    shortest = retry_after(&error);
                    Pending::Retrying(error)
                }
            };
            let left = deadline.saturating_duration_since(Instant::now());
            let cause = if last || left.is_zero() {
                Some(TimeoutCause::AfterLastListing)
            } else if shortest >= left {
                Some(TimeoutCause::PauseTooLong(shortest))
            } else {
                None
            };
            let listings = requests.listings();
            let pause = self.pause(listings, random.hash_one(listings)).max(shortest);
            // The last listing begins just before the end, and never before the server allows it.
            let latest = latest(left, took);
            last = pause >= latest;
            let pause = pause.min(latest).max(shortest);
            let key = Some(state.key());
            // A listing is not tried again after the last one.
            if reported != key && (cause.is_none() || !matches!(state, Pending::Retrying(_))) {
                (self.on_event)(state.event(pause));
                reported = key;
            }
            pending = Some(state);
            if let Some(cause) = cause {
                break cause;
            }
            sleep(pause).await;
        };
        Err(self.overdue(&requests, pending.as_ref(), &cause, began.elapsed()))
    }
}

impl fmt::Debug for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Wait");
        shown.field("task", &self.task).field("for_status", &self.for_status).field("fail_on", &self.fail_on);
        shown.field("timeout", &self.timeout).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_listing_that_does_not_end_by_itself_is_given_up() {
        let wait = Wait::name("a").timeout(Duration::from_secs(10));
        let began = Instant::now();
        let error = wait.run(Duration::from_secs(120), |_, _| pending()).await.unwrap_err();
        assert!(
            error.message.contains("was not listed, after 11.0 s and 0 listings. A listing did not end"),
            "{error}"
        );
        assert_eq!(began.elapsed(), Duration::from_secs(11));
    }
}
