//! The provider's configuration: the written values, defaults from the environment and a profile, and the values that
//! the host keeps from the component.

use std::collections::BTreeSet;
use std::sync::Arc;

use component_runtime::{Client, Grant, Layer, Lookups, Network, Policy, Scheme, Secret};
use huaweicloud_sign::Secrets;
use model::text::quoted;

use crate::advertise::variables;
use crate::authentication::Method;
use crate::contract::Mode;
use crate::diagnostics::{self, attribute};
use crate::environment::Environment;
use crate::proto::Diagnostic;
use crate::schema::{Attribute, Object, Schema, Type};
use crate::scheme::User;
use crate::value::{Value, path_text};
use crate::visit;

/// The configuration of a provider, completed and checked. [`crate::DataSources::configure`] makes it, and reads take it.
pub struct Configuration {
    /// The values that the component sees. None of them authenticates requests.
    pub(crate) shown: Value,
    /// The credentials of requests. `None`: the component describes no way.
    pub(crate) scheme: Option<Arc<dyn Scheme>>,
    pub(crate) lookups: Arc<Lookups>,
    pub(crate) servers: Servers,
    /// The grants of the policy file, beside the endpoints.
    pub(crate) grant: Grant,
    /// Texts that must not be shown: those of sensitive attributes, and the credentials of requests.
    pub(crate) secrets: Vec<Secret>,
}

impl Configuration {
    /// Completes the written values from the environment, then from a profile of the user. Also returns warnings.
    pub(crate) fn new(
        schema: &Schema,
        mut values: Value,
        environment: &Environment<'_>,
        user: &User<'_>,
        servers: Servers,
    ) -> Result<(Self, Vec<Diagnostic>), Vec<Diagnostic>> {
        let object = &schema.provider;
        let mut told = fill(object, &mut values, environment)?;
        let chosen = Method::choose(schema, &values, user).map(|(method, offers)| {
            accept(schema, &mut values, offers);
            method
        });
        let missing = missing(object, &values, environment);
        let method = match chosen {
            Ok(method) if missing.is_empty() => method,
            chosen => {
                told.extend(chosen.err().into_iter().flatten());
                told.extend(missing);
                return Err(told);
            }
        };
        let secrets = secrets(object, &values).into_iter().chain(method.secrets).collect();
        let (shown, grant) = (shown(schema, &values), environment.grant.clone());
        Ok((Self { shown, scheme: method.scheme, lookups: Arc::default(), servers, grant, secrets }, told))
    }
}

/// The last layer of a read under its policy, which completes requests.
pub type Servers = Arc<dyn Fn(&Policy) -> Arc<dyn Layer> + Send + Sync>;

/// Returns the servers of the network.
pub fn network(client: Client<Network>) -> Servers {
    Arc::new(move |policy| Arc::new(client.under(policy)))
}

/// Returns what redacts these secrets.
pub fn redaction(secrets: &[Secret]) -> Secrets {
    let texts: Vec<&str> = secrets.iter().map(Secret::expose).collect();
    Secrets::new(&texts)
}

/// Returns the texts of sensitive attributes.
pub fn secrets(object: &Object, values: &Value) -> Vec<Secret> {
    let sensitive = object.attributes.iter().filter(|described| described.sensitive);
    let mut texts = Vec::new();
    sensitive.for_each(|described| values.attribute(&described.name).texts(&mut texts));
    texts.into_iter().map(Secret::new).collect()
}

/// These values without those that the host keeps.
pub fn shown(schema: &Schema, values: &Value) -> Value {
    let mut shown = values.clone();
    for name in &schema.kept {
        shown.set(name, Value::Null);
    }
    shown
}

