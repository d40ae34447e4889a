//! An object, field by field: scalars as a sloppy service sends them. A value of a neighbouring type converts if it does
//! so exactly.

use std::borrow::Cow;

use crate::number;
use crate::plain::{self, Field};
use crate::reader::{Expected, Kind, Reader};
use crate::texts::Texts;

/// The last millisecond that has a four-digit year, 9999-12-31T23:59:59.999Z.
pub const LAST_TIME: u64 = 253_402_300_799_999;

/// What is wrong with a field's value.
#[derive(Debug)]
pub struct Wrong {
    /// The field; empty if it is the item itself, or if no field is there.
    pub name: String,
    /// What was expected there.
    pub expected: &'static str,
    /// Why it does not convert; nothing if it is no JSON.
    pub reason: Option<&'static str>,
}

/// How a field's value is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// As text: also a whole number or a truth value.
    Text,
    /// As a whole number: also with an empty fraction, or as text.
    Integer,
    /// As milliseconds since the Unix epoch, up to the year 9999.
    Time,
    /// As JSON text, as it came.
    Json,
}

/// The value of a field; null is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scalar<'a> {
    /// It is null.
    Null,
    /// It is read as text, or as JSON.
    Text(&'a str),
    /// It is read as a whole number, or as a time.
    Number(i64),
}

/// Takes the fields of an item.
pub trait Item<'a> {
    /// Takes the value of the field at this place in the table.
    fn set(&mut self, at: usize, value: Scalar<'a>);
}

/// The fields of an item, in the order in which they come.
#[derive(Debug)]
pub struct Fields<'a> {
    reader: Reader<'a>,
    /// The last name; empty in front of the first.
    name: Cow<'a, str>,
    first: bool,
}

/// A scalar that converts, or why it does not.
type Converted<'a> = Result<Scalar<'a>, &'static str>;

/// Why many a number does not convert.
const INEXACT: &str = "the number is not whole, or too large to be exact";

impl<'a> Fields<'a> {
    /// The fields of the item that a text begins with.
    ///
    /// # Errors
    /// It is no object.
    pub fn of(text: &'a str) -> Result<Self, Box<Wrong>> {
        let mut fields = Self { reader: Reader::new(text), name: Cow::Borrowed(""), first: true };
        if fields.reader.passes(b'{') {
            return Ok(fields);
        }
        let reason = fields.no_scalar()?;
        Err(fields.wrong("an object", Some(reason)))
    }

    /// The field of this name, whose value the text is.
    #[must_use]
    pub fn value(text: &'a str, name: &'a str) -> Self {
        Self { reader: Reader::new(text), name: Cow::Borrowed(name), first: true }
    }

    /// How much of the text is behind.
    #[must_use]
    pub fn position(&self) -> usize {
        self.reader.position()
    }

    /// Passes the end of the text.
    ///
    /// # Errors
    /// Something follows.
    pub fn end(&mut self) -> Result<(), Box<Wrong>> {
        self.reader.end().map_err(|expected| self.no_json(expected))
    }

