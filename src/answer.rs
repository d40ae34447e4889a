//! The shapes that an answer with a list may have, read once from front to back while it arrives, and where it went
//! wrong.

use std::cell::RefCell;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};
use serde_json::error::Category;
use serde_json::value::RawValue;

use crate::error::{ErrorKind, Failure};
use crate::message::shorten;
use crate::pipeline::LAST_TIME;
use crate::plain::Cursor;
use crate::scalar::{Integer, Text};
use crate::split::{Splitter, Values};

/// The most items that are kept: a hundred times what a project may hold, and no more than memory holds however small
/// the server makes them.
const MOST: usize = 200_000;

/// So much of a body is held that has no list: an error of the service may be in it.
pub(crate) const LARGEST_ERROR: usize = 64 * 1024 + 1;

/// So much of a body is held to show how it begins.
const SHOWN: usize = 160;

/// Something that answers list.
pub trait Item: Sized {
    /// The name of the list, where it is a field of an object.
    const LIST: &'static str;
    /// What the items are, for people.
    const WHAT: &'static str;
    /// Decodes one item that is written plainly, if there is a short way. It yields what [`Item::decode`] would.
    fn plainly(_: &mut Cursor<'_>) -> Option<Self> {
        None
    }

    /// Decodes one item.
    ///
    /// # Errors
    /// A value that cannot be converted, or a field that must not be missing.
    fn decode<'de, A: MapAccess<'de>>(map: A, at: &Location<'_>) -> Result<Self, A::Error>;
}

/// Takes the body of an answer, chunk by chunk.
pub trait Decoder {
    /// Forgets what was taken, for another attempt.
    fn restart(&mut self);

    /// Takes the next chunk.
    ///
    /// # Errors
    /// The body has another shape than it should, or a value that cannot be converted.
    fn push(&mut self, chunk: &[u8]) -> Result<(), Failure>;

    /// Takes the end.
    ///
    /// # Errors
    /// The body is not complete.
    fn finish(&mut self) -> Result<(), Failure>;

    /// The beginning of the body: all of it as long as there was no list, up to the size of an error's.
    fn beginning(&self) -> &[u8];
}

/// Decodes a bare list, an object that holds it, null, or nothing at all. Keeps the items that it is told to keep.
pub struct List<T, K> {
    /// The items to keep.
    pub kept: Vec<T>,
    /// How many there were in all.
    pub total: u32,
    keep: K,
    /// The service's own count, if it sends one.
    count: Option<i64>,
    /// Where the list is, once it has begun.
    path: Option<String>,
    splitter: Splitter,
    beginning: Vec<u8>,
    bytes: u64,
}

impl<T: Item, K: Fn(&T) -> bool> List<T, K> {
    /// Keeps what this function says.
    pub fn keeping(keep: K) -> Self {
        Self {
            kept: Vec::new(),
            total: 0,
            keep,
            count: None,
            path: None,
            splitter: Splitter::new(),
            beginning: Vec::new(),
            bytes: 0,
        }
    }
}

impl<T: Item, K> List<T, K> {
    /// The list begins here, or there is none.
    fn begin(&mut self, path: String) -> Result<(), Failure> {
        if self.path.replace(path).is_some() {
            return Err(another_shape::<T>(&format!("`{}` comes twice", T::LIST)));
        }
        Ok(())
    }
}

impl<T: Item, K: Fn(&T) -> bool> List<T, K> {
    /// Counts an item, and keeps it if that is wanted.
    fn take(&mut self, item: T) -> Result<(), Failure> {
        self.total += 1;
        if (self.keep)(&item) {
            if self.kept.len() == MOST {
                let detail = format!("More than {MOST} {} match.", T::WHAT);
                return Err(Failure::lasting(ErrorKind::TooLarge { limit_bytes: None }, detail));
            }
            self.kept.push(item);
        }
        Ok(())
    }
}

impl<T: Item, K: Fn(&T) -> bool> Decoder for List<T, K> {
    fn restart(&mut self) {
        (self.kept, self.total, self.count, self.path) = (Vec::new(), 0, None, None);
        (self.splitter, self.beginning, self.bytes) = (Splitter::new(), Vec::new(), 0);
    }

    fn push(&mut self, chunk: &[u8]) -> Result<(), Failure> {
        let most = if self.path.is_none() { LARGEST_ERROR } else { SHOWN };
        let room = most.saturating_sub(self.beginning.len());
        self.beginning.extend_from_slice(chunk.get(..room).unwrap_or(chunk));
        self.bytes += chunk.len() as u64;
        let mut splitter = std::mem::replace(&mut self.splitter, Splitter::new());
        let result = splitter.push(chunk, self);
        self.splitter = splitter;
        result
    }

