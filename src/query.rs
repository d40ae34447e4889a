//! The caller's terms: checked once, then what matches and in which order.

use std::cmp::Ordering;
use std::mem::{Discriminant, discriminant};

use model::error::InvalidArgument;
use model::term::{Direction, Order, OrderKey, Term, TimeRange};

use crate::task::Task;

/// More statuses than there ever are would only make every comparison slow.
const MOST_STATUSES: usize = 100;

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
    pub fn new(terms: Vec<Term>) -> Result<Self, InvalidArgument> {
        let mut seen: Vec<Discriminant<Term>> = Vec::new();
        let mut query = Self {
            conditions: Vec::new(),
            order: Order { key: OrderKey::Creation, direction: Direction::Descending },
            limit: None,
        };
        for term in terms {
            let case = discriminant(&term);
            if seen.contains(&case) {
                let reason = "it is given twice; a query takes each case once";
                return Err(InvalidArgument::new(argument(&term), reason));
            }
            seen.push(case);
            check(&term)?;
            match term {
                Term::OrderBy(order) => query.order = order,
                Term::Limit(limit) => query.limit = Some(limit),
                Term::Status(statuses) => {
                    let statuses = statuses.into_iter().map(|status| status.normal()).collect();
                    query.conditions.push(Term::Status(statuses));
                }
                condition => query.conditions.push(condition),
            }
        }
        Ok(query)
    }

    /// Returns whether a release task fulfils every condition.
    #[must_use]
    pub fn matches(&self, task: &Task<'_>) -> bool {
        self.conditions.iter().all(|condition| holds(condition, task))
    }

    /// Puts the release tasks that match into the order asked for, and cuts them to the limit.
    pub fn arrange(&self, tasks: &mut Vec<&Task<'_>>) {
        tasks.sort_by(|a, b| compare(self.order, a, b));
        if let Some(limit) = self.limit {
            tasks.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        }
    }
}

fn compare(Order { key, direction }: Order, a: &Task<'_>, b: &Task<'_>) -> Ordering {
    let by_key = match key {
        OrderKey::Creation => compare_values(direction, a.create_time, b.create_time),
        OrderKey::Update => compare_values(direction, a.update_time, b.update_time),
        OrderKey::LastRun => compare_values(direction, a.last_trigger_at, b.last_trigger_at),
        OrderKey::Name => compare_values(direction, a.name.as_deref(), b.name.as_deref()),
    };
    by_key.then_with(|| a.id().cmp(b.id()))
}

/// A task without a value comes last in either direction.
fn compare_values<T: Ord>(direction: Direction, a: Option<T>, b: Option<T>) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => match direction {
            Direction::Ascending => a.cmp(&b),
            Direction::Descending => b.cmp(&a),
        },
        (a, b) => a.is_none().cmp(&b.is_none()),
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

fn check(term: &Term) -> Result<(), InvalidArgument> {
    let reason = match term {
        Term::Name(text) | Term::NameContains(text) | Term::Creator(text) | Term::EnterpriseProjectId(text)
            if text.is_empty() =>
        {
            "it is empty; leave it out to list all"
        }
        Term::ConfigMode(mode) if mode.word().is_empty() => "it is empty; leave it out to list all",
        Term::Status(statuses) if statuses.is_empty() => "it lists no status; leave it out to list all",
        Term::Status(statuses) if statuses.len() > MOST_STATUSES => "it lists more than 100 statuses",
        Term::Created(range) | Term::Updated(range) | Term::LastRun(range) => match (range.from, range.to) {
            (None, None) => "the range has neither a start nor an end; give one, or leave it out to list all",
            (Some(from), Some(to)) if from >= to => "the range is empty: its start is not before its end",
            (None, Some(0)) => "the range is empty: nothing is before 0",
            _ => return Ok(()),
        },
        Term::Limit(0) => "it is 0; give at least 1, or leave it out to list all",
        _ => return Ok(()),
    };
    Err(InvalidArgument::new(argument(term), reason))
}

fn holds(condition: &Term, task: &Task<'_>) -> bool {
    match condition {
        Term::Name(name) => task.name.as_deref() == Some(name),
        Term::NameContains(part) => task.name.as_deref().is_some_and(|name| name.contains(part.as_str())),
        Term::Status(statuses) => task.status.is_some_and(|status| statuses.contains(&status)),
        Term::ConfigMode(mode) => task.config_mode.as_deref() == Some(mode.word()),
        Term::Creator(creator) => task.creator.as_deref() == Some(creator),
        Term::EnterpriseProjectId(id) => task.enterprise_project_id.as_deref() == Some(id),
        Term::Created(range) => contains(*range, task.create_time),
        Term::Updated(range) => contains(*range, task.update_time),
        Term::LastRun(range) => contains(*range, task.last_trigger_at),
        Term::OrderBy(_) | Term::Limit(_) => true,
    }
}

fn contains(range: TimeRange, time: Option<u64>) -> bool {
    time.is_some_and(|time| range.from.is_none_or(|from| from <= time) && range.to.is_none_or(|to| time < to))
}
