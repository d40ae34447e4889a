//! One item of a list: a table says which field is read how.

use json_text::{Fields, Wrong};

/// Something that answers list.
pub trait Item: Default + 'static {
    /// The name of the list, where it is a field of an object.
    const LIST: &'static str;
    /// What the items are, for people.
    const WHAT: &'static str;
    /// The fields that are read. The first is the one that an item must have; all others than these are passed over.
    const FIELDS: &'static [Field<Self>];
}

/// A field's name, and how its value is read.
pub type Field<T> = (&'static str, fn(&mut T, &mut Fields<'_>) -> Result<(), Box<Wrong>>);

/// Reads one item.
///
/// # Errors
/// A value that cannot be converted, or a field that must not be missing.
pub fn read<T: Item>(fields: &mut Fields<'_>) -> Result<T, Box<Wrong>> {
    let (mut item, mut lacks_first) = (T::default(), true);
    // A service sends the fields in the same order each time, so the one after the last is looked for first.
    let mut expected = 0;
    while fields.next_field()? {
        let (before, after) = T::FIELDS.split_at_checked(expected).unwrap_or_default();
        let Some(steps) = after.iter().chain(before).position(|(name, _)| fields.is(name)) else {
            fields.skip()?;
            continue;
        };
        let at = (expected + steps) % T::FIELDS.len();
        if let Some((_, read)) = T::FIELDS.get(at) {
            read(&mut item, fields)?;
        }
        if at == 0 {
            lacks_first = fields.was_null();
        }
        expected = at + 1;
    }
    match T::FIELDS.first() {
        Some((name, _)) if lacks_first => Err(fields.missing(name)),
        _ => Ok(item),
    }
}
