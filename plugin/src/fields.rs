//! The JSON in which a host hands over a set of attributes.

use serde_json::{Map, Number, Value};

use crate::attribute::Attribute;
use crate::contract::{Diagnostic, Step, Values};
use crate::diagnostic::{error, invalid};

/// A set of attributes, read one by one. An attribute that is null or unknown has no value. The functions of a
/// [`Source`] get the set.
///
/// [`Source`]: crate::Source
pub struct Fields(Map<String, Value>);

impl Fields {
    /// Reads a set of attributes. An unknown one becomes null.
    ///
    /// # Errors
    /// The text is not a JSON object, or it names an attribute that does not exist: a misspelt one must not be ignored.
    pub(crate) fn read(values: &Values, arguments: &[Attribute], results: &[Attribute]) -> Result<Self, Diagnostic> {
        let Ok(mut members) = serde_json::from_str::<Map<String, Value>>(&values.json) else {
            return Err(error("The values are not a JSON object", "The host is at fault.", None));
        };
        // Hosts may name a result too, as null.
        let known = |name: &str| arguments.iter().chain(results).any(|attribute| attribute.name() == name);
        if let Some(name) = members.keys().find(|name| !known(name)) {
            let summary = format!("There is no attribute `{name}`");
            return Err(error(summary, "The description lists those that there are.", None));
        }
        for path in &values.unknown {
            if let Some(Step::Attribute(name)) = path.first()
                && let Some(value) = members.get_mut(name)
            {
                *value = Value::Null;
            }
        }
        Ok(Self(members))
    }

    /// Returns whether an attribute has a value.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.value(name).is_some()
    }

    /// Returns a value of any type, such as one that the other functions do not read.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// Returns a text.
    ///
    /// # Errors
    /// It is something else.
    pub fn text(&self, name: &str) -> Result<Option<&str>, Diagnostic> {
        match self.value(name) {
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
        let Some(value) = self.value(name) else { return Ok(None) };
        let texts = value.as_array().and_then(|items| items.iter().map(Value::as_str).collect::<Option<Vec<_>>>());
        texts.map(Some).ok_or_else(|| invalid(name, "it is not a collection of texts"))
    }

    /// Returns true or false.
    ///
    /// # Errors
    /// It is something else.
    pub fn truth_value(&self, name: &str) -> Result<Option<bool>, Diagnostic> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::Bool(value)) => Ok(Some(*value)),
            Some(_) => Err(invalid(name, "it is neither true nor false")),
        }
    }

    /// Returns a number: exact if it is whole and has 64 bits at most, otherwise the nearest double.
    ///
    /// # Errors
    /// It is something else.
    pub fn number(&self, name: &str) -> Result<Option<&Number>, Diagnostic> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::Number(number)) => Ok(Some(number)),
            Some(_) => Err(invalid(name, "it is not a number")),
        }
    }

    /// Returns a whole number from 0 to 4294967295. The caller checks the rest.
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
            _ => Err(invalid(name, &format!("{number} is not a whole number from 0 to 4294967295"))),
        }
    }
}
