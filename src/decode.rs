//! Decodes a body into records. An error names the JSON path.
//!
//! The reader is tolerant: it takes every documented shape of an answer, ignores unknown fields, and converts scalars.
//! Records borrow from the body. A record that is not wanted is dropped as soon as it is read.

mod cursor;
mod shape;
mod surrogates;

use std::borrow::Cow;
use std::cell::OnceCell;
use std::fmt::Display;

use model::error::{ErrorKind, TooLarge, Undecodable};
use model::status::Status;
use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess};
use serde_json::error::Category;

use crate::failure::Failure;
use cursor::Cursor;
use model::text::shorten;
use shape::{Name, Scalar, Shape, ShapeVisitor};

/// The most records that are kept: a hundred times what a project may hold. A server can make a record very small, so the
/// size of the body does not bound the memory that records take.
const MOST: usize = 200_000;

/// A body that arrived.
pub struct Body {
    bytes: Vec<u8>,
    /// The text, where surrogates in it had to be replaced.
    mended: OnceCell<String>,
}

/// The records in a body that are wanted, as the service ordered them.
#[derive(Debug, PartialEq, Eq)]
pub struct Records<T> {
    /// Those that are wanted.
    pub wanted: Vec<T>,
    /// How many there were in all.
    pub total: u32,
}

/// A type of records.
pub trait Record<'b>: Fields<'b> + Default {
    /// The names of the records.
    const NAMES: Names;
}

/// The names of a type of records.
#[derive(Clone, Copy, Debug)]
pub struct Names {
    /// The list, where it is a field of an object.
    pub list: &'static str,
    /// The records, for people.
    pub people: &'static str,
}

/// The fields of one record.
pub trait Fields<'b> {
    /// Returns the field of this name. The last of several values with one name counts.
    fn field(&mut self, name: &str) -> Option<Field<'_, 'b>>;

    /// Returns whether the id is there, which no record may lack.
    fn has_id(&self) -> bool;
}

/// A field that is to be read, by its type; `None` for null.
pub enum Field<'r, 'b> {
    /// Text.
    Text(&'r mut Option<Cow<'b, str>>),
    /// A whole number.
    Integer(&'r mut Option<i64>),
    /// Milliseconds since the Unix epoch.
    Time(&'r mut Option<u64>),
    /// The same, where 0 means never.
    TimeOrNever(&'r mut Option<u64>),
    /// The number of a status.
    Status(&'r mut Option<Status>),
    /// JSON text, as it came.
    Json(&'r mut Option<&'b str>),
}

impl Body {
    /// A body of these bytes.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Self {
        Self { bytes, mended: OnceCell::new() }
    }

    /// Returns the bytes as they arrived.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Decodes a bare list, an object that holds it, null, or nothing at all.
    ///
    /// # Errors
    /// The body is not complete, has another shape, or holds too many records that are wanted.
    pub fn records<'b, T: Record<'b>>(&'b self, wanted: impl Fn(&T) -> bool) -> Result<Records<T>, Failure> {
        let bytes = self.bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&self.bytes);
        let buffer = || RecordBuffer { wanted: Vec::new(), next: T::default(), wants: &wanted };
        let text = match str::from_utf8(bytes) {
            Ok(text) => text,
            Err(_) => return Err(not_utf8(T::NAMES, bytes, &mut buffer())),
        };
        if text.trim_ascii().is_empty() {
            return Ok(Records { wanted: Vec::new(), total: 0 });
        }
        let read = |text| {
            let mut records = buffer();
            let total = read(T::NAMES, text, &mut records)?;
            Ok(Records { wanted: records.wanted, total })
        };
        let error: ReadError = match read(text) {
            Ok(records) => return Ok(records),
            Err(error) => error,
        };
        // serde_json refuses half a surrogate pair, and one name must not make a project unlistable.
        let mended = if error.class == Category::Syntax { surrogates::replace_unpaired(text) } else { None };
        match mended {
            Some(text) => read(self.mended.get_or_init(|| text)).map_err(|error| error.failure),
            None => Err(error.failure),
        }
    }
}

struct ReadError {
    class: Category,
    failure: Failure,
}

/// Reads all records, and returns how many there are.
fn read<'b>(names: Names, text: &'b str, records: &mut dyn RecordSink<'b>) -> Result<u32, ReadError> {
    let cursor = Cursor::default();
    let mut list = List { names, records, total: 0, cursor: &cursor };
    let mut json = serde_json::Deserializer::from_str(text);
    let read = ShapeVisitor(AnswerShape { list: &mut list, is_field: false })
        .deserialize(&mut json)
        .and_then(|count| json.end().map(|()| count));
    let total = list.total;
    match read {
        Err(error) => Err(ReadError { class: error.classify(), failure: failure(names, &error, &cursor, text) }),
        Ok(Some(count)) if count != i64::from(total) => {
            let detail = format!("The service counts {count} {}, and sent {total}.", names.people);
            Err(ReadError { class: Category::Data, failure: Failure::lasting(ErrorKind::CutShort, detail) })
        }
        Ok(_) => Ok(total),
    }
}

/// The error for bytes that are not UTF-8. The text before them shows which record they are in.
fn not_utf8<'b>(names: Names, bytes: &'b [u8], records: &mut dyn RecordSink<'b>) -> Failure {
    let before = bytes.utf8_chunks().next().map(|chunk| chunk.valid()).unwrap_or_default();
    let cursor = Cursor::default();
    let mut list = List { names, records, total: 0, cursor: &cursor };
    let mut json = serde_json::Deserializer::from_str(before);
    match ShapeVisitor(AnswerShape { list: &mut list, is_field: false }).deserialize(&mut json) {
        Err(error) if error.classify() != Category::Eof => failure(names, &error, &cursor, before),
        _ => not_json(cursor.record(), "it expected UTF-8", bytes),
    }
}

