//! What is wanted of an answer, and how its fields become values.

use json_text::{Field, Scalar};

use crate::layout::{Maybe, Text};
use crate::pipeline::Pipeline;
use crate::query::Query;

/// Which items of an answer are wanted. Items of any kind are read into a release task, so that all of it is compiled once.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'q> {
    /// The name of the list, where it is a field of an object.
    pub list: &'static str,
    /// What the items are, for people.
    pub what: &'static str,
    /// The fields that are read. The first is the one that an item must have; all others than these are passed over.
    pub fields: &'static [Field],
    /// Which items; nothing if it is all of them.
    pub query: Option<&'q Query>,
}

impl Wanted<'_> {
    /// Whether every item is wanted.
    #[must_use]
    pub fn all(&self) -> bool {
        self.query.is_none_or(Query::is_all)
    }

    /// Whether this item is wanted.
    #[must_use]
    pub fn wants(&self, item: &Pipeline<'_>) -> bool {
        self.query.is_none_or(|query| query.matches(item))
    }
}

/// What is text, or was made text.
#[inline(always)]
pub(crate) fn text<'t>(value: Scalar<'t>) -> Maybe<Text<'t>> {
    match value {
        Scalar::Text(text) => Maybe::Some(text.into()),
        _ => Maybe::None,
    }
}

/// What is a number.
#[inline(always)]
pub(crate) fn number(value: Scalar<'_>) -> Maybe<i64> {
    match value {
        Scalar::Number(number) => Maybe::Some(number),
        _ => Maybe::None,
    }
}

/// What is a time. None is negative.
#[inline(always)]
pub(crate) fn time(value: Scalar<'_>) -> Maybe<u64> {
    match value {
        Scalar::Number(time) => Maybe::Some(time.unsigned_abs()),
        _ => Maybe::None,
    }
}
