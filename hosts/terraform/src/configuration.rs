//! The provider's configuration: what people wrote, defaults from the environment, and what of it the host keeps.

use std::sync::Arc;

use component_runtime::{Client, Grant, Network};
use huaweicloud_sign::Secrets;

use crate::advertise::variables;
use crate::authentication::Method;
use crate::contract::{Mode, Step, Values};
use crate::diagnostics::{self, attribute};
use crate::lookups::Lookups;
use crate::proto::Diagnostic;
use crate::schema::{Attribute, Object, Schema, Type};
use crate::scheme::User;
use crate::value::{Value, path_text};

/// What reads need of a provider that is configured.
pub struct Configuration {
    /// All values, of which the component sees [`Configuration::shown`].
    pub values: Value,
    pub method: Method,
    pub lookups: Arc<Lookups>,
    /// The way to servers.
    pub client: Client<Network>,
    /// What the policy file grants, beside the endpoints.
    pub grant: Grant,
    /// What must not be told: the texts of sensitive attributes, and what else requests are authenticated from.
    pub secrets: Vec<String>,
}

impl Configuration {
    /// A configuration of these values, wholly known and with defaults filled in.
    pub fn new(
        schema: &Schema,
        values: Value,
        user: &User<'_>,
        client: Client<Network>,
        grant: Grant,
    ) -> Result<Self, Diagnostic> {
        let method = Method::choose(schema, &values, user)?;
        let secret =
            |attribute: &&Attribute| attribute.sensitive || schema.kept_attributes().any(|kept| kept == attribute.name);
        let secrets = schema.provider.attributes.iter().filter(secret);
        let secrets = secrets.filter_map(|attribute| values.text(&attribute.name).map(str::to_owned));
        let secrets = secrets.chain(method.secrets()).collect();
        Ok(Self { values, method, lookups: Arc::default(), client, grant, secrets })
    }

    /// What the component sees: nothing from which requests are authenticated.
    pub fn shown(&self, schema: &Schema) -> Values {
        shown(schema, &self.values).to_values()
    }

    /// What must not be told: secrets, and signatures that were made with them.
    pub fn redaction(&self, signatures: &[String]) -> Secrets {
        let texts: Vec<&str> = self.secrets.iter().chain(signatures).map(String::as_str).collect();
        Secrets::new(&texts)
    }
}

/// These values without those that the host keeps.
pub fn shown(schema: &Schema, values: &Value) -> Value {
    let mut shown = values.clone();
    for name in schema.kept_attributes() {
        shown.set(name, Value::Null);
    }
    shown
}