    fn finish(&mut self) -> Result<(), Failure> {
        let mut splitter = std::mem::replace(&mut self.splitter, Splitter::new());
        let empty = splitter.is_empty();
        if !empty && !splitter.finish(self)? {
            let detail = format!("The JSON text ends in the middle, after {} bytes.", self.bytes);
            return Err(Failure::lasting(ErrorKind::CutShort, detail));
        }
        if self.path.is_none() && !empty {
            return Err(another_shape::<T>(&format!("there is no `{}`", T::LIST)));
        }
        match self.count {
            Some(count) if count != i64::from(self.total) => Err(Failure::lasting(
                ErrorKind::CutShort,
                format!("The service counts {count} {}, and sent {}.", T::WHAT, self.total),
            )),
            _ => Ok(()),
        }
    }

    fn beginning(&self) -> &[u8] {
        &self.beginning
    }
}

/// Where decoding stands. serde's errors know the position in the text, not the path.
pub struct Location<'a> {
    list: &'a str,
    index: u32,
    wrong: &'a RefCell<Option<Wrong>>,
}

/// What first went wrong.
struct Wrong {
    path: String,
    expected: &'static str,
}

impl Location<'_> {
    /// The next value as text.
    pub(crate) fn text<'de, A: MapAccess<'de>>(&self, map: &mut A, field: &str) -> Result<Option<String>, A::Error> {
        map.next_value::<Text>().map(|text| text.0).map_err(|error| self.wrong(field, "text", error))
    }

    /// The next value as a whole number.
    pub(crate) fn integer<'de, A: MapAccess<'de>>(&self, map: &mut A, field: &str) -> Result<Option<i64>, A::Error> {
        map.next_value::<Integer>().map(|number| number.0).map_err(|error| self.wrong(field, "a whole number", error))
    }

    /// The next value as milliseconds since the Unix epoch.
    pub(crate) fn time<'de, A: MapAccess<'de>>(&self, map: &mut A, field: &str) -> Result<Option<u64>, A::Error> {
        let expected = "milliseconds since the Unix epoch, up to the year 9999";
        let Integer(number) = map.next_value().map_err(|error| self.wrong(field, expected, error))?;
        match number.map(u64::try_from) {
            None => Ok(None),
            Some(Ok(time)) if time <= LAST_TIME => Ok(Some(time)),
            Some(_) => Err(self.wrong(field, expected, A::Error::custom("the number is out of range"))),
        }
    }

    /// The next value as JSON text, as it came; null is none.
    pub(crate) fn json<'de, A: MapAccess<'de>>(&self, map: &mut A, field: &str) -> Result<Option<String>, A::Error> {
        let value = map.next_value::<Option<&RawValue>>().map_err(|error| self.wrong(field, "JSON", error))?;
        Ok(value.map(|value| value.get().to_owned()))
    }

    /// Passes over a value that nobody asked for.
    pub(crate) fn skip<'de, A: MapAccess<'de>>(&self, map: &mut A) -> Result<(), A::Error> {
        map.next_value::<IgnoredAny>().map(drop)
    }

    /// The error for a field that an item must have.
    pub(crate) fn missing<E: serde::de::Error>(&self, field: &str) -> E {
        self.wrong(field, "text", E::custom("it is missing or null"))
    }

    fn wrong<E>(&self, field: &str, expected: &'static str, error: E) -> E {
        let path = format!("{}[{}].{field}", self.list, self.index);
        self.wrong.borrow_mut().get_or_insert(Wrong { path, expected });
        error
    }
}

/// What the splitter finds.
impl<T: Item, K: Fn(&T) -> bool> Values for List<T, K> {
    fn is_list(&mut self, name: Option<&[u8]>) -> Result<bool, Failure> {
        let path = match name {
            None => "$".to_owned(),
            Some(name) if is(name, T::LIST) => format!("$.{}", T::LIST),
            Some(_) => return Ok(false),
        };
        self.begin(path).map(|()| true)
    }

    fn item(&mut self, value: &[u8]) -> Result<(), Failure> {
        let wrong = RefCell::new(None);
        let list = self.path.as_deref().unwrap_or_default();
        let location = Location { list, index: self.total, wrong: &wrong };
        let mut json = serde_json::Deserializer::from_slice(value);
        let item = One(&location, PhantomData::<T>).deserialize(&mut json).and_then(|item| json.end().map(|()| item));
        let item = item.map_err(|error| failure(&error, wrong.into_inner(), &self.beginning))?;
        self.take(item)
    }