/// Fills null attributes from the environment. Warns of variables that are set and may not be read.
fn fill(
    object: &Object,
    values: &mut Value,
    environment: &Environment<'_>,
) -> Result<Vec<Diagnostic>, Vec<Diagnostic>> {
    let (mut wrong, mut withheld) = (Vec::new(), BTreeSet::new());
    for described in &object.attributes {
        if *values.attribute(&described.name) != Value::Null {
            continue;
        }
        let names = described.environment.iter();
        match names.clone().find_map(|name| Some((name, environment.read(name)?))) {
            None => withheld.extend(names.filter(|name| environment.withholds(name)).map(String::as_str)),
            Some((name, text)) => match parse(described, name, text) {
                Ok(value) => values.set(&described.name, value),
                Err(diagnostic) => wrong.push(diagnostic),
            },
        }
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    if withheld.is_empty() {
        return Ok(Vec::new());
    }
    let summary = "The component asks for environment variables that it may not read";
    Ok(vec![diagnostics::warning(summary, environment.explain(withheld), &[])])
}

/// Fills null attributes with the values that a profile offers.
fn accept(schema: &Schema, values: &mut Value, offers: Vec<(&str, String)>) {
    for (name, text) in offers {
        let takes = schema.provider.attribute(name).is_some_and(|described| described.holds == Type::Text);
        if takes && *values.attribute(name) == Value::Null {
            values.set(name, Value::Text(text));
        }
    }
}

/// Returns an error for each required attribute that is still null.
fn missing(object: &Object, values: &Value, environment: &Environment<'_>) -> Vec<Diagnostic> {
    let required = object.attributes.iter().filter(|described| described.mode == Mode::Required);
    let missing = required.filter(|described| *values.attribute(&described.name) == Value::Null);
    let error = |Attribute { name, environment: names, .. }: &Attribute| {
        let (granted, others): (Vec<&str>, Vec<&str>) =
            names.iter().map(String::as_str).partition(|name| environment.grants(name));
        let mut detail = match granted.as_slice() {
            [] => format!("`{name}` is required. Set it in the provider's configuration."),
            granted => format!("`{name}` is required. Set it, or one of these variables: {}.", variables(granted)),
        };
        if !others.is_empty() {
            detail.push_str(&format!(" Not read: {}.\n", variables(&others)));
            detail.push_str(&environment.explain(others));
        }
        diagnostics::error("A required argument is missing", detail, &[attribute(name)])
    };
    missing.map(error).collect()
}

fn parse(described: &Attribute, variable: &str, text: String) -> Result<Value, Diagnostic> {
    let (name, summary) = (&described.name, format!("The environment variable {variable} is not valid"));
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
        _ => {
            let detail = format!("The variable sets `{name}`, which cannot be set from the environment. Unset it.");
            return Err(diagnostics::error(summary, detail, &[]));
        }
    };
    let shown = if described.sensitive { String::new() } else { format!(", not {}", quoted(&text)) };
    Err(diagnostics::error(summary, format!("The variable sets `{name}` and must be {expected}{shown}."), &[]))
}

