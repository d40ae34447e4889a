//! The caller's terms: checked once, then what matches and in which order.

use std::cmp::Ordering;
use std::mem::Discriminant;

use crate::error::Invalid;
use crate::find::find;
use crate::layout::Maybe;
use crate::pipeline::{ConfigMode, Pipeline, Status};
use crate::sort::{Ranked, sort};

/// More statuses than there ever are would only make every comparison slow.
const MOST_STATUSES: usize = 100;

/// One condition on, or instruction for, a listing. The documentation of each case is the WIT's.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "documented in the WIT")]
pub enum Term {
    Name(String),
    NameContains(String),
    Status(Vec<Status>),
    /// By the vendor's word.
    ConfigMode(String),
    Creator(String),
    EnterpriseProjectId(String),
    Created(TimeRange),
    Updated(TimeRange),
    LastRun(TimeRange),
    OrderBy(Order),
    Limit(u32),
}

/// A span of milliseconds since the Unix epoch, its start inclusive, its end exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "documented in the WIT")]
pub struct TimeRange {
    pub from: Option<u64>,
    pub to: Option<u64>,
}

/// The order of a listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "documented in the WIT")]
pub struct Order {
    pub key: OrderKey,
    pub direction: Direction,
}

/// The value that a listing is ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "documented in the WIT")]
pub enum OrderKey {
    Creation,
    Update,
    LastRun,
    Name,
}

/// Which end of an order comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "documented in the WIT")]
pub enum Direction {
    Ascending,
    Descending,
}

/// A query whose terms have been checked.
#[derive(Clone, Debug)]
pub struct Query {
    conditions: Vec<Term>,
    order: Order,
    limit: Option<u32>,
}

impl Query {
    /// Checks the terms.
    ///
    /// # Errors
    /// An empty text, list or range, a limit of 0, and the same case twice are refused.
    pub fn new(terms: Vec<Term>) -> Result<Self, Invalid> {
        let mut seen: Vec<Discriminant<Term>> = Vec::new();
        let mut query = Self {
            conditions: Vec::new(),
            order: Order { key: OrderKey::Creation, direction: Direction::Descending },
            limit: None,
        };
        for term in terms {
            let case = std::mem::discriminant(&term);
            if seen.contains(&case) {
                return Err(Invalid::new(argument(&term), "it is given twice; a query takes each case once"));
            }
            seen.push(case);
            check(&term)?;
            match term {
                Term::OrderBy(order) => query.order = order,
                Term::Limit(limit) => query.limit = Some(limit),
                condition => query.conditions.push(normal(condition)),
            }
        }
        Ok(query)
    }

    /// Whether there is no condition.
    #[must_use]
    pub fn is_all(&self) -> bool {
        self.conditions.is_empty()
    }

    /// Whether a release task fulfils every condition.
    #[must_use]
    pub fn matches(&self, pipeline: &Pipeline<'_>) -> bool {
        self.conditions.iter().all(|condition| holds(condition, pipeline))
    }

    /// Puts the release tasks that match into the order asked for, and cuts them to the limit.
    pub fn arrange(&self, pipelines: &mut Vec<Pipeline<'_>>) {
        // The places are sorted: a release task is large, and is moved once. Most are told apart by their ranks alone.
        let ranked = |(place, pipeline)| Ranked { rank: self.order.rank(pipeline), place };
        let mut places: Vec<Ranked> = pipelines.iter().enumerate().map(ranked).collect();
        sort(&mut places, &|a, b| self.order.compare(pipelines.get(a), pipelines.get(b)));
        arrange(pipelines, &mut places);
        if let Some(limit) = self.limit {
            pipelines.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        }
    }
}

impl Order {
    /// What is smaller comes first, and what has no such value last. Names are told apart by [`Self::compare`].
    fn rank(self, pipeline: &Pipeline<'_>) -> u64 {
        let time = match self.key {
            OrderKey::Creation => pipeline.create_time.get(),
            OrderKey::Update => pipeline.update_time.get(),
            OrderKey::LastRun => pipeline.last_trigger_at.get(),
            OrderKey::Name => pipeline.name.get().map(|_| 0),
        };
        match (time, self.direction) {
            (None, _) => u64::MAX,
            (Some(time), Direction::Ascending) => time,
            // No time is nearly as large.
            (Some(time), Direction::Descending) => u64::MAX - 1 - time,
        }
    }

