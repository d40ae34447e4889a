//! A value of any kind: what it is, and how a scalar converts. A value of a neighbouring type converts if it does so
//! exactly.

use std::borrow::Cow;
use std::fmt::{self, Display};

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// From here on a floating-point number no longer tells neighbouring whole numbers apart.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Why many a number does not convert.
const INEXACT: &str = "the number is not whole, or too large to be exact";

/// A way to read a value.
pub(super) trait Shape<'b>: Sized {
    type Value;

    /// The value begins here.
    fn begin(&self) {}

    /// Takes anything but a list or an object, and those by their kind where they are not expected.
    fn scalar(self, scalar: Scalar<'b>) -> Result<Self::Value, impl Display>;

    /// Takes a list. One that is not expected must be JSON all the same.
    fn list<A: SeqAccess<'b>>(self, mut from: A) -> Result<Self::Value, A::Error> {
        while from.next_element::<IgnoredAny>()?.is_some() {}
        self.scalar(Scalar::List).map_err(A::Error::custom)
    }

    /// Takes an object.
    fn object<A: MapAccess<'b>>(self, from: A) -> Result<Self::Value, A::Error> {
        self.unexpected_object(from)
    }

    /// Refuses an object, which must be JSON all the same.
    fn unexpected_object<A: MapAccess<'b>>(self, mut from: A) -> Result<Self::Value, A::Error> {
        while from.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        self.scalar(Scalar::Object).map_err(A::Error::custom)
    }
}

/// Any scalar, or the kind of what is not a scalar.
#[derive(Debug)]
pub(super) enum Scalar<'b> {
    Null,
    Bool(bool),
    Signed(i64),
    Unsigned(u64),
    Float(f64),
    Text(Cow<'b, str>),
    List,
    Object,
}

impl<'b> Scalar<'b> {
    /// The shape that takes any scalar.
    pub(super) const ANY: AnyScalar = AnyScalar;

    /// Returns its kind, for people.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "it is null",
            Self::Bool(_) => "it is a truth value",
            Self::Signed(_) | Self::Unsigned(_) | Self::Float(_) => "it is a number",
            Self::Text(_) => "it is text",
            Self::List => "it is a list",
            Self::Object => "it is an object",
        }
    }

    /// As text: also a whole number or a truth value.
    pub(super) fn text(self) -> Result<Option<Cow<'b, str>>, &'static str> {
        Ok(Some(match self {
            Self::Null => return Ok(None),
            Self::Text(text) => text,
            Self::Bool(value) => Cow::Borrowed(if value { "true" } else { "false" }),
            Self::Signed(number) => number.to_string().into(),
            Self::Unsigned(number) => number.to_string().into(),
            Self::Float(_) => return Err(INEXACT),
            Self::List | Self::Object => return Err(self.kind()),
        }))
    }

    /// As a whole number: also with an empty fraction, or as text.
    pub(super) fn integer(self) -> Result<Option<i64>, &'static str> {
        match self {
            Self::Null => Ok(None),
            Self::Signed(number) => Ok(Some(number)),
            Self::Unsigned(number) => i64::try_from(number).map(Some).map_err(|_| INEXACT),
            Self::Float(number) if number.fract() == 0.0 && number.abs() < EXACT => Ok(Some(number as i64)),
            Self::Float(_) => Err(INEXACT),
            // Other forms would lose something, such as "+2" and "02".
            Self::Text(text) => match text.parse::<i64>().ok().filter(|number| number.to_string() == text) {
                Some(number) => Ok(Some(number)),
                None => Err("the text is not a whole number"),
            },
            Self::Bool(_) | Self::List | Self::Object => Err(self.kind()),
        }
    }
}

/// Takes any scalar as it is.
pub(super) struct AnyScalar;

impl<'b> Shape<'b> for AnyScalar {
    type Value = Scalar<'b>;

    fn scalar(self, scalar: Scalar<'b>) -> Result<Scalar<'b>, impl Display> {
        Ok::<_, &str>(scalar)
    }
}

/// Reads the next value into a shape.
pub(super) struct ShapeVisitor<S>(pub(super) S);

impl<'b, S: Shape<'b>> DeserializeSeed<'b> for ShapeVisitor<S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'b>>(self, from: D) -> Result<S::Value, D::Error> {
        self.0.begin();
        from.deserialize_any(self)
    }
}

impl<'b, S: Shape<'b>> ShapeVisitor<S> {
    fn scalar<E: Error>(self, scalar: Scalar<'b>) -> Result<S::Value, E> {
        self.0.scalar(scalar).map_err(E::custom)
    }
}

impl<'b, S: Shape<'b>> Visitor<'b> for ShapeVisitor<S> {
    type Value = S::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: Error>(self) -> Result<S::Value, E> {
        self.scalar(Scalar::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<S::Value, E> {
        self.scalar(Scalar::Bool(value))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<S::Value, E> {
        self.scalar(Scalar::Signed(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<S::Value, E> {
        self.scalar(Scalar::Unsigned(number))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<S::Value, E> {
        self.scalar(Scalar::Float(number))
    }

    fn visit_borrowed_str<E: Error>(self, text: &'b str) -> Result<S::Value, E> {
        self.scalar(Scalar::Text(text.into()))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<S::Value, E> {
        self.scalar(Scalar::Text(text.to_owned().into()))
    }

    fn visit_seq<A: SeqAccess<'b>>(self, from: A) -> Result<S::Value, A::Error> {
        self.0.list(from)
    }

    fn visit_map<A: MapAccess<'b>>(self, from: A) -> Result<S::Value, A::Error> {
        self.0.object(from)
    }
}

/// The name of a field, borrowed where it holds no escape.
pub(super) struct Name;

impl<'b> DeserializeSeed<'b> for Name {
    type Value = Cow<'b, str>;

    fn deserialize<D: Deserializer<'b>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_str(self)
    }
}

impl<'b> Visitor<'b> for Name {
    type Value = Cow<'b, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_borrowed_str<E: Error>(self, name: &'b str) -> Result<Self::Value, E> {
        Ok(name.into())
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
        Ok(name.to_owned().into())
    }
}
