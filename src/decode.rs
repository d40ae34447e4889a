//! A body to the records in it, and where it is wrong.
//!
//! The reader is tolerant: it takes every documented shape of an answer, ignores what it does not know, and converts
//! scalars. The whole body is there; records borrow from it. What is not wanted is dropped as soon as it is read.

mod place;
mod shape;
mod surrogates;

pub use place::Place;

use std::cell::OnceCell;
use std::fmt::Display;

use model::error::{ErrorKind, TooLarge, Undecodable};
use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess};
use serde_json::error::Category;

use crate::failure::Failure;
use crate::text::shorten;
use shape::{Name, Scalar, Shape, Take};

/// The most records that are kept: a hundred times what a project may hold, and no more than memory holds however small
/// the server makes them.
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

/// A record in a list.
pub trait Record<'b>: Default {
    /// The name of the list, where it is a field of an object.
    const LIST: &'static str;
    /// The kind of the records, for people.
    const WHAT: &'static str;

    /// Reads a field. Returns whether there is such a field; the last of several with one name counts.
    ///
    /// # Errors
    /// A value cannot be converted, or is not JSON.
    fn read<A: MapAccess<'b>>(&mut self, field: &str, from: &mut A, place: &Place<'b>) -> Result<bool, A::Error>;

    /// Returns whether the id is there, which no record may lack.
    fn has_id(&self) -> bool;
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
        let text = match str::from_utf8(bytes) {
            Ok(text) => text,
            Err(_) => return Err(not_utf8::<T>(bytes)),
        };
        if text.trim_ascii().is_empty() {
            return Ok(Records { wanted: Vec::new(), total: 0 });
        }
        let error = match read(text, &wanted) {
            Ok(records) => return Ok(records),
            Err(error) => error,
        };
        // serde_json refuses half a surrogate pair, and one name must not make a project unlistable.
        let mended = if error.class == Category::Syntax { surrogates::replace_unpaired(text) } else { None };
        match mended {
            Some(text) => read(self.mended.get_or_init(|| text), &wanted).map_err(|error| error.failure),
            None => Err(error.failure),
        }
    }
}

struct ReadError {
    class: Category,
    failure: Failure,
}

fn read<'b, T: Record<'b>>(text: &'b str, wanted: &dyn Fn(&T) -> bool) -> Result<Records<T>, ReadError> {
    let place = Place::default();
    let mut list = List { wanted: Vec::new(), total: 0, wants: wanted, place: &place };
    let mut json = serde_json::Deserializer::from_str(text);
    let read = Take(Answer(&mut list)).deserialize(&mut json).and_then(|count| json.end().map(|()| count));
    let (wanted, total) = (list.wanted, list.total);
    match read {
        Err(error) => Err(ReadError { class: error.classify(), failure: failure::<T>(&error, &place, text) }),
        Ok(Some(count)) if count != i64::from(total) => {
            let detail = format!("The service counts {count} {}, and sent {total}.", T::WHAT);
            Err(ReadError { class: Category::Data, failure: Failure::lasting(ErrorKind::CutShort, detail) })
        }
        Ok(_) => Ok(Records { wanted, total }),
    }
}

/// The error for bytes that are not UTF-8: the text before them tells the record.
fn not_utf8<'b, T: Record<'b>>(bytes: &'b [u8]) -> Failure {
    let before = bytes.utf8_chunks().next().map(|chunk| chunk.valid()).unwrap_or_default();
    let place = Place::default();
    let mut list = List::<T> { wanted: Vec::new(), total: 0, wants: &|_| false, place: &place };
    let mut json = serde_json::Deserializer::from_str(before);
    match Take(Answer(&mut list)).deserialize(&mut json) {
        Err(error) if error.classify() != Category::Eof => failure::<T>(&error, &place, before),
        _ => not_json(place.record(), "it expected UTF-8", bytes),
    }
}

fn failure<'b, T: Record<'b>>(error: &serde_json::Error, place: &Place<'b>, text: &str) -> Failure {
    // The path says more about where it is.
    let position = format!(" at line {} column {}", error.line(), error.column());
    let says = error.to_string();
    match error.classify() {
        _ if place.full.get() => {
            let detail = format!("More than {MOST} {} match.", T::WHAT);
            Failure::lasting(ErrorKind::TooLarge(TooLarge { limit_bytes: None }), detail)
        }
        Category::Eof => {
            let detail = format!("The JSON text ends in the middle, after {} bytes.", text.len());
            Failure::lasting(ErrorKind::CutShort, detail)
        }
        Category::Syntax => not_json(place.path(), &says, text.as_bytes()),
        Category::Data | Category::Io => {
            let expected = place.expected.get().map_or_else(|| shape_of::<T>(), str::to_owned);
            undecodable(place.path(), expected, says.strip_suffix(&position).unwrap_or(&says))
        }
    }
}