fn failure(names: Names, error: &serde_json::Error, cursor: &Cursor<'_>, text: &str) -> Failure {
    // The path says more about where it is.
    let position = format!(" at line {} column {}", error.line(), error.column());
    let says = error.to_string();
    match error.classify() {
        _ if cursor.full.get() => {
            let detail = format!("More than {MOST} {} match.", names.people);
            Failure::lasting(ErrorKind::TooLarge(TooLarge { limit_bytes: None }), detail)
        }
        Category::Eof => {
            let detail = format!("The JSON text ends in the middle, after {} bytes.", text.len());
            Failure::lasting(ErrorKind::CutShort, detail)
        }
        Category::Syntax => not_json(cursor.path(), &says, text.as_bytes()),
        Category::Data | Category::Io => {
            let expected = cursor.expected.get().map_or_else(|| shape_of(names), str::to_owned);
            undecodable(cursor.path(), expected, says.strip_suffix(&position).unwrap_or(&says))
        }
    }
}

fn shape_of(names: Names) -> String {
    format!("a list of {}, or an object with `{}`", names.people, names.list)
}

fn not_json(path: String, says: &str, body: &[u8]) -> Failure {
    let start = String::from_utf8_lossy(body.get(..160).unwrap_or(body));
    let mut failure = undecodable(path, "well-formed JSON".to_owned(), says);
    failure.detail.get_or_insert_default().push_str(&format!(" The body begins: {}", shorten(&start, 40)));
    failure
}

fn undecodable(path: String, expected: String, says: &str) -> Failure {
    let kind = ErrorKind::Undecodable(Undecodable { path, expected });
    Failure::lasting(kind, format!("The decoder says: {}.", shorten(says, 200)))
}

/// Takes the records one after the other. It hides their type, so that the reader is compiled once.
trait RecordSink<'b> {
    /// Returns the next record, with no value in it.
    fn next(&mut self) -> &mut dyn Fields<'b>;

    /// Keeps that record if it is wanted. Returns how many are kept.
    fn keep(&mut self) -> usize;
}

/// The records that are wanted, of those that were read so far.
struct RecordBuffer<'a, T> {
    wanted: Vec<T>,
    next: T,
    wants: &'a dyn Fn(&T) -> bool,
}

