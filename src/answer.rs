//! The shapes that an answer with a list may have, read once from front to back, and where it went wrong.

use std::cell::RefCell;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;
use serde_json::value::RawValue;

use crate::error::{ErrorKind, Failure};
use crate::message::shorten;
use crate::pipeline::LAST_TIME;
use crate::scalar::{Integer, Text};

/// The most items that are kept: a hundred times what a project may hold, and no more than memory holds however small
/// the server makes them.
const MOST: usize = 200_000;

/// Something that answers list.
pub trait Item: Sized {
    /// The name of the list, where it is a field of an object.
    const LIST: &'static str;
    /// What the items are, for people.
    const WHAT: &'static str;
    /// Decodes one item.
    ///
    /// # Errors
    /// A value that cannot be converted, or a field that must not be missing.
    fn decode<'de, A: MapAccess<'de>>(map: A, at: &Location<'_>) -> Result<Self, A::Error>;
}

/// Decodes a bare list, an object that holds it, null, or nothing at all. Returns the items to keep, and how many
/// there were in all.
///
/// # Errors
/// The body is not complete, or has another shape.
pub fn list_of<T: Item>(body: &[u8], keep: impl Fn(&T) -> bool) -> Result<(Vec<T>, u32), Failure> {
    if body.trim_ascii().is_empty() {
        return Ok((Vec::new(), 0));
    }
    let wrong = RefCell::new(None);
    let mut list = List { kept: Vec::new(), total: 0, keep, wrong: &wrong };
    let mut json = serde_json::Deserializer::from_slice(body);
    let count = Answer(&mut list).deserialize(&mut json).and_then(|count| json.end().map(|()| count));
    let (kept, total) = (list.kept, list.total);
    match count {
        Err(_) if kept.len() > MOST => Err(Failure::lasting(
            ErrorKind::TooLarge { limit_bytes: None },
            format!("More than {MOST} {} match.", T::WHAT),
        )),
        Err(error) => Err(failure::<T>(&error, wrong.into_inner(), body)),
        Ok(Some(count)) if count != i64::from(total) => Err(Failure::lasting(
            ErrorKind::CutShort,
            format!("The service counts {count} {}, and sent {total}.", T::WHAT),
        )),
        Ok(_) => Ok((kept, total)),
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

/// The items that were read so far.
struct List<'a, T, K> {
    kept: Vec<T>,
    total: u32,
    keep: K,
    wrong: &'a RefCell<Option<Wrong>>,
}

impl<T: Item, K: Fn(&T) -> bool> List<'_, T, K> {
    fn read<'de, A: SeqAccess<'de>>(&mut self, path: &str, mut items: A) -> Result<(), A::Error> {
        loop {
            let location = Location { list: path, index: self.total, wrong: self.wrong };
            let Some(item) = items.next_element_seed(One(&location, PhantomData::<T>))? else { return Ok(()) };
            self.total += 1;
            if (self.keep)(&item) {
                self.kept.push(item);
                if self.kept.len() > MOST {
                    return Err(A::Error::custom("there are too many"));
                }
            }
        }
    }
}

/// The whole answer. Yields the service's own count of the items, if it sends one.
struct Answer<'a, 'b, T, K>(&'a mut List<'b, T, K>);

impl<'de, T: Item, K: Fn(&T) -> bool> DeserializeSeed<'de> for Answer<'_, '_, T, K> {
    type Value = Option<i64>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: Item, K: Fn(&T) -> bool> Visitor<'de> for Answer<'_, '_, T, K> {
    type Value = Option<i64>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list of {}, or an object with `{}`", T::WHAT, T::LIST)
    }

    // Without it serde would put the whole text into its message, escaped: many times the body.
    fn visit_str<E: serde::de::Error>(self, _: &str) -> Result<Self::Value, E> {
        Err(E::custom("it is text"))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Self::Value, A::Error> {
        self.0.read("$", items).map(|()| None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut seen = false;
        let mut count = None;
        while let Some(Text(key)) = map.next_key()? {
            match key.as_deref() {
                Some(key) if key == T::LIST => {
                    if std::mem::replace(&mut seen, true) {
                        return Err(A::Error::custom(format_args!("`{key}` comes twice")));
                    }
                    map.next_value_seed(Member(self.0))?;
                }
                Some("count") => {
                    let wrong = Wrong { path: "$.count".to_owned(), expected: "a whole number" };
                    Integer(count) = map.next_value().inspect_err(|_| {
                        self.0.wrong.borrow_mut().get_or_insert(wrong);
                    })?;
                }
                _ => map.next_value::<IgnoredAny>().map(drop)?,
            }
        }
        if seen { Ok(count) } else { Err(A::Error::custom(format_args!("there is no `{}`", T::LIST))) }
    }
}

/// The list as a member of an object.
struct Member<'a, 'b, T, K>(&'a mut List<'b, T, K>);

impl<'de, T: Item, K: Fn(&T) -> bool> DeserializeSeed<'de> for Member<'_, '_, T, K> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: Item, K: Fn(&T) -> bool> Visitor<'de> for Member<'_, '_, T, K> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list of {}", T::WHAT)
    }

    // Without it serde would put the whole text into its message, escaped: many times the body.
    fn visit_str<E: serde::de::Error>(self, _: &str) -> Result<Self::Value, E> {
        Err(E::custom("it is text"))
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<(), A::Error> {
        self.0.read(&format!("$.{}", T::LIST), items)
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

fn failure<T: Item>(error: &serde_json::Error, wrong: Option<Wrong>, body: &[u8]) -> Failure {
    let (path, expected) = match wrong {
        Some(Wrong { path, expected }) => (path, expected.to_owned()),
        None => ("$".to_owned(), format!("a list of {}, or an object with `{}`", T::WHAT, T::LIST)),
    };
    // The message may quote a value from the body.
    let says = format!("The decoder says: {}.", shorten(&error.to_string(), 200));
    match error.classify() {
        Category::Eof => Failure::lasting(
            ErrorKind::CutShort,
            format!("The JSON text ends in the middle, after {} bytes.", body.len()),
        ),
        Category::Syntax => {
            let start = String::from_utf8_lossy(body.get(..160).unwrap_or(body));
            let detail = format!("{says} The body begins: {}", shorten(&start, 40));
            Failure::lasting(ErrorKind::Undecodable { path, expected: "well-formed JSON".to_owned() }, detail)
        }
        Category::Data | Category::Io => Failure::lasting(ErrorKind::Undecodable { path, expected }, says),
    }
}
