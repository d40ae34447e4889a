//! The caller's terms: checked once, then what matches and in which order.

use std::cmp::Ordering;
use std::mem::Discriminant;

use crate::error::Invalid;
use crate::find::find;
use crate::pipeline::{ConfigMode, Pipeline, Status};

/// More statuses than there ever are would only make every comparison slow.
const MOST_STATUSES: usize = 100;

/// One condition on, or instruction for, a listing. The documentation of each case is the WIT's.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "documented in the WIT")]
pub enum Term {
    Name(String),
    NameContains(String),
    Status(Vec<Status>),
    ConfigMode(ConfigMode),
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

    /// Whether a release task fulfils every condition.
    #[must_use]
    pub fn matches(&self, pipeline: &Pipeline) -> bool {
        self.conditions.iter().all(|condition| holds(condition, pipeline))
    }

    /// Puts the release tasks that match into the order asked for, and cuts them to the limit.
    pub fn arrange(&self, pipelines: &mut Vec<Pipeline>) {
        // The places are sorted: a release task is large, and is moved once.
        let mut places: Vec<usize> = (0..pipelines.len()).collect();
        places.sort_unstable_by(|a, b| match (pipelines.get(*a), pipelines.get(*b)) {
            (Some(one), Some(other)) => {
                compare(self.order, one, other).then_with(|| one.id.cmp(&other.id)).then(a.cmp(b))
            }
            _ => Ordering::Equal,
        });
        arrange(pipelines, &mut places);
        if let Some(limit) = self.limit {
            pipelines.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        }
    }
}

/// Puts each item where it belongs: at a place goes the item from the place that stands there. Each place stands there once.
fn arrange<T>(items: &mut [T], places: &mut [usize]) {
    for start in 0..places.len() {
        // Around the circle in which items take each other's places.
        let mut at = start;
        while let Some(place) = places.get_mut(at) {
            let from = std::mem::replace(place, at);
            if from == start {
                break;
            }
            items.swap(at, from);
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
        Term::ConfigMode(ConfigMode::Other(word)) if word.is_empty() => "it is empty; leave it out to list all",
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
        Term::Status(statuses) => Term::Status(statuses.into_iter().map(Status::normal).collect()),
        Term::ConfigMode(mode) => Term::ConfigMode(mode.normal()),
        other => other,
    }
}

fn holds(condition: &Term, pipeline: &Pipeline) -> bool {
    match condition {
        Term::Name(name) => pipeline.name.as_ref() == Some(name),
        Term::NameContains(part) => pipeline.name.as_ref().is_some_and(|name| find(name, part).is_some()),
        Term::Status(statuses) => pipeline.status.is_some_and(|status| statuses.contains(&status)),
        Term::ConfigMode(mode) => pipeline.config_mode.as_ref() == Some(mode),
        Term::Creator(creator) => pipeline.creator.as_ref() == Some(creator),
        Term::EnterpriseProjectId(id) => pipeline.enterprise_project_id.as_ref() == Some(id),
        Term::Created(range) => contains(*range, pipeline.create_time),
        Term::Updated(range) => contains(*range, pipeline.update_time),
        Term::LastRun(range) => contains(*range, pipeline.last_trigger_at),
        Term::OrderBy(_) | Term::Limit(_) => true,
    }
}

fn contains(range: TimeRange, time: Option<u64>) -> bool {
    time.is_some_and(|time| range.from.is_none_or(|from| from <= time) && range.to.is_none_or(|to| time < to))
}

fn compare(order: Order, a: &Pipeline, b: &Pipeline) -> Ordering {
    match order.key {
        OrderKey::Creation => missing_last(order.direction, a.create_time.as_ref(), b.create_time.as_ref()),
        OrderKey::Update => missing_last(order.direction, a.update_time.as_ref(), b.update_time.as_ref()),
        OrderKey::LastRun => missing_last(order.direction, a.last_trigger_at.as_ref(), b.last_trigger_at.as_ref()),
        OrderKey::Name => missing_last(order.direction, a.name.as_ref(), b.name.as_ref()),
    }
}

fn missing_last<T: Ord>(direction: Direction, a: Option<&T>, b: Option<&T>) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) if direction == Direction::Descending => b.cmp(a),
        (Some(a), Some(b)) => a.cmp(b),
        (a, b) => b.is_some().cmp(&a.is_some()),
    }
}
