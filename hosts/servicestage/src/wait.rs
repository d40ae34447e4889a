//! Waits until a release task reaches a status.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::time::{Duration, SystemTime};

use tokio::time::{Instant, sleep_until, timeout_at};

use crate::error::{Error, ErrorKind, InvalidArgument, Throttled, Timeout};
use crate::query::{Query, milliseconds};
use crate::types::{Listing, Pipeline, Status};

/// What an error names as the operation that failed.
pub(crate) const OPERATION: &str = "wait";

/// How long a wait may take by default.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30 * 60);

/// The first pause between two listings by default.
const DEFAULT_INTERVAL: Duration = Duration::from_secs(3);

/// The longest pause, unless the first one is longer.
const LONGEST_INTERVAL: Duration = Duration::from_secs(30);

/// How long before the end the last listing begins.
const LAST_LOOK: Duration = Duration::from_secs(3);

/// The most ids that an error lists.
const MOST_IDS: usize = 20;

/// What to wait for. By default it is the success of a release task that exists, for 30 minutes.
///
/// A final status that is not waited for ends the wait too, because it does not change by itself. `paused` and
/// `pending-approval` need a person, and may end at any time: they are waited through, unless they are named.
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
    task: Task,
    for_status: Vec<Status>,
    fail_on: Vec<Status>,
    started_after: Option<SystemTime>,
    wait_for_task: bool,
    timeout: Duration,
    interval: Duration,
    on_event: Box<dyn FnMut(Event<'_>) + Send>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Task {
    Name(String),
    Id(String),
}

/// What a wait came to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Waited {
    /// The release task, as it was listed last.
    pub pipeline: Pipeline,
    /// Whether its status is one that was waited for. If not, it is one that fails the wait.
    pub reached: bool,
}

/// What a wait reports. Each event is reported once, until another one comes in between.
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
        Self::of(Task::Name(name.into()))
    }

    /// Waits for the release task with this id.
    pub fn id(id: impl Into<String>) -> Self {
        Self::of(Task::Id(id.into()))
    }

    fn of(task: Task) -> Self {
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

    /// Fails the wait at one of these statuses. The final statuses that are not waited for fail it in any case.
    pub fn fail_on(mut self, statuses: impl IntoIterator<Item = Status>) -> Self {
        self.fail_on = statuses.into_iter().collect();
        self
    }

    /// Counts a status only if the release task was started at this time or later, so that the success of the previous run
    /// is not taken for that of this one. Compared with the service's clock, in whole milliseconds.
    pub fn started_after(mut self, time: SystemTime) -> Self {
        self.started_after = Some(time);
        self
    }

    /// Waits also until the release task exists. Default: a release task that is missing is an error.
    pub fn wait_for_task(mut self) -> Self {
        self.wait_for_task = true;
        self
    }

    /// Sets how long to wait. Default: 30 minutes.
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

    /// Lists until the wait is over.
    pub(crate) async fn run<F>(mut self, mut list: impl FnMut(Query) -> F) -> Result<Waited, Box<Error>>
    where
        F: Future<Output = Result<Listing, Box<Error>>>,
    {
        self.check()?;
        let random = RandomState::new();
        let deadline = Instant::now() + self.timeout;
        let (mut reported, mut listings, mut last) = (None, 0, None);
        loop {
            let listed = timeout_at(deadline, list(self.query())).await;
            let Ok(listed) = listed else { return Err(self.overdue(listings, last)) };
            listings += 1;
            let mut pause = self.pause(listings, random.hash_one(listings));
            let mut due = deadline;
            let seen = match listed {
                Ok(listing) => match self.judge(listing)? {
                    Seen::Over(waited) => return Ok(*waited),
                    Seen::NotYet(seen) => seen,
                },
                Err(error) if ends(&error) => return Err(error),
                Err(error) => {
                    pause = pause.max(retry_after(&error));
                    due = Instant::now() + pause;
                    NotYet::Failed(error)
                }
            };
            let key = seen.key();
            if reported.as_ref() != Some(&key) {
                (self.on_event)(seen.event(pause));
                reported = Some(key);
            }
            last = Some(seen);
            // The last listing begins just before the end, unless the server asked for a longer pause.
            let next = (Instant::now() + pause).min(deadline.checked_sub(LAST_LOOK).unwrap_or(deadline));
            if next <= Instant::now() || (due > next && due < deadline + pause && due >= deadline) {
                sleep_until(deadline).await;
                return Err(self.overdue(listings, last));
            }
            sleep_until(next).await;
        }
    }
}
