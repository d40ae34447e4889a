//! One item of a list, and its fields.

use json_text::{Field, Scalar};

/// Something that answers list.
pub trait Item: for<'a> json_text::Item<'a> + Default + 'static {
    /// The name of the list, where it is a field of an object.
    const LIST: &'static str;
    /// What the items are, for people.
    const WHAT: &'static str;
    /// The fields that are read. The first is the one that an item must have; all others than these are passed over.
    const FIELDS: &'static [Field];
}

/// What is text, or was made text.
#[inline(always)]
pub(crate) fn text(value: Scalar<'_>) -> Option<String> {
    match value {
        Scalar::Text(text) => Some(text.into_owned()),
        _ => None,
    }
}

/// What is a number.
#[inline(always)]
pub(crate) fn number(value: Scalar<'_>) -> Option<i64> {
    match value {
        Scalar::Number(number) => Some(number),
        _ => None,
    }
}

/// What is a time.
#[inline(always)]
pub(crate) fn time(value: Scalar<'_>) -> Option<u64> {
    number(value).and_then(|time| u64::try_from(time).ok())
}
