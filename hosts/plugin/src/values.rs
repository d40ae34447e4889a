//! From `key=value` to the JSON of an object, by the types of the schema.

use anyhow::{Context, Result, bail};
use component_runtime::printable;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use terraform_provider_servicestage::{Object, Type};

/// Values by name, each as JSON.
#[derive(Default)]
pub struct Values(Vec<(String, String)>);

impl Values {
    /// Adds a value that was written as text.
    pub fn add(&mut self, object: &Object, key: &str, text: &str) -> Result<()> {
        let holds = known(object, key)?;
        if self.0.iter().any(|(name, _)| name == key) {
            bail!("`{key}` is set twice: leave one out");
        }
        let json = json(holds, text).with_context(|| format!("`{key}` is not valid"))?;
        self.0.push((key.to_owned(), json));
        Ok(())
    }

    /// Returns the values of a fixture. Text stands for any type, as on the command line.
    pub fn of_fixture(object: &Object, values: &Map<String, Value>) -> Result<Self> {
        let mut read = Self::default();
        for (key, value) in values {
            match value {
                Value::String(text) => read.add(object, key, text)?,
                value => {
                    known(object, key)?;
                    read.0.push((key.clone(), value.to_string()));
                }
            }
        }
        Ok(read)
    }

    /// Returns the JSON of the object.
    pub fn to_json(&self) -> String {
        let members = self.0.iter().map(|(name, json)| format!("{}:{json}", Value::from(name.as_str())));
        format!("{{{}}}", members.collect::<Vec<_>>().join(","))
    }
}

/// Splits `key=value`.
pub fn split(pair: &str) -> Result<(&str, &str)> {
    pair.split_once('=').with_context(|| format!("{pair:?} is not `key=value`"))
}

fn known<'a>(object: &'a Object, key: &str) -> Result<&'a Type> {
    if let Some(attribute) = object.attribute(key) {
        return Ok(&attribute.holds);
    }
    let names: Vec<&str> = object.attributes.iter().filter(|a| !a.is_computed()).map(|a| a.name.as_str()).collect();
    bail!("there is no argument {key:?}: write one of {}", names.join(", "))
}

fn json(holds: &Type, text: &str) -> Result<String> {
    match holds {
        Type::Text => Ok(Value::from(text).to_string()),
        Type::TruthValue if text == "true" || text == "false" => Ok(text.to_owned()),
        Type::TruthValue => bail!("write true or false"),
        Type::Number if text.starts_with(|first: char| first == '-' || first.is_ascii_digit()) => {
            one(text).context("write a number, such as 12.5")
        }
        Type::Number => bail!("write a number, such as 12.5"),
        Type::List(_) | Type::Set(_) => one(text).context("write a list as JSON, such as [\"a\", \"b\"]"),
        Type::Map(_) | Type::Object(_) => one(text).context("write it as JSON, such as {\"a\": \"b\"}"),
    }
}

/// Returns the text, if it is one value of JSON.
fn one(text: &str) -> Result<String> {
    let value: &RawValue =
        serde_json::from_str(text).map_err(|error| anyhow::anyhow!("{}", printable::line(&error.to_string())))?;
    Ok(value.get().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use terraform_provider_servicestage::Type::{List, Map as MapOf, Number, Text, TruthValue};

    #[test]
    fn a_value_is_read_by_its_type_and_numbers_keep_every_digit() {
        for (holds, text, expected) in [
            (Text, "12", "\"12\""),
            (Text, "a=\"b\"", "\"a=\\\"b\\\"\""),
            (Number, "12345678901234567890.1250", "12345678901234567890.1250"),
            (Number, "-7", "-7"),
            (TruthValue, "true", "true"),
            (List(Box::new(Text)), "[\"a\"]", "[\"a\"]"),
            (MapOf(Box::new(Number)), " {\"a\": 1.50} ", "{\"a\": 1.50}"),
        ] {
            assert_eq!(json(&holds, text).unwrap(), expected);
        }
    }

    #[test]
    fn a_value_of_another_type_is_refused() {
        for (holds, text) in [
            (Number, ""),
            (Number, "twelve"),
            (Number, "1 2"),
            (Number, "0x10"),
            (Number, "null"),
            (TruthValue, "yes"),
            (List(Box::new(Text)), "a"),
            (List(Box::new(Text)), "[1] [2]"),
            (MapOf(Box::new(Text)), "{\"a\": 1}, \"b\": {}"),
        ] {
            assert!(json(&holds, text).is_err(), "{text}");
        }
    }
}
