//! A value and all that is within.

use std::borrow::Cow;

use crate::reader::{Expected, Kind, Reader};

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
        // Once over all of it, so that what follows cannot be too deep.
        reader.raw()?;
        reader.end()?;
        Self::read(&mut Reader::new(text))
    }

    /// The member of an object. Of several with the same name, the last counts.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members.iter().rfind(|(known, _)| known == name).map(|(_, value)| value),
            _ => None,
        }
    }

    fn read(reader: &mut Reader<'a>) -> Result<Self, Expected> {
        Ok(match reader.kind()? {
            Kind::Null if reader.null() => Self::Null,
            Kind::Null | Kind::Bool => Self::Bool(reader.bool()?),
            Kind::Number => Self::Number(reader.number()?),
            Kind::String => Self::String(reader.string()?),
            Kind::Array => {
                reader.passes(b'[');
                let mut items = Vec::new();
                while reader.another(items.is_empty())? {
                    items.push(Self::read(reader)?);
                }
                Self::Array(items)
            }
            Kind::Object => {
                reader.passes(b'{');
                let mut members = Vec::new();
                while let Some(name) = reader.name(members.is_empty())? {
                    members.push((name, Self::read(reader)?));
                }
                Self::Object(members)
            }
        })
    }
}
