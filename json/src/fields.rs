//! An object, field by field: scalars as a sloppy service sends them. A value of a neighbouring type converts if it does
//! so exactly.

use std::borrow::Cow;
use std::fmt;

use crate::number;
use crate::reader::{Expected, Kind, Reader};

/// The last millisecond that has a four-digit year, 9999-12-31T23:59:59.999Z.
pub const LAST_TIME: u64 = 253_402_300_799_999;

/// What is wrong with a value, and where.
#[derive(Debug)]
pub struct Wrong {
    /// Its path.
    pub path: String,
    /// What was expected there.
    pub expected: &'static str,
    /// Why it does not convert; nothing if it is no JSON.
    pub reason: Option<&'static str>,
}

/// Where fields stand: in the item of a list with this index, or beside the list.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The path of the list, or of what is around.
    pub list: &'a str,
    /// The index there.
    pub index: Option<u32>,
}

/// The fields of an item, in the order in which they come: each name is followed by a call for its value.
#[derive(Debug)]
pub struct Fields<'a> {
    reader: Reader<'a>,
    place: Place<'a>,
    /// The last name; empty in front of the first.
    name: Cow<'a, str>,
    first: bool,
    was_null: bool,
}

/// Reads a scalar of this kind, and says why it does not convert.
type Scalar<'a, T> = fn(&mut Reader<'a>, Kind) -> Result<Result<T, &'static str>, Expected>;

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.list)?;
        self.index.map_or(Ok(()), |index| write!(f, "[{index}]"))
    }
}

impl<'a> Fields<'a> {
    /// The fields of the item that a text begins with.
    ///
    /// # Errors
    /// It is no object.
    pub fn of(text: &'a str, place: Place<'a>) -> Result<Self, Box<Wrong>> {
        let mut fields =
            Self { reader: Reader::new(text), place, name: Cow::Borrowed(""), first: true, was_null: false };
        if fields.reader.passes(b'{') {
            return Ok(fields);
        }
        let reason = fields.no_scalar()?;
        Err(fields.wrong("an object", Some(reason)))
    }

    /// A field beside the list, whose value the text is.
    #[must_use]
    pub fn beside(text: &'a str, name: &'a str) -> Self {
        let place = Place { list: "$", index: None };
        Self { reader: Reader::new(text), place, name: Cow::Borrowed(name), first: true, was_null: false }
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

    /// Goes to the next field. Returns whether there is one.
    ///
    /// # Errors
    /// What follows is no name.
    pub fn next_field(&mut self) -> Result<bool, Box<Wrong>> {
        self.name = Cow::Borrowed("");
        let name = self.reader.name(self.first).map_err(|expected| self.no_json(expected))?;
        self.first = false;
        let there = name.is_some();
        self.name = name.unwrap_or_default();
        Ok(there)
    }

    /// Whether the field has this name.
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        same(self.name.as_bytes(), name.as_bytes())
    }

    /// The value as text: also a whole number or a truth value.
    ///
    /// # Errors
    /// It is no text, and does not convert.
    pub fn text(&mut self) -> Result<Option<String>, Box<Wrong>> {
        self.scalar("text", |reader, kind| {
            Ok(match kind {
                Kind::String => Ok(reader.string()?.into_owned()),
                Kind::Bool => Ok(reader.bool()?.to_string()),
                _ => {
                    let literal = reader.number()?;
                    let exact = literal != "-0" && (literal.parse::<i64>().is_ok() || literal.parse::<u64>().is_ok());
                    if exact {
                        Ok(literal.to_owned())
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

    /// The value as milliseconds since the Unix epoch.
    ///
    /// # Errors
    /// It is no such number, or one after the year 9999.
    pub fn time(&mut self) -> Result<Option<u64>, Box<Wrong>> {
        let expected = "milliseconds since the Unix epoch, up to the year 9999";
        let Some(number) = self.whole(expected)? else { return Ok(None) };
        let time = u64::try_from(number).ok().filter(|time| *time <= LAST_TIME);
        time.map(Some).ok_or_else(|| self.wrong(expected, Some("the number is out of range")))
    }

    /// The value as JSON text, as it came; null is none.
    ///
    /// # Errors
    /// It is no JSON.
    pub fn json(&mut self) -> Result<Option<String>, Box<Wrong>> {
        let raw = self.reader.raw().map_err(|expected| self.no_json(expected))?;
        Ok(Some(raw).filter(|raw| *raw != "null").map(str::to_owned))
    }

    /// Passes over a value that nobody asked for.
    ///
    /// # Errors
    /// It is no JSON.
    pub fn skip(&mut self) -> Result<(), Box<Wrong>> {
        self.reader.raw().map(drop).map_err(|expected| self.no_json(expected))
    }

    /// Whether the last scalar was null.
    #[must_use]
    pub fn was_null(&self) -> bool {
        self.was_null
    }

    /// The error for a field that an item must have.
    #[must_use]
    pub fn missing(&mut self, field: &'static str) -> Box<Wrong> {
        self.name = Cow::Borrowed(field);
        self.wrong("text", Some("it is missing or null"))
    }

    fn whole(&mut self, expected: &'static str) -> Result<Option<i64>, Box<Wrong>> {
        if let Some(number) = self.reader.plain_integer() {
            self.was_null = false;
            return Ok(Some(number));
        }
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
                    // Writing it again refuses forms that would lose something, such as "+2" and "02".
                    let number = text.parse::<i64>().ok().filter(|number| number.to_string() == text);
                    number.ok_or("the text is not a whole number")
                }
            })
        })
    }

    /// A value that is no list and no object; null is none.
    fn scalar<T>(&mut self, expected: &'static str, read: Scalar<'a, T>) -> Result<Option<T>, Box<Wrong>> {
        let kind = self.reader.kind().map_err(|expected| self.no_json(expected))?;
        self.was_null = self.reader.null();
        if self.was_null {
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
        let dot = if self.name.is_empty() { "" } else { "." };
        Box::new(Wrong { path: format!("{}{dot}{}", self.place, self.name), expected, reason })
    }
}

/// Whether both are the same: for names, which are short, quicker than what the target's library has.
fn same(a: &[u8], b: &[u8]) -> bool {
    let ((words, rest), (other_words, other_rest)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    let word = |bytes: &[u8; 8]| u64::from_le_bytes(*bytes);
    a.len() == b.len()
        && words.iter().map(word).eq(other_words.iter().map(word))
        && rest.iter().zip(other_rest).all(|(a, b)| a == b)
}
