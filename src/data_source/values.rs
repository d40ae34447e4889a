//! The JSON in which a host hands over a set of attributes.

use std::borrow::Cow;

use json_text::{Value, number};

use crate::data_source::diagnostic::Diagnostic;
use crate::data_source::schema;
use crate::message::shorten;
use crate::text::fill;

/// A set of attributes, some of which may not be known yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Values {
    /// One JSON object.
    pub json: String,
    /// The outermost attributes that are unknown, or hold what is: they cannot be checked yet.
    pub unknown: Vec<String>,
}

/// The attributes that have a value, read one by one.
#[derive(Debug)]
pub struct Fields<'a>(Vec<(Cow<'a, str>, Value<'a>)>);

impl<'a> Fields<'a> {
    /// Reads a set of attributes of the object with this index. What is null or unknown is left out.
    ///
    /// # Errors
    /// The text is not a JSON object, or it names an attribute that does not exist: a misspelt one must not be ignored.
    pub fn read(values: &'a Values, object: usize) -> Result<Self, Box<Diagnostic>> {
        let Ok(Value::Object(mut members)) = Value::parse(&values.json) else {
            return Err(Diagnostic::error("The values are not a JSON object", "The host is at fault.", None));
        };
        let names = schema::NAMES.get(object).copied().unwrap_or_default();
        if let Some((name, _)) = members.iter().find(|(name, _)| !names.contains(&name.as_ref())) {
            let summary = fill("There is no attribute `{}`", &[name]);
            return Err(Diagnostic::error(&summary, "The description lists those that there are.", None));
        }
        members.retain(|(name, value)| {
            !matches!(value, Value::Null) && !values.unknown.iter().any(|unknown| unknown == name)
        });
        Ok(Self(members))
    }

    /// Whether an attribute has a value.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.value(name).is_some()
    }

    /// A text.
    ///
    /// # Errors
    /// It is something else.
    pub fn text(&self, name: &'static str) -> Result<Option<&str>, Box<Diagnostic>> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(Diagnostic::of_attribute(name, "it is not a text")),
        }
    }

    /// Several texts.
    ///
    /// # Errors
    /// It is something else.
    pub fn texts<'b>(&'b self, name: &'static str) -> Result<Option<Vec<&'b str>>, Box<Diagnostic>> {
        let items = match self.value(name) {
            None => return Ok(None),
            Some(Value::Array(items)) => items.as_slice(),
            // As wrong as an item that is no text.
            Some(_) => &[Value::Null],
        };
        let mut texts: Vec<&str> = Vec::new();
        for item in items {
            let Value::String(text) = item else {
                return Err(Diagnostic::of_attribute(name, "it is not a collection of texts"));
            };
            texts.push(text);
        }
        Ok(Some(texts))
    }

    /// A number, as it is written.
    ///
    /// # Errors
    /// It is something else.
    pub fn number(&self, name: &'static str) -> Result<Option<&str>, Box<Diagnostic>> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::Number(literal)) => Ok(Some(literal)),
            Some(_) => Err(Diagnostic::of_attribute(name, "it is not a number")),
        }
    }

    /// A whole number. Whether it makes sense, others judge.
    ///
    /// # Errors
    /// It is something else, negative, or too large for any limit.
    pub fn whole(&self, name: &'static str) -> Result<Option<u32>, Box<Diagnostic>> {
        let Some(literal) = self.number(name)? else { return Ok(None) };
        let number = number::whole(literal).and_then(|number| u32::try_from(number).ok());
        let wrong = || {
            let reason = fill("{} is not a whole number from 1 to 4294967295", &[&shorten(literal, 64)]);
            Diagnostic::of_attribute(name, &reason)
        };
        number.map(Some).ok_or_else(wrong)
    }

    fn value(&self, name: &str) -> Option<&Value<'a>> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }
}
