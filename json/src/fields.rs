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

/// Reads a scalar of this kind, and says why it does not convert.
type Convert<'a, T> = fn(&mut Reader<'a>, Kind) -> Result<Result<T, &'static str>, Expected>;

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
        let (mut lacks_first, mut expected) = (true, 0);
        loop {
            // A service sends the fields in the same order each time, so the one after the last is looked for first.
            let from = (expected, self.reader.position());
            let (end, at) = plain::take(self.reader.text(), from, self.first, table, texts, item);
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
            let value = self.scalar_of(field.kind, texts)?;
            if at == 0 {
                lacks_first = matches!(value, Scalar::Null);
            }
            item.set(at, value);
            expected = at + 1;
        }
        match table.first() {
            Some(field) if lacks_first => Err(self.missing(field.name)),
            _ => Ok(()),
        }
    }

    /// The value of the field whose name was passed, however it is written.
    #[inline(never)]
    fn scalar_of(&mut self, kind: Type, texts: &'a Texts) -> Result<Scalar<'a>, Box<Wrong>> {
        let text = |text: Option<Cow<'a, str>>| match text {
            None => Scalar::Null,
            Some(Cow::Borrowed(text)) => Scalar::Text(text),
            Some(Cow::Owned(text)) => Scalar::Text(texts.keep(text)),
        };
        let number = |number: Option<i64>| number.map_or(Scalar::Null, Scalar::Number);
        Ok(match kind {
            Type::Text => text(self.text()?),
            Type::Integer => number(self.integer()?),
            Type::Time => number(self.time()?),
            Type::Json => text(self.json()?),
        })
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

    /// The value as text: also a whole number or a truth value.
    ///
    /// # Errors
    /// It is no text, and does not convert.
    pub fn text(&mut self) -> Result<Option<Cow<'a, str>>, Box<Wrong>> {
        self.scalar("text", |reader, kind| {
            Ok(match kind {
                Kind::String => Ok(reader.string()?),
                Kind::Bool => Ok(Cow::Borrowed(if reader.bool()? { "true" } else { "false" })),
                _ => {
                    let literal = reader.number()?;
                    let exact = number::integer(literal).is_some() || number::natural(literal).is_some();
                    if exact && literal != "-0" {
                        Ok(Cow::Borrowed(literal))
                    } else {
                        Err("the number is not whole, or too large to be exact")
                    }
                }
            })
        })
    }

    /// The value as a whole number: also with an empty fraction, or as text.
    ///
    /// # Errors
    /// It is no whole number, and does not convert.
    pub fn integer(&mut self) -> Result<Option<i64>, Box<Wrong>> {
        self.whole("a whole number")
    }

    fn time(&mut self) -> Result<Option<i64>, Box<Wrong>> {
        let expected = "milliseconds since the Unix epoch, up to the year 9999";
        match self.whole(expected)? {
            Some(time) if !is_time(time) => Err(self.wrong(expected, Some("the number is out of range"))),
            time => Ok(time),
        }
    }

    fn json(&mut self) -> Result<Option<Cow<'a, str>>, Box<Wrong>> {
        let raw = self.reader.raw().map_err(|expected| self.no_json(expected))?;
        Ok(Some(raw).filter(|raw| *raw != "null").map(Cow::Borrowed))
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

    fn whole(&mut self, expected: &'static str) -> Result<Option<i64>, Box<Wrong>> {
        self.scalar(expected, |reader, kind| {
            Ok(match kind {
                Kind::Number => {
                    number::whole(reader.number()?).ok_or("the number is not whole, or too large to be exact")
                }
                Kind::Bool => {
                    reader.bool()?;
                    Err("it is a truth value")
                }
                _ => {
                    let text = reader.string()?;
                    // Other forms would lose something, such as "+2" and "02".
                    let as_written = match text.as_bytes() {
                        [b'-', first, ..] | [first, _, ..] => matches!(first, b'1'..=b'9'),
                        _ => true,
                    };
                    let number = number::integer(&text).filter(|_| as_written);
                    number.ok_or("the text is not a whole number")
                }
            })
        })
    }

    /// A value that is no list and no object; null is none.
    fn scalar<T>(&mut self, expected: &'static str, read: Convert<'a, T>) -> Result<Option<T>, Box<Wrong>> {
        let kind = self.reader.kind().map_err(|expected| self.no_json(expected))?;
        if self.reader.null() {
            return Ok(None);
        }
        if let Kind::Array | Kind::Object = kind {
            let reason = self.no_scalar()?;
            return Err(self.wrong(expected, Some(reason)));
        }
        match read(&mut self.reader, kind) {
            Ok(Ok(value)) => Ok(Some(value)),
            Ok(Err(reason)) => Err(self.wrong(expected, Some(reason))),
            Err(expected) => Err(self.no_json(expected)),
        }
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