impl<'b, T: Record<'b>> RecordSink<'b> for RecordBuffer<'_, T> {
    fn next(&mut self) -> &mut dyn Fields<'b> {
        &mut self.next
    }

    fn keep(&mut self) -> usize {
        let record = std::mem::take(&mut self.next);
        if (self.wants)(&record) {
            self.wanted.push(record);
        }
        self.wanted.len()
    }
}

/// The list as it is read.
struct List<'a, 'b> {
    names: Names,
    records: &'a mut dyn RecordSink<'b>,
    total: u32,
    cursor: &'a Cursor<'b>,
}

impl<'b> List<'_, 'b> {
    fn read<A: SeqAccess<'b>>(&mut self, mut from: A) -> Result<(), A::Error> {
        let cursor = self.cursor;
        while from
            .next_element_seed(ShapeVisitor(RecordShape { cursor, index: self.total, record: self.records.next() }))?
            .is_some()
        {
            cursor.record.set(None);
            cursor.expected.set(None);
            self.total += 1;
            if self.records.keep() > MOST {
                cursor.full.set(true);
                return Err(A::Error::custom("too many"));
            }
        }
        Ok(())
    }
}

/// The whole answer, or the list as a field of it. Yields the service's own count of the records, if it sends one.
struct AnswerShape<'l, 'a, 'b> {
    list: &'l mut List<'a, 'b>,
    is_field: bool,
}

impl<'b> Shape<'b> for AnswerShape<'_, '_, 'b> {
    type Value = Option<i64>;

    fn scalar(self, scalar: Scalar<'b>) -> Result<Self::Value, impl Display> {
        match scalar {
            Scalar::Null => Ok(None),
            _ if self.is_field => Err(format!("`{}` is not a list", self.list.names.list)),
            _ => Err("it is neither list nor object".to_owned()),
        }
    }

    fn list<A: SeqAccess<'b>>(self, from: A) -> Result<Self::Value, A::Error> {
        self.list.read(from).map(|()| None)
    }

    fn object<A: MapAccess<'b>>(self, mut from: A) -> Result<Self::Value, A::Error> {
        if self.is_field {
            return self.unexpected_object(from);
        }
        let (cursor, list) = (self.list.cursor, self.list.names.list);
        let (mut seen, mut count) = (false, None);
        while let Some(name) = from.next_key_seed(Name)? {
            if name == list {
                if std::mem::replace(&mut seen, true) {
                    return Err(A::Error::custom(format_args!("`{name}` comes twice")));
                }
                cursor.list.set(Some(list));
                from.next_value_seed(ShapeVisitor(AnswerShape { list: &mut *self.list, is_field: true }))?;
            } else if name == "count" {
                cursor.field.set(Some(name));
                count = cursor.integer(&mut from)?;
                cursor.field.set(None);
                cursor.expected.set(None);
            } else {
                from.next_value::<IgnoredAny>()?;
            }
        }
        if seen { Ok(count) } else { Err(A::Error::custom(format_args!("there is no `{list}`"))) }
    }
}

/// One record, which is read in place: to move it costs more than to read it.
struct RecordShape<'a, 'b> {
    cursor: &'a Cursor<'b>,
    index: u32,
    record: &'a mut dyn Fields<'b>,
}

impl<'b> Shape<'b> for RecordShape<'_, 'b> {
    type Value = ();

    fn begin(&self) {
        self.cursor.record.set(Some(self.index));
        self.cursor.expected.set(Some("an object"));
    }

    fn scalar(self, scalar: Scalar<'b>) -> Result<(), impl Display> {
        Err(scalar.kind())
    }

    fn object<A: MapAccess<'b>>(self, mut from: A) -> Result<(), A::Error> {
        let Self { cursor, record, .. } = self;
        while let Some(name) = from.next_key_seed(Name)? {
            cursor.field.set(Some(name.clone()));
            match record.field(&name) {
                Some(field) => cursor.read(field, &mut from)?,
                None => drop(from.next_value::<IgnoredAny>()?),
            }
            cursor.field.set(None);
        }
        if record.has_id() {
            return Ok(());
        }
        cursor.field.set(Some("id".into()));
        cursor.expected.set(Some("text"));
        Err(A::Error::custom("it is missing or null"))
    }
}
