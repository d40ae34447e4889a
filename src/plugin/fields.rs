//! The JSON in which a host hands over a set of attributes.

use serde_json::{Map, Number, Value};

use super::attribute::Attribute;
use super::contract::{Diagnostic, Step, Values};
use super::diagnostic::{error, invalid};

/// The attributes that have a value, read one by one.
#[derive(Clone)]
pub struct Fields(Map<String, Value>);

impl Fields {
    /// Reads a set of attributes. What is null or unknown is left out.
    ///
    /// # Errors
    /// The text is not a JSON object, or it names an attribute that does not exist: a misspelt one must not be ignored.
    pub(super) fn read(values: &Values, attributes: &[Attribute]) -> Result<Self, Diagnostic> {
        let Ok(mut members) = serde_json::from_str::<Map<String, Value>>(&values.json) else {
            return Err(error("The values are not a JSON object", "The host is at fault.", None));
        };
        if let Some(name) = members.keys().find(|name| !attributes.iter().any(|attribute| attribute.name == *name)) {
            let summary = format!("There is no attribute `{name}`");
            return Err(error(summary, "The description lists those that there are.", None));
        }
        let unknown = |name: &str| {
            let outermost = values.unknown.iter().filter_map(|path| path.first());
            outermost.into_iter().any(|step| matches!(step, Step::Attribute(unknown) if unknown == name))
        };
        members.retain(|name, value| !value.is_null() && !unknown(name));
        Ok(Self(members))
    }

    /// Returns whether an attribute has a value.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Returns a text.
    ///
    /// # Errors
    /// It is something else.
    pub fn text(&self, name: &str) -> Result<Option<&str>, Diagnostic> {
        match self.0.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(invalid(name, "it is not a text")),
        }
    }

    /// Returns several texts.
    ///
    /// # Errors
    /// It is something else.
    pub fn texts(&self, name: &str) -> Result<Option<Vec<&str>>, Diagnostic> {
        let Some(value) = self.0.get(name) else { return Ok(None) };
        let texts = value.as_array().and_then(|items| items.iter().map(Value::as_str).collect::<Option<Vec<_>>>());
        texts.map(Some).ok_or_else(|| invalid(name, "it is not a collection of texts"))
    }

    /// Returns a number.
    ///
    /// # Errors
    /// It is something else.
    pub fn number(&self, name: &str) -> Result<Option<&Number>, Diagnostic> {
        match self.0.get(name) {
            None => Ok(None),
            Some(Value::Number(number)) => Ok(Some(number)),
            Some(_) => Err(invalid(name, "it is not a number")),
        }
    }

    /// Returns a whole number. Whether it makes sense, others judge.
    ///
    /// # Errors
    /// It is something else, negative, or too large for any limit.
    pub fn whole(&self, name: &str) -> Result<Option<u32>, Diagnostic> {
        let Some(number) = self.number(name)? else { return Ok(None) };
        // A number of the contract may have an empty fraction. All in the range are exact in floating point.
        match number.as_f64() {
            Some(whole) if whole.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&whole) => {
                Ok(Some(whole as u32))
            }
            _ => Err(invalid(name, &format!("{number} is not a whole number from 1 to 4294967295"))),
        }
    }
}