fn shape_of<'b, T: Record<'b>>() -> String {
    format!("a list of {}, or an object with `{}`", T::WHAT, T::LIST)
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

/// The records that were read so far.
struct List<'a, 'b, T> {
    wanted: Vec<T>,
    total: u32,
    wants: &'a dyn Fn(&T) -> bool,
    place: &'a Place<'b>,
}

impl<'b, T: Record<'b>> List<'_, 'b, T> {
    fn read<A: SeqAccess<'b>>(&mut self, mut from: A) -> Result<(), A::Error> {
        while let Some(record) =
            from.next_element_seed(Take(One { place: self.place, index: self.total, record: T::default() }))?
        {
            self.place.record.set(None);
            self.place.expected.set(None);
            self.total += 1;
            if (self.wants)(&record) {
                self.wanted.push(record);
            }
            if self.wanted.len() > MOST {
                self.place.full.set(true);
                return Err(A::Error::custom("too many"));
            }
        }
        Ok(())
    }
}

/// The whole answer. Yields the service's own count of the records, if it sends one.
struct Answer<'l, 'a, 'b, T>(&'l mut List<'a, 'b, T>);

impl<'b, T: Record<'b>> Shape<'b> for Answer<'_, '_, 'b, T> {
    type Value = Option<i64>;

    fn scalar(self, scalar: Scalar<'b>) -> Result<Self::Value, impl Display> {
        match scalar {
            Scalar::Null => Ok(None),
            _ => Err("it is neither list nor object"),
        }
    }

    fn list<A: SeqAccess<'b>>(self, from: A) -> Result<Self::Value, A::Error> {
        self.0.read(from).map(|()| None)
    }

    fn object<A: MapAccess<'b>>(self, mut from: A) -> Result<Self::Value, A::Error> {
        let place = self.0.place;
        let (mut seen, mut count) = (false, None);
        while let Some(name) = from.next_key_seed(Name)? {
            if name == T::LIST {
                if std::mem::replace(&mut seen, true) {
                    return Err(A::Error::custom(format_args!("`{name}` comes twice")));
                }
                place.list.set(Some(T::LIST));
                from.next_value_seed(Take(Member(self.0)))?;
            } else if name == "count" {
                place.field.set(Some(name));
                count = place.integer(&mut from)?;
                place.field.set(None);
                place.expected.set(None);
            } else {
                from.next_value::<IgnoredAny>()?;
            }
        }
        if seen { Ok(count) } else { Err(A::Error::custom(format_args!("there is no `{}`", T::LIST))) }
    }
}

/// The list as a field of an object.
struct Member<'l, 'a, 'b, T>(&'l mut List<'a, 'b, T>);

impl<'b, T: Record<'b>> Shape<'b> for Member<'_, '_, 'b, T> {
    type Value = ();

    fn scalar(self, scalar: Scalar<'b>) -> Result<(), impl Display> {
        match scalar {
            Scalar::Null => Ok(()),
            _ => Err(format!("`{}` is not a list", T::LIST)),
        }
    }

    fn list<A: SeqAccess<'b>>(self, from: A) -> Result<(), A::Error> {
        self.0.read(from)
    }
}

/// One record.
struct One<'a, 'b, T> {
    place: &'a Place<'b>,
    index: u32,
    record: T,
}

impl<'b, T: Record<'b>> Shape<'b> for One<'_, 'b, T> {
    type Value = T;

    fn begin(&self) {
        self.place.record.set(Some(self.index));
        self.place.expected.set(Some("an object"));
    }

    fn scalar(self, scalar: Scalar<'b>) -> Result<T, impl Display> {
        Err(scalar.kind())
    }

    fn object<A: MapAccess<'b>>(self, mut from: A) -> Result<T, A::Error> {
        let Self { place, mut record, .. } = self;
        while let Some(name) = from.next_key_seed(Name)? {
            place.field.set(Some(name.clone()));
            if !record.read(&name, &mut from, place)? {
                from.next_value::<IgnoredAny>()?;
            }
            place.field.set(None);
        }
        if record.has_id() {
            return Ok(record);
        }
        place.field.set(Some("id".into()));
        place.expected.set(Some("text"));
        Err(A::Error::custom("it is missing or null"))
    }
}
