//! Where the requests of a read may go: the origins of the endpoints that the component describes, for these values.

use component_runtime::Grant;
use component_runtime::policy::Origin;

use crate::contract::{Endpoint, Resolved};
use crate::value::Value;

/// The role of an endpoint, and its origins.
pub type ResolvedEndpoint = (String, Vec<Origin>);

/// Returns the origins of each role, in the order of the description.
pub fn resolve(endpoints: &[Endpoint], provider: &Value, arguments: &Value) -> Vec<ResolvedEndpoint> {
    let mut resolved: Vec<ResolvedEndpoint> = Vec::new();
    for endpoint in endpoints {
        let origins = origins(endpoint, provider, arguments);
        match resolved.iter_mut().find(|(role, _)| *role == endpoint.role) {
            Some((_, others)) => others.extend(origins),
            None => resolved.push((endpoint.role.clone(), origins)),
        }
    }
    resolved
}

/// Returns the same for the component.
pub fn to_contract(resolved: &[ResolvedEndpoint]) -> Vec<Resolved> {
    let origins = |origins: &[Origin]| origins.iter().map(ToString::to_string).collect();
    resolved.iter().map(|(role, all)| Resolved { role: role.clone(), origins: origins(all) }).collect()
}

/// Grants each role its origins.
pub fn grant(grant: &mut Grant, resolved: &[ResolvedEndpoint]) {
    for (role, origins) in resolved {
        for origin in origins {
            // No component can declare a role that is not valid, so that it makes no difference.
            let _ = grant.allow_origin(role, &origin.to_string());
        }
    }
}

/// The origins of an endpoint: the one that the configuration names, or else the defaults.
fn origins(endpoint: &Endpoint, provider: &Value, arguments: &Value) -> Vec<Origin> {
    // A text that is not an origin is not granted; the component refuses it with more words.
    if let Some(own) = provider.text(&endpoint.attribute) {
        return own.parse().into_iter().collect();
    }
    // Any other value could lead to another host.
    let harmless = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let value = |name: &str| {
        let value = arguments.text(name).or_else(|| provider.text(name))?;
        (!value.is_empty() && value.bytes().all(harmless)).then_some(value)
    };
    let completed = endpoint.defaults.iter().filter_map(|pattern| complete(pattern, value));
    completed.filter_map(|origin| origin.parse().ok()).collect()
}

/// Returns a pattern with values in the place of the names in braces. None: a name has no value, or a brace no end.
pub fn complete<'a>(pattern: &str, mut value: impl FnMut(&str) -> Option<&'a str>) -> Option<String> {
    let mut origin = String::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        origin.push_str(before);
        origin.push_str(value(name)?);
        rest = after;
    }
    origin.push_str(rest);
    Some(origin)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize)]
    struct Table {
        cases: Vec<Case>,
    }

    #[derive(Deserialize)]
    struct Case {
        defaults: Vec<String>,
        #[serde(default)]
        provider: BTreeMap<String, String>,
        #[serde(default)]
        arguments: BTreeMap<String, String>,
        origins: Vec<String>,
    }

    fn found(
        defaults: Vec<String>,
        provider: BTreeMap<String, String>,
        arguments: BTreeMap<String, String>,
    ) -> Vec<String> {
        let (role, attribute) = ("service".to_owned(), "endpoint".to_owned());
        let endpoint = Endpoint { role, attribute, defaults, stable: false };
        let values = |texts: BTreeMap<String, String>| {
            Value::Object(texts.into_iter().map(|(name, text)| (name, Value::Text(text))).collect())
        };
        origins(&endpoint, &values(provider), &values(arguments)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn patterns_are_completed_as_the_table_says() {
        let table: Table = serde_json::from_str(include_str!("../../../tests/vectors/endpoints.json")).unwrap();
        for Case { defaults, provider, arguments, origins } in table.cases {
            let case = format!("{defaults:?} {provider:?} {arguments:?}");
            assert_eq!(found(defaults, provider, arguments), origins, "{case}");
        }
    }

    #[test]
    fn a_text_of_the_user_that_is_not_an_origin_is_not_replaced_by_a_default() {
        let provider = BTreeMap::from([("endpoint".to_owned(), "nonsense".to_owned())]);
        assert_eq!(found(vec!["https://rates.example.com".to_owned()], provider, BTreeMap::new()), [""; 0]);
    }
}
