//! What is wanted of an answer, and its fields.

use json_text::{Field, Scalar, Texts};

use crate::layout::{Maybe, Text};

/// Which items of an answer are wanted.
pub trait Wanted {
    /// An item, with texts that are kept elsewhere.
    type Item<'t>: json_text::Item<'t> + Default;

    /// The name of the list, where it is a field of an object.
    const LIST: &'static str;
    /// What the items are, for people.
    const WHAT: &'static str;
    /// The fields that are read. The first is the one that an item must have; all others than these are passed over.
    const FIELDS: &'static [Field];

    /// Whether every item is wanted.
    fn all(&self) -> bool;

    /// Whether this item is wanted.
    fn wants(&self, item: &Self::Item<'_>) -> bool;

    /// The same item, with texts that are kept there.
    fn kept<'k>(item: &Self::Item<'_>, texts: &'k Texts) -> Self::Item<'k>;
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
