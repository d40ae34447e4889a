//! Queries: the release tasks to list.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::types::{ConfigMode, Direction, Order, OrderKey, Status, Term, TimeRange};

/// A query: conditions that must all hold, an order and a limit. An empty query lists everything, the newest first.
///
/// ```
/// use std::time::{Duration, SystemTime};
///
/// use servicestage::{Direction, OrderKey, Query, Status};
///
/// let yesterday = SystemTime::now() - Duration::from_secs(24 * 60 * 60);
/// let query = Query::new()
///     .status([Status::Failed, Status::RollbackFailed])
///     .last_run_from(yesterday)
///     .order_by(OrderKey::Name, Direction::Ascending)
///     .limit(20);
/// assert_eq!(query.terms().len(), 4);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query(Vec<Term>);

impl Query {
    /// Returns the query that lists everything.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Lists the release tasks of exactly this name.
    #[must_use]
    pub fn name(self, name: impl Into<String>) -> Self {
        self.term(Term::Name(name.into()))
    }

    /// Lists the release tasks whose name contains this text. Case counts.
    #[must_use]
    pub fn name_contains(self, text: impl Into<String>) -> Self {
        self.term(Term::NameContains(text.into()))
    }

    /// Lists the release tasks with one of these statuses.
    #[must_use]
    pub fn status(self, statuses: impl IntoIterator<Item = Status>) -> Self {
        self.term(Term::Status(statuses.into_iter().collect()))
    }

    /// Lists the release tasks that are deployed in this way.
    #[must_use]
    pub fn config_mode(self, mode: ConfigMode) -> Self {
        self.term(Term::ConfigMode(mode))
    }

    /// Lists the release tasks that this user created.
    #[must_use]
    pub fn creator(self, creator: impl Into<String>) -> Self {
        self.term(Term::Creator(creator.into()))
    }

    /// Lists the release tasks of the enterprise project with this id.
    #[must_use]
    pub fn enterprise_project_id(self, id: impl Into<String>) -> Self {
        self.term(Term::EnterpriseProjectId(id.into()))
    }

    /// Lists what was created at this time or later. Times are counted in whole milliseconds.
    #[must_use]
    pub fn created_from(self, time: SystemTime) -> Self {
        self.range(Term::Created, |range| range.from = Some(milliseconds(time)))
    }

    /// Lists what was created before this time.
    #[must_use]
    pub fn created_to(self, time: SystemTime) -> Self {
        self.range(Term::Created, |range| range.to = Some(milliseconds(time)))
    }

    /// Lists what was updated at this time or later.
    #[must_use]
    pub fn updated_from(self, time: SystemTime) -> Self {
        self.range(Term::Updated, |range| range.from = Some(milliseconds(time)))
    }

    /// Lists what was updated before this time.
    #[must_use]
    pub fn updated_to(self, time: SystemTime) -> Self {
        self.range(Term::Updated, |range| range.to = Some(milliseconds(time)))
    }

    /// Lists what last ran at this time or later.
    #[must_use]
    pub fn last_run_from(self, time: SystemTime) -> Self {
        self.range(Term::LastRun, |range| range.from = Some(milliseconds(time)))
    }

    /// Lists what last ran before this time.
    #[must_use]
    pub fn last_run_to(self, time: SystemTime) -> Self {
        self.range(Term::LastRun, |range| range.to = Some(milliseconds(time)))
    }

    /// Orders the listing. Default: by creation, the newest first.
    #[must_use]
    pub fn order_by(self, key: OrderKey, direction: Direction) -> Self {
        self.term(Term::OrderBy(Order { key, direction }))
    }

    /// Lists this many release tasks at most.
    #[must_use]
    pub fn limit(self, limit: u32) -> Self {
        self.term(Term::Limit(limit))
    }

    /// Adds a term. The component refuses two terms of one kind.
    #[must_use]
    pub fn term(mut self, term: Term) -> Self {
        self.0.push(term);
        self
    }

    /// Returns the terms.
    #[must_use]
    pub fn terms(&self) -> &[Term] {
        &self.0
    }

    /// Returns the terms, as a call takes them.
    #[must_use]
    pub fn into_terms(self) -> Vec<Term> {
        self.0
    }

    /// Sets an end of the range of this kind. The first end makes the range.
    fn range(mut self, kind: fn(TimeRange) -> Term, set: impl FnOnce(&mut TimeRange)) -> Self {
        let new = kind(TimeRange { from: None, to: None });
        let known = self.0.iter().position(|term| std::mem::discriminant(term) == std::mem::discriminant(&new));
        let mut term = known.map_or(new, |at| self.0.remove(at));
        if let Term::Created(range) | Term::Updated(range) | Term::LastRun(range) = &mut term {
            set(range);
        }
        self.term(term)
    }
}

impl From<Vec<Term>> for Query {
    fn from(terms: Vec<Term>) -> Self {
        Self(terms)
    }
}

impl FromIterator<Term> for Query {
    fn from_iter<T: IntoIterator<Item = Term>>(terms: T) -> Self {
        Self(terms.into_iter().collect())
    }
}

/// Returns milliseconds since the Unix epoch. Nothing at the service is older, so an earlier time becomes the epoch.
pub(crate) fn milliseconds(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn both_ends_of_a_range_are_one_term() {
        let at = |seconds| UNIX_EPOCH + Duration::from_secs(seconds);
        let query = Query::new().created_from(at(1)).limit(3).created_to(at(2)).updated_to(at(3));
        assert_eq!(
            query.into_terms(),
            [
                Term::Limit(3),
                Term::Created(TimeRange { from: Some(1000), to: Some(2000) }),
                Term::Updated(TimeRange { from: None, to: Some(3000) }),
            ]
        );
    }

    #[test]
    fn a_time_before_the_epoch_is_the_epoch() {
        assert_eq!(milliseconds(UNIX_EPOCH - Duration::from_secs(1)), 0);
    }
}
