//! One item of a list: what it is made of is said once, and read in either of two ways.

use std::cell::RefCell;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::pipeline::LAST_TIME;
use crate::scalar::{Integer, Text};

/// Something that answers list.
pub trait Item: Sized {
    /// The name of the list, where it is a field of an object.
    const LIST: &'static str;
    /// What the items are, for people.
    const WHAT: &'static str;

    /// Reads one item.
    ///
    /// # Errors
    /// A value that cannot be converted, or a field that must not be missing.
    fn read<F: Fields>(fields: &mut F) -> Result<Self, F::Error>;
}

/// The fields of an item, in the order in which they come: each name is followed by a call for its value.
pub trait Fields {
    /// Why a field is not read.
    type Error;

    /// The next name; nothing after the last.
    ///
    /// # Errors
    /// What follows is no name.
    fn next<N: DeserializeOwned>(&mut self) -> Result<Option<N>, Self::Error>;

    /// The value as text.
    ///
    /// # Errors
    /// It is no text, and does not convert.
    fn text(&mut self, field: &str) -> Result<Option<String>, Self::Error>;

    /// The value as a whole number.
    ///
    /// # Errors
    /// It is no whole number, and does not convert.
    fn integer(&mut self, field: &str) -> Result<Option<i64>, Self::Error>;

    /// The value as milliseconds since the Unix epoch.
    ///
    /// # Errors
    /// It is no such number, or one after the year 9999.
    fn time(&mut self, field: &str) -> Result<Option<u64>, Self::Error>;

    /// The value as JSON text, as it came; null is none.
    ///
    /// # Errors
    /// It is no JSON.
    fn json(&mut self, field: &str) -> Result<Option<String>, Self::Error>;

    /// Passes over a value that nobody asked for.
    ///
    /// # Errors
    /// It is no JSON.
    fn skip(&mut self) -> Result<(), Self::Error>;

    /// The error for a field that an item must have.
    fn missing(&self, field: &str) -> Self::Error;
}

/// A number as a time; nothing if it is out of range.
pub(crate) fn as_time(number: i64) -> Option<u64> {
    u64::try_from(number).ok().filter(|time| *time <= LAST_TIME)
}

/// What first went wrong. serde's errors know the position in the text, not the path.
pub(crate) struct Wrong {
    pub path: String,
    pub expected: &'static str,
}

/// Where an item stands: the path of its list, and its index there.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub list: &'a str,
    pub index: u32,
}

/// Decodes an item by serde, which knows all of JSON.
pub(crate) fn decode<T: Item>(value: &[u8], place: Place<'_>) -> Result<T, (serde_json::Error, Option<Wrong>)> {
    let wrong = RefCell::new(None);
    let mut json = serde_json::Deserializer::from_slice(value);
    let item = One { place, wrong: &wrong, item: PhantomData }.deserialize(&mut json);
    let item = item.and_then(|item| json.end().map(|()| item));
    item.map_err(|error| (error, wrong.into_inner()))
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]", self.list, self.index)
    }
}

struct One<'a, T> {
    place: Place<'a>,
    wrong: &'a RefCell<Option<Wrong>>,
    item: PhantomData<T>,
}

impl<'de, T: Item> DeserializeSeed<'de> for One<'_, T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        let (place, wrong) = (self.place, self.wrong);
        deserializer.deserialize_any(self).inspect_err(|_| {
            wrong.borrow_mut().get_or_insert_with(|| Wrong { path: place.to_string(), expected: "an object" });
        })
    }
}

impl<'de, T: Item> Visitor<'de> for One<'_, T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    // Without it serde would put the whole text into its message, escaped: many times the body.
    fn visit_str<E: serde::de::Error>(self, _: &str) -> Result<Self::Value, E> {
        Err(E::custom("it is text"))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::read(&mut Members { map, place: self.place, wrong: self.wrong, text: PhantomData })
    }
}

/// The members of an object, as serde finds them.
struct Members<'a, 'de, A> {
    map: A,
    place: Place<'a>,
    wrong: &'a RefCell<Option<Wrong>>,
    text: PhantomData<&'de ()>,
}

impl<'de, A: MapAccess<'de>> Members<'_, 'de, A> {
    fn wrong(&self, field: &str, expected: &'static str, error: A::Error) -> A::Error {
        let path = format!("{}.{field}", self.place);
        self.wrong.borrow_mut().get_or_insert(Wrong { path, expected });
        error
    }
}

impl<'de, A: MapAccess<'de>> Fields for Members<'_, 'de, A> {
    type Error = A::Error;

    fn next<N: DeserializeOwned>(&mut self) -> Result<Option<N>, A::Error> {
        self.map.next_key()
    }

    fn text(&mut self, field: &str) -> Result<Option<String>, A::Error> {
        self.map.next_value().map(|Text(text)| text).map_err(|error| self.wrong(field, "text", error))
    }

    fn integer(&mut self, field: &str) -> Result<Option<i64>, A::Error> {
        self.map.next_value().map(|Integer(number)| number).map_err(|error| self.wrong(field, "a whole number", error))
    }

    fn time(&mut self, field: &str) -> Result<Option<u64>, A::Error> {
        let expected = "milliseconds since the Unix epoch, up to the year 9999";
        let Integer(number) = self.map.next_value().map_err(|error| self.wrong(field, expected, error))?;
        let out_of_range = || self.wrong(field, expected, A::Error::custom("the number is out of range"));
        number.map(|number| as_time(number).ok_or_else(out_of_range)).transpose()
    }

    fn json(&mut self, field: &str) -> Result<Option<String>, A::Error> {
        let value = self.map.next_value::<Option<&RawValue>>().map_err(|error| self.wrong(field, "JSON", error))?;
        Ok(value.map(|value| value.get().to_owned()))
    }

    fn skip(&mut self) -> Result<(), A::Error> {
        self.map.next_value::<IgnoredAny>().map(drop)
    }

    fn missing(&self, field: &str) -> A::Error {
        self.wrong(field, "text", A::Error::custom("it is missing or null"))
    }
}