    /// The order of two that have the same rank.
    fn compare(self, a: Option<&Pipeline<'_>>, b: Option<&Pipeline<'_>>) -> Ordering {
        let (Some(a), Some(b)) = (a, b) else { return Ordering::Equal };
        let names = match (self.key, self.direction) {
            (OrderKey::Name, Direction::Ascending) => a.name.text().cmp(&b.name.text()),
            (OrderKey::Name, Direction::Descending) => b.name.text().cmp(&a.name.text()),
            _ => Ordering::Equal,
        };
        names.then_with(|| a.id.cmp(&b.id))
    }
}

/// Puts each item where it belongs: at a place goes the item from the place that stands there. Each place stands there once.
fn arrange<T: Copy>(items: &mut [T], places: &mut [Ranked]) {
    for start in 0..places.len() {
        // Around the circle in which items take each other's places. The first waits until its own is free.
        let Some(first) = items.get(start).copied() else { return };
        let mut at = start;
        while let Some(Ranked { place, .. }) = places.get_mut(at) {
            let from = std::mem::replace(place, at);
            let next = if from == start { Some(first) } else { items.get(from).copied() };
            if let (Some(item), Some(next)) = (items.get_mut(at), next) {
                *item = next;
            }
            if from == start {
                break;
            }
            at = from;
        }
    }
}

fn argument(term: &Term) -> &'static str {
    match term {
        Term::Name(_) => "name",
        Term::NameContains(_) => "name-contains",
        Term::Status(_) => "status",
        Term::ConfigMode(_) => "config-mode",
        Term::Creator(_) => "creator",
        Term::EnterpriseProjectId(_) => "enterprise-project-id",
        Term::Created(_) => "created",
        Term::Updated(_) => "updated",
        Term::LastRun(_) => "last-run",
        Term::OrderBy(_) => "order-by",
        Term::Limit(_) => "limit",
    }
}

fn check(term: &Term) -> Result<(), Invalid> {
    let reason = match term {
        Term::Name(text) | Term::NameContains(text) | Term::Creator(text) | Term::EnterpriseProjectId(text)
            if text.is_empty() =>
        {
            "it is empty; leave it out to list all"
        }
        Term::Status(statuses) if statuses.is_empty() => "it lists no status; leave it out to list all",
        Term::Status(statuses) if statuses.len() > MOST_STATUSES => "it lists more than 100 statuses",
        Term::ConfigMode(word) if word.is_empty() => "it is empty; leave it out to list all",
        Term::Created(range) | Term::Updated(range) | Term::LastRun(range) => match (range.from, range.to) {
            (None, None) => "the range has neither a start nor an end; give one, or leave it out to list all",
            (Some(from), Some(to)) if from >= to => "the range is empty: its start is not before its end",
            (None, Some(0)) => "the range is empty: nothing is before 0",
            _ => return Ok(()),
        },
        Term::Limit(0) => "it is 0; give at least 1, or leave it out to list all",
        _ => return Ok(()),
    };
    Err(Invalid::new(argument(term), reason))
}

/// A condition in the form that decoded release tasks have.
fn normal(condition: Term) -> Term {
    match condition {
        Term::Status(mut statuses) => {
            statuses.iter_mut().for_each(|status| *status = status.normal());
            Term::Status(statuses)
        }
        other => other,
    }
}

fn holds(condition: &Term, pipeline: &Pipeline<'_>) -> bool {
    match condition {
        Term::Name(name) => pipeline.name.text() == Some(name),
        Term::NameContains(part) => pipeline.name.text().is_some_and(|name| find(name, part).is_some()),
        Term::Status(statuses) => pipeline.status.get().is_some_and(|status| statuses.contains(&status)),
        Term::ConfigMode(word) => pipeline.config_mode.get().map(ConfigMode::word) == Some(word),
        Term::Creator(creator) => pipeline.creator.text() == Some(creator),
        Term::EnterpriseProjectId(id) => pipeline.enterprise_project_id.text() == Some(id),
        Term::Created(range) => contains(*range, pipeline.create_time),
        Term::Updated(range) => contains(*range, pipeline.update_time),
        Term::LastRun(range) => contains(*range, pipeline.last_trigger_at),
        Term::OrderBy(_) | Term::Limit(_) => true,
    }
}

fn contains(range: TimeRange, time: Maybe<u64>) -> bool {
    let time = time.get();
    time.is_some_and(|time| range.from.is_none_or(|from| from <= time) && range.to.is_none_or(|to| time < to))
}