/// Fills in what is null from the environment.
pub fn fill(
    object: &Object,
    mut values: Value,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<Value, Diagnostic> {
    for described in &object.attributes {
        if *values.attribute(&described.name) != Value::Null {
            continue;
        }
        let names = described.environment.iter();
        let mut set = names.filter_map(|name| Some((name, variable(name).filter(|text| !text.is_empty())?)));
        if let Some((name, text)) = set.next() {
            values.set(&described.name, parse(described, name, text)?);
        } else if described.mode == Mode::Required {
            let from = variables(&described.environment);
            let detail = format!("`{}` is required. Set it, or one of these variables: {from}.", described.name);
            return Err(diagnostics::error("A required argument is missing", detail, &[attribute(&described.name)]));
        }
    }
    Ok(values)
}

fn parse(described: &Attribute, variable: &str, text: String) -> Result<Value, Diagnostic> {
    let expected = match described.holds {
        Type::Text => return Ok(Value::Text(text)),
        Type::Number => {
            let number: Result<&serde_json::value::RawValue, _> = serde_json::from_str(&text);
            if text.parse::<f64>().is_ok()
                && let Ok(number) = number
            {
                return Ok(Value::Number(number.get().to_owned()));
            }
            "a number"
        }
        Type::TruthValue => match text.as_str() {
            "true" | "1" => return Ok(Value::Truth(true)),
            "false" | "0" => return Ok(Value::Truth(false)),
            _ => "true or false",
        },
        _ => "left alone: such a value cannot come from the environment",
    };
    // The text may be a secret.
    let detail = format!("It stands in for `{}`, and must be {expected}.", described.name);
    Err(diagnostics::error(format!("The environment variable {variable} is not valid"), detail, &[]))
}

/// A warning for each deprecated attribute that is set, at any depth.
pub fn deprecations(object: &Object, values: &Value) -> Vec<Diagnostic> {
    let mut told = Vec::new();
    deprecations_of(object, values, &mut Vec::new(), &mut told);
    told
}

fn deprecations_of(object: &Object, values: &Value, path: &mut Vec<Step>, told: &mut Vec<Diagnostic>) {
    let set = object.attributes.iter().filter(|described| *values.attribute(&described.name) != Value::Null);
    for described in set {
        path.push(attribute(&described.name));
        if let Some(instead) = &described.deprecated {
            let summary = format!("The argument `{}` is deprecated", path_text(path));
            told.push(diagnostics::warning(summary, instead.clone(), path));
        }
        deprecations_within(&described.holds, values.attribute(&described.name), path, told);
        path.pop();
    }
}

fn deprecations_within(holds: &Type, value: &Value, path: &mut Vec<Step>, told: &mut Vec<Diagnostic>) {
    match (holds, value) {
        (Type::Object(object), Value::Object(_)) => deprecations_of(object, value, path, told),
        (Type::List(inner) | Type::Set(inner), Value::Sequence(items)) => {
            for (item, index) in items.iter().zip(0..) {
                path.push(Step::Index(index));
                deprecations_within(inner, item, path, told);
                path.pop();
            }
        }
        (Type::Map(inner), Value::Map(members)) => {
            for (key, member) in members {
                path.push(Step::Key(key.clone()));
                deprecations_within(inner, member, path, told);
                path.pop();
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{self, Authentication, Description, ElementType, Header, ObjectType, ValueType};

    fn schema() -> Schema {
        let attribute = |name: &str, element| contract::Attribute {
            name: name.to_owned(),
            holds: ValueType { collections: vec![], element },
            mode: Mode::Optional,
            description: String::new(),
            sensitive: false,
            deprecated: None,
            environment: vec![format!("FIRST_{name}"), format!("SECOND_{name}")],
        };
        let attributes = vec![
            attribute("key", ElementType::Text),
            attribute("size", ElementType::Number),
            attribute("big", ElementType::TruthValue),
        ];
        let header = Header { name: "x-key".to_owned(), prefix: String::new(), attribute: "key".to_owned() };
        let description = Description {
            name: String::new(),
            description: String::new(),
            objects: vec![ObjectType { attributes }],
            provider: 0,
            sources: vec![],
            authentication: vec![Authentication::Header(header)],
            endpoints: vec![],
        };
        Schema::new(description).unwrap()
    }

    fn nobody() -> User<'static> {
        User { variable: &|_| None, home: None }
    }

    fn filled(variables: &[(&str, &str)]) -> Result<Value, Diagnostic> {
        let schema = schema();
        let variable =
            |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, text)| (*text).to_owned());
        fill(&schema.provider, Value::nothing(&schema.provider), variable)
    }

    #[test]
    fn the_first_variable_that_is_not_empty_stands_in() {
        let values =
            filled(&[("FIRST_key", ""), ("SECOND_key", "a"), ("FIRST_size", "1.50"), ("SECOND_big", "1")]).unwrap();
        assert_eq!(values.to_values().json, r#"{"big":true,"key":"a","size":1.50}"#);
    }

    #[test]
    fn a_variable_that_is_not_valid_is_named_and_not_shown() {
        for (name, text) in [("FIRST_size", "hush"), ("FIRST_size", "[1]"), ("FIRST_big", "hush")] {
            let diagnostic = filled(&[(name, text)]).unwrap_err();
            assert!(diagnostic.summary.contains(name), "{diagnostic:?}");
            assert!(!format!("{diagnostic:?}").contains("hush"), "{diagnostic:?}");
        }
    }

    #[test]
    fn the_component_does_not_see_what_requests_are_authenticated_from() {
        let values = filled(&[("FIRST_key", "hush"), ("FIRST_size", "1")]).unwrap();
        let client = Client::new(Network::new().unwrap());
        let configuration = Configuration::new(&schema(), values, &nobody(), client, Grant::default()).unwrap();
        assert_eq!(configuration.shown(&schema()).json, r#"{"big":null,"key":null,"size":1}"#);
        let mut text = "it is hush".to_owned();
        configuration.redaction(&[]).redact(&mut text);
        assert_eq!(text, "it is [redacted]");
    }
}
