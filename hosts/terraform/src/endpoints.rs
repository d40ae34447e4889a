//! Where the requests of a read may go: the origins of the endpoints that the component describes, for these values.

use component_runtime::Grant;
use component_runtime::policy::Origin;

use crate::contract::{Endpoint, Resolved};
use crate::value::Value;

/// The role of an endpoint, and its origins.
pub type Filled = (String, Vec<Origin>);

/// Returns the origins of each role, in the order of the description.
pub fn resolve(endpoints: &[Endpoint], provider: &Value, arguments: &Value) -> Vec<Filled> {
    let mut resolved: Vec<Filled> = Vec::new();
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
pub fn to_contract(resolved: &[Filled]) -> Vec<Resolved> {
    let origins = |origins: &[Origin]| origins.iter().map(ToString::to_string).collect();
    resolved.iter().map(|(role, all)| Resolved { role: role.clone(), origins: origins(all) }).collect()
}

/// Grants each role its origins.
pub fn grant(grant: &mut Grant, resolved: &[Filled]) {
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
    let expanded = endpoint.defaults.iter().filter_map(|default| expand(default, provider, arguments));
    expanded.filter_map(|origin| origin.parse().ok()).collect()
}

/// An origin with the values of attributes in the place of their names; none if one has no value, or one that could
/// lead to another host.
fn expand(template: &str, provider: &Value, arguments: &Value) -> Option<String> {
    let mut origin = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        let value = arguments.text(name).or_else(|| provider.text(name))?;
        let harmless = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if value.is_empty() || !value.bytes().all(harmless) {
            return None;
        }
        origin.push_str(before);
        origin.push_str(value);
        rest = after;
    }
    origin.push_str(rest);
    Some(origin)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn values(pairs: &[(&str, &str)]) -> Value {
        let pair = |(name, text): &(&str, &str)| ((*name).to_owned(), Value::Text((*text).to_owned()));
        Value::Object(pairs.iter().map(pair).collect::<BTreeMap<_, _>>())
    }

    fn found(provider: &[(&str, &str)], arguments: &[(&str, &str)]) -> Vec<String> {
        let endpoint = Endpoint {
            role: "service".to_owned(),
            attribute: "endpoint".to_owned(),
            defaults: vec!["https://api.{region}.example.com".to_owned(), "https://{region}.example.org".to_owned()],
            stable: false,
        };
        origins(&endpoint, &values(provider), &values(arguments)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn an_argument_comes_before_the_provider_and_an_endpoint_before_the_defaults() {
        let both = ["https://api.b.example.com", "https://b.example.org"];
        assert_eq!(found(&[("region", "a")], &[("region", "b")]), both);
        assert_eq!(found(&[("region", "b")], &[]), both);
        assert_eq!(found(&[("region", "b"), ("endpoint", "https://own.example")], &[]), ["https://own.example"]);
    }

    #[test]
    fn a_value_that_could_lead_elsewhere_or_is_missing_leads_nowhere() {
        for region in ["", "evil.com/", "evil.com#", "a.b", "a:1@b", "EU", "{region}"] {
            assert_eq!(found(&[], &[("region", region)]), [""; 0], "{region}");
        }
        assert_eq!(found(&[], &[]), [""; 0]);
        // A text of the user that is not an origin is not replaced by a default.
        assert_eq!(found(&[("region", "a"), ("endpoint", "nonsense")], &[]), [""; 0]);
    }
}
