//! The position of the reader in an answer, and the values there.

use std::borrow::Cow;
use std::cell::Cell;

use model::status::Status;
use serde::de::{Error, MapAccess};
use serde_json::value::RawValue;

use super::Field;
use super::shape::{Scalar, ShapeVisitor};
use model::text::shorten;

/// How many characters of a field's name are shown. All that are documented are shorter.
const LONGEST_NAME: usize = 64;

/// The last millisecond that has a four-digit year, 9999-12-31T23:59:59.999Z.
const LAST_TIME: u64 = 253_402_300_799_999;

/// The position of the reader. serde's errors know the position in the text, not the path.
#[derive(Default)]
pub struct Cursor<'b> {
    /// The name of the list, if it is a field.
    pub(super) list: Cell<Option<&'static str>>,
    /// The record that is read.
    pub(super) record: Cell<Option<u32>>,
    /// The field that is read.
    pub(super) field: Cell<Option<Cow<'b, str>>>,
    /// The value that is expected there, for people.
    pub(super) expected: Cell<Option<&'static str>>,
    /// Whether there are too many records.
    pub(super) full: Cell<bool>,
}

impl<'b> Cursor<'b> {
    /// Reads a field.
    pub(super) fn read<A: MapAccess<'b>>(&self, field: Field<'_, 'b>, from: &mut A) -> Result<(), A::Error> {
        match field {
            Field::Text(text) => *text = self.text(from)?,
            Field::Integer(number) => *number = self.integer(from)?,
            Field::Time(time) => *time = self.time(from)?,
            Field::TimeOrNever(time) => *time = self.time(from)?.filter(|time| *time != 0),
            Field::Status(status) => *status = self.integer(from)?.map(Status::from_number),
            Field::Json(json) => {
                let raw: &'b RawValue = from.next_value()?;
                *json = Some(raw.get()).filter(|raw| *raw != "null");
            }
        }
        Ok(())
    }

    fn text<A: MapAccess<'b>>(&self, from: &mut A) -> Result<Option<Cow<'b, str>>, A::Error> {
        self.expected.set(Some("text"));
        from.next_value_seed(ShapeVisitor(Scalar::ANY))?.text().map_err(A::Error::custom)
    }

    pub(super) fn integer<A: MapAccess<'b>>(&self, from: &mut A) -> Result<Option<i64>, A::Error> {
        self.expected.set(Some("a whole number"));
        from.next_value_seed(ShapeVisitor(Scalar::ANY))?.integer().map_err(A::Error::custom)
    }

    fn time<A: MapAccess<'b>>(&self, from: &mut A) -> Result<Option<u64>, A::Error> {
        let number = self.integer(from);
        self.expected.set(Some("milliseconds since the Unix epoch, up to the year 9999"));
        let time = number?.map(|number| u64::try_from(number).ok().filter(|time| *time <= LAST_TIME));
        time.map(|time| time.ok_or_else(|| A::Error::custom("the number is out of range"))).transpose()
    }

    /// The path of the record that is read.
    pub(super) fn record(&self) -> String {
        let list = self.list.get().map(|list| format!(".{list}")).unwrap_or_default();
        self.record.get().map_or_else(|| "$".to_owned(), |record| format!("${list}[{record}]"))
    }

    /// The path of what is read.
    pub(super) fn path(&self) -> String {
        let field = self.field.take().map(|field| format!(".{}", shorten(&field, LONGEST_NAME)));
        self.record() + &field.unwrap_or_default()
    }
}