    /// Reads the item to its end. The first field of the table is one that it must have; what is not in the table is
    /// passed over. Texts that are borrowed from nowhere else are kept.
    ///
    /// # Errors
    /// A value that does not convert, or that the first field is missing or null.
    pub fn read<I: Item<'a>>(&mut self, table: &[Field], texts: &'a Texts, item: &mut I) -> Result<(), Box<Wrong>> {
        let (mut lacks_first, mut expected, mut given) = (true, 0, None);
        loop {
            // A service sends the fields in the same order each time, so the one after the last is looked for first.
            let from = (expected, self.reader.position());
            let (end, at) = plain::take(self.reader.text(), from, given.take(), self.first, table, texts, item);
            if end > expected {
                // The first is there: what is null is not taken for it.
                lacks_first &= expected > 0;
                (self.first, expected) = (false, end);
                self.reader.go(at);
            }
            if self.reader.passes(b'}') {
                self.name = Cow::Borrowed("");
                break;
            }
            if !self.next_field()? {
                break;
            }
            let Some((at, field)) = table.iter().enumerate().find(|(_, field)| *field.name == self.name) else {
                self.skip()?;
                continue;
            };
            let value = self.scalar(field.kind, texts)?;
            if at == 0 {
                lacks_first = matches!(value, Scalar::Null);
            }
            (expected, given) = (at + 1, Some(value));
        }
        match table.first() {
            Some(field) if lacks_first => Err(self.missing(field.name)),
            _ => Ok(()),
        }
    }

    /// The value of the field whose name was passed, however it is written; null is none. A text that stands nowhere as it
    /// is, is kept.
    ///
    /// # Errors
    /// It is of another type, and does not convert.
    #[inline(never)]
    pub fn scalar(&mut self, kind: Type, texts: &'a Texts) -> Result<Scalar<'a>, Box<Wrong>> {
        let expected = match kind {
            Type::Text => "text",
            Type::Integer => "a whole number",
            Type::Time => "milliseconds since the Unix epoch, up to the year 9999",
            Type::Json => {
                let raw = self.reader.raw().map_err(|expected| self.no_json(expected))?;
                return Ok(if raw == "null" { Scalar::Null } else { Scalar::Text(raw) });
            }
        };
        let found = self.reader.kind().map_err(|expected| self.no_json(expected))?;
        if self.reader.null() {
            return Ok(Scalar::Null);
        }
        if let Kind::Array | Kind::Object = found {
            let reason = self.no_scalar()?;
            return Err(self.wrong(expected, Some(reason)));
        }
        let read = if kind == Type::Text { self.as_text(found, texts) } else { self.as_number(found) };
        match read.map_err(|expected| self.no_json(expected))? {
            Ok(Scalar::Number(number)) if kind == Type::Time && !is_time(number) => {
                Err(self.wrong(expected, Some("the number is out of range")))
            }
            Ok(value) => Ok(value),
            Err(reason) => Err(self.wrong(expected, Some(reason))),
        }
    }

    /// A scalar as text, or why it does not convert.
    fn as_text(&mut self, found: Kind, texts: &'a Texts) -> Result<Converted<'a>, Expected> {
        Ok(Ok(Scalar::Text(match found {
            Kind::String => match self.reader.string()? {
                Cow::Borrowed(text) => text,
                Cow::Owned(text) => texts.keep(text),
            },
            Kind::Bool => {
                if self.reader.bool()? {
                    "true"
                } else {
                    "false"
                }
            }
            _ => {
                let literal = self.reader.number()?;
                let exact = number::integer(literal).is_some() || number::natural(literal).is_some();
                if !exact || literal == "-0" {
                    return Ok(Err(INEXACT));
                }
                literal
            }
        })))
    }

    /// A scalar as a whole number, or why it does not convert.
    fn as_number(&mut self, found: Kind) -> Result<Converted<'a>, Expected> {
        let (number, reason) = match found {
            Kind::Number => (number::whole(self.reader.number()?), INEXACT),
            Kind::Bool => {
                self.reader.bool()?;
                (None, "it is a truth value")
            }
            _ => {
                let text = self.reader.string()?;
                // Other forms would lose something, such as "+2" and "02".
                let as_written = match text.as_bytes() {
                    [b'-', first, ..] | [first, _, ..] => matches!(first, b'1'..=b'9'),
                    _ => true,
                };
                (number::integer(&text).filter(|_| as_written), "the text is not a whole number")
            }
        };
        Ok(number.map(Scalar::Number).ok_or(reason))
    }

    /// Goes to the next field. Returns whether there is one.
    fn next_field(&mut self) -> Result<bool, Box<Wrong>> {
        self.name = Cow::Borrowed("");
        let name = self.reader.name(self.first).map_err(|expected| self.no_json(expected))?;
        self.first = false;
        let there = name.is_some();
        self.name = name.unwrap_or_default();
        Ok(there)
    }

    /// Passes over a value that nobody asked for.
    ///
    /// # Errors
    /// It is no JSON.
    pub fn skip(&mut self) -> Result<(), Box<Wrong>> {
        self.reader.raw().map(drop).map_err(|expected| self.no_json(expected))
    }

    /// The error for a field that an item must have.
    fn missing(&mut self, field: &'static str) -> Box<Wrong> {
        self.name = Cow::Borrowed(field);
        self.wrong("text", Some("it is missing or null"))
    }

    /// What a value is that cannot be taken. It must be JSON all the same.
    fn no_scalar(&mut self) -> Result<&'static str, Box<Wrong>> {
        let kind = self.reader.kind().and_then(|kind| self.reader.raw().map(|_| kind));
        Ok(match kind.map_err(|expected| self.no_json(expected))? {
            Kind::Null => "it is null",
            Kind::Bool => "it is a truth value",
            Kind::Number => "it is a number",
            Kind::String => "it is text",
            Kind::Array => "it is a list",
            Kind::Object => "it is an object",
        })
    }

    fn no_json(&self, Expected(expected): Expected) -> Box<Wrong> {
        self.wrong(expected, None)
    }

    #[cold]
    fn wrong(&self, expected: &'static str, reason: Option<&'static str>) -> Box<Wrong> {
        Box::new(Wrong { name: self.name.as_ref().to_owned(), expected, reason })
    }
}

/// Whether a number is a time: one from the Unix epoch to the year 9999.
fn is_time(number: i64) -> bool {
    u64::try_from(number).is_ok_and(|time| time <= LAST_TIME)
}