    fn plain_item<'a>(&mut self, text: &'a [u8]) -> Result<Option<&'a [u8]>, Failure> {
        let mut cursor = Cursor::at(text);
        match T::plainly(&mut cursor) {
            None => Ok(None),
            Some(item) => self.take(item).map(|()| Some(cursor.rest())),
        }
    }

    fn member(&mut self, name: &[u8], value: &[u8]) -> Result<(), Failure> {
        if is(name, T::LIST) {
            if value != b"null" {
                return Err(another_shape::<T>(&format!("`{}` is no list", T::LIST)));
            }
            return self.begin(String::new());
        }
        if is(name, "count") {
            let wrong = || Wrong { path: "$.count".to_owned(), expected: "a whole number" };
            Integer(self.count) =
                serde_json::from_slice(value).map_err(|error| failure(&error, Some(wrong()), &self.beginning))?;
            return Ok(());
        }
        // It is not asked for, and must be well-formed all the same.
        let read = serde_json::from_slice::<Text>(name).and(serde_json::from_slice::<IgnoredAny>(value));
        read.map(drop).map_err(|error| failure(&error, None, &self.beginning))
    }

    fn whole(&mut self, value: &[u8]) -> Result<(), Failure> {
        if value == b"null" {
            return self.begin(String::new());
        }
        let says = match serde_json::from_slice::<IgnoredAny>(value) {
            Ok(_) => "it is neither list nor object".to_owned(),
            Err(error) => return Err(failure(&error, None, &self.beginning)),
        };
        Err(another_shape::<T>(&says))
    }

    fn no_json(&mut self, expected: &'static str) -> Failure {
        no_json("$".to_owned(), &format!("it expected {expected}"), &self.beginning)
    }
}

/// One item of the list.
struct One<'a, 'b, T>(&'a Location<'b>, PhantomData<T>);

impl<'de, T: Item> DeserializeSeed<'de> for One<'_, '_, T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        let location = self.0;
        deserializer.deserialize_any(self).inspect_err(|_| {
            let path = format!("{}[{}]", location.list, location.index);
            location.wrong.borrow_mut().get_or_insert(Wrong { path, expected: "an object" });
        })
    }
}

impl<'de, T: Item> Visitor<'de> for One<'_, '_, T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    // Without it serde would put the whole text into its message, escaped: many times the body.
    fn visit_str<E: serde::de::Error>(self, _: &str) -> Result<Self::Value, E> {
        Err(E::custom("it is text"))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::decode(map, self.0)
    }
}

/// Whether a name, written as in JSON, is this one.
fn is(name: &[u8], expected: &str) -> bool {
    let plain = name.get(1..name.len().saturating_sub(1)).is_some_and(|name| name == expected.as_bytes());
    plain
        || name.contains(&b'\\')
            && serde_json::from_slice(name).is_ok_and(|Text(name)| name.as_deref() == Some(expected))
}

fn another_shape<T: Item>(says: &str) -> Failure {
    undecodable("$".to_owned(), &format!("a list of {}, or an object with `{}`", T::WHAT, T::LIST), says)
}

fn failure(error: &serde_json::Error, wrong: Option<Wrong>, beginning: &[u8]) -> Failure {
    let (path, expected) = wrong.map_or_else(|| ("$".to_owned(), ""), |wrong| (wrong.path, wrong.expected));
    let says = error.to_string();
    // The position is one within the value that was cut out.
    let says = says.rsplit_once(" at line ").map_or(says.as_str(), |(says, _)| says);
    match error.classify() {
        Category::Data => undecodable(path, expected, says),
        _ => no_json(path, says, beginning),
    }
}

fn no_json(path: String, says: &str, beginning: &[u8]) -> Failure {
    let start = String::from_utf8_lossy(beginning.get(..SHOWN).unwrap_or(beginning));
    let mut failure = undecodable(path, "well-formed JSON", says);
    failure.detail = failure.detail.map(|says| format!("{says} The body begins: {}", shorten(&start, 40)));
    failure
}

/// What the decoder says may quote a value from the body.
fn undecodable(path: String, expected: &str, says: &str) -> Failure {
    let kind = ErrorKind::Undecodable { path, expected: expected.to_owned() };
    Failure::lasting(kind, format!("The decoder says: {}.", shorten(says, 200)))
}
