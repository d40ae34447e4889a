//! Where the requests of a read may go: the origins of the endpoints that the component describes, for these values.

use component_runtime::Grant;
use component_runtime::policy::Origin;

use crate::contract::Endpoint;
use crate::value::Value;

/// The origins of an endpoint: the one that the configuration names, or else the defaults.
pub fn origins(endpoint: &Endpoint, provider: &Value, arguments: &Value) -> Vec<Origin> {
    // What is no origin is not granted; the component refuses it with more words.
    if let Some(own) = provider.text(&endpoint.attribute) {
        return own.parse().into_iter().collect();
    }
    let expanded = endpoint.defaults.iter().filter_map(|default| expand(default, provider, arguments));
    expanded.filter_map(|origin| origin.parse().ok()).collect()
}

/// Grants each role its origins.
pub fn grant(grant: &mut Grant, endpoints: &[Endpoint], provider: &Value, arguments: &Value) {
    for endpoint in endpoints {
        for origin in origins(endpoint, provider, arguments) {
            // A role that is none is declared by nobody, so that it makes no difference.
            let _ = grant.allow_origin(&endpoint.role, &origin.to_string());
        }
    }
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
