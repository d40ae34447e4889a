//! A value and all that is within.

use std::borrow::Cow;

use crate::reader::{Expected, Kind, Reader};

/// Deeper values are refused: reading them recurses.
const DEEPEST: u32 = 128;

/// A value. What is large is better read piece by piece.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the names are JSON's")]
pub enum Value<'a> {
    Null,
    Bool(bool),
    /// As it is written.
    Number(&'a str),
    String(Cow<'a, str>),
    Array(Vec<Value<'a>>),
    /// The members in their order.
    Object(Vec<(Cow<'a, str>, Value<'a>)>),
}

impl<'a> Value<'a> {
    /// A text that is one value.
    ///
    /// # Errors
    /// It is not well-formed, or too deep.
    pub fn parse(text: &'a str) -> Result<Self, Expected> {
        let mut reader = Reader::new(text);
        let value = Self::read(&mut reader, DEEPEST)?;
        reader.end().map(|()| value)
    }

    /// The member of an object. Of several with the same name, the last counts.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members.iter().rfind(|(known, _)| known == name).map(|(_, value)| value),
            _ => None,
        }
    }

    fn read(reader: &mut Reader<'a>, deepest: u32) -> Result<Self, Expected> {
        let deeper = || deepest.checked_sub(1).ok_or(Expected(&"no more than 128 values within each other"));
        Ok(match reader.kind()? {
            Kind::Null if reader.null() => Self::Null,
            Kind::Null | Kind::Bool => Self::Bool(reader.bool()?),
            Kind::Number => Self::Number(reader.number()?),
            Kind::String => Self::String(reader.string()?),
            Kind::Array => {
                let deeper = deeper()?;
                reader.passes(b'[');
                let mut items = Vec::new();
                while reader.another(items.is_empty())? {
                    items.push(Self::read(reader, deeper)?);
                }
                Self::Array(items)
            }
            Kind::Object => {
                let deeper = deeper()?;
                reader.passes(b'{');
                let mut members = Vec::new();
                while let Some(name) = reader.name(members.is_empty())? {
                    members.push((name, Self::read(reader, deeper)?));
                }
                Self::Object(members)
            }
        })
    }
}