/// A warning for each deprecated attribute that is set, at any depth.
pub fn deprecations(object: &Object, values: &Value) -> Vec<Diagnostic> {
    let mut told = Vec::new();
    visit::attributes(object, values, &mut |described, value, path| {
        let is_set = *value != Value::Null;
        if let Some(instead) = described.deprecated.as_ref().filter(|_| is_set) {
            let summary = format!("The argument `{}` is deprecated", path_text(path));
            told.push(diagnostics::warning(summary, instead.clone(), path));
        }
        is_set
    });
    told
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{self, Authentication, Description, ElementType, ObjectType, ValueType};
    use crate::environment::VariableAccess;

    fn schema() -> Schema {
        let attribute = |name: &str, element, environment: &[&str]| contract::Attribute {
            name: name.to_owned(),
            holds: ValueType { collections: vec![], element },
            mode: Mode::Optional,
            description: String::new(),
            sensitive: false,
            deprecated: None,
            environment: environment.iter().map(|name| (*name).to_owned()).collect(),
        };
        let attributes = vec![
            attribute("key", ElementType::Text, &["FIRST_KEY", "SECOND_KEY"]),
            attribute("size", ElementType::Number, &["FIRST_SIZE"]),
            attribute("big", ElementType::TruthValue, &["FIRST_BIG", "SECOND_BIG"]),
            attribute("same", ElementType::Text, &["OWN", "SECOND_KEY"]),
            attribute("other_case", ElementType::Text, &["first_key"]),
            attribute("known", ElementType::Text, &["HW_SECRET_KEY"]),
            attribute("digits", ElementType::Number, &["HW_AUTH_TOKEN"]),
        ];
        let header = contract::Header { name: "x-key".to_owned(), prefix: String::new(), attribute: "key".to_owned() };
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

    fn configured(
        access: VariableAccess<'_>,
        variables: &[(&str, &str)],
    ) -> Result<(Configuration, Vec<Diagnostic>), Vec<Diagnostic>> {
        let (schema, grant) = (schema(), Grant::default());
        let variable =
            |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, text)| (*text).to_owned());
        let environment = Environment { variable: &variable, grant: &grant, access };
        let nobody = User { variable: &|_| None, home: None };
        let servers = network(Client::new(Network::new().unwrap()));
        Configuration::new(&schema, Value::nothing(&schema.provider), &environment, &nobody, servers)
    }

    #[test]
    fn the_first_variable_that_is_not_empty_stands_in() {
        let variables =
            [("FIRST_KEY", "hush"), ("OWN", ""), ("SECOND_KEY", "b"), ("FIRST_SIZE", "1.50"), ("SECOND_BIG", "1")];
        let (configuration, told) = configured(VariableAccess::Any, &variables).unwrap();
        assert_eq!(configuration.shown.attribute("size"), &Value::Number("1.50".to_owned()));
        assert_eq!(configuration.shown.attribute("big"), &Value::Truth(true));
        assert_eq!(told, []);
    }

    #[test]
    fn no_attribute_shows_the_component_what_requests_are_authenticated_from() {
        let variables = [
            ("SECOND_KEY", "hush-key"),
            ("first_key", "hush-case"),
            ("HW_SECRET_KEY", "hush-known"),
            ("HW_AUTH_TOKEN", "987654321"),
            ("FIRST_SIZE", "1"),
        ];
        let (configuration, _) = configured(VariableAccess::Any, &variables).unwrap();
        let shown = r#"{"big":null,"digits":null,"key":null,"known":null,"other_case":null,"same":null,"size":1}"#;
        assert_eq!(configuration.shown.to_values().json, shown);
        for (_, secret) in variables.iter().take(4) {
            let mut text = format!("it is {secret}");
            redaction(&configuration.secrets).redact(&mut text);
            assert_eq!(text, "it is [redacted]");
        }
    }

    #[test]
    fn a_variable_that_may_not_be_read_is_named_with_the_line_that_grants_it() {
        let variables = [("FIRST_KEY", "hush"), ("OWN", "hush"), ("FIRST_SIZE", "7")];
        let (configuration, told) = configured(VariableAccess::Provider("first"), &variables).unwrap();
        assert_eq!(configuration.shown.attribute("same"), &Value::Null);
        let [warning] = told.as_slice() else { panic!("{told:?}") };
        let (_, policy) = warning.detail.split_once("let FIRST_POLICY name a file with this policy:\n").unwrap();
        assert!(Grant::from_json(policy).unwrap().has_variable("OWN"), "{warning:?}");
        assert!(!format!("{warning:?}").contains("hush"), "{warning:?}");
    }

    #[test]
    fn every_variable_that_is_not_valid_is_named_and_a_secret_is_not_shown() {
        let told = configured(
            VariableAccess::Any,
            &[("FIRST_SIZE", "many\n"), ("FIRST_BIG", "yes"), ("HW_AUTH_TOKEN", "hush")],
        );
        let told = told.err().unwrap();
        let summaries: Vec<&str> = told.iter().map(|told| told.summary.as_str()).collect();
        let named = ["FIRST_SIZE", "FIRST_BIG", "HW_AUTH_TOKEN"];
        assert_eq!(summaries, named.map(|name| format!("The environment variable {name} is not valid")));
        assert_eq!(told[0].detail, "The variable sets `size` and must be a number, not \"many\\n\".");
        assert_eq!(told[2].detail, "The variable sets `digits` and must be a number.");
        assert!(!format!("{told:?}").contains("hush"), "{told:?}");
    }
}
