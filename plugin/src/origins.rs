//! The origins of requests: those that the host resolved, or else the patterns of the endpoints, completed here.

use crate::contract::{Diagnostic, Resolved};
use crate::diagnostic::error;
use crate::fields::Fields;
use crate::network::Endpoint;

/// Completes the patterns of the endpoints for a host that knows only `read`. A host that calls `read-at` does the
/// same.
pub(crate) fn resolve(endpoints: &[Endpoint], provider: &Fields, arguments: &Fields) -> Vec<Resolved> {
    let value = |name: &str| arguments.text(name).or_else(|| provider.text(name));
    let origins = |endpoint: &Endpoint| match provider.text(endpoint.attribute) {
        Some(own) => vec![own],
        None => endpoint.defaults.iter().filter_map(|default| complete(default, value)).collect(),
    };
    let resolved = |endpoint: &Endpoint| Resolved { role: endpoint.role().to_owned(), origins: origins(endpoint) };
    endpoints.iter().map(resolved).collect()
}

/// Returns a pattern with values instead of names. None: a name has no value, or one that could lead to another host.
fn complete(pattern: &str, value: impl Fn(&str) -> Option<String>) -> Option<String> {
    let mut origin = String::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        let harmless = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let value = value(name).filter(|value| !value.is_empty() && value.bytes().all(harmless))?;
        origin = origin + before + &value;
        rest = after;
    }
    Some(origin + rest)
}

/// Returns the first origin of a role, without a slash at its end.
pub(crate) fn first<'a>(endpoints: &'a [Resolved], role: &str) -> Result<&'a str, Diagnostic> {
    let of_role = endpoints.iter().filter(|endpoint| endpoint.role == role);
    let first = of_role.flat_map(|endpoint| &endpoint.origins).next();
    first.map(|origin| origin.trim_end_matches('/')).ok_or_else(|| {
        let detail =
            format!("No origin is known for the endpoint `{role}`.\nSet the endpoint in the provider's configuration.");
        error("The server to ask is not known", detail, None)
    })
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::{Map, Value};

    use super::*;
    use crate::attribute::Attribute;
    use crate::contract::Values;

    #[derive(Deserialize)]
    struct Table {
        cases: Vec<Case>,
    }

    #[derive(Deserialize)]
    struct Case {
        defaults: Vec<String>,
        #[serde(default)]
        provider: Map<String, Value>,
        #[serde(default)]
        arguments: Map<String, Value>,
        origins: Vec<String>,
    }

    fn fields(values: Map<String, Value>) -> Fields {
        let values = Values { json: Value::Object(values).to_string(), unknown: vec![] };
        let known = ["endpoint", "region", "zone"].map(|name| Attribute::of_field::<Option<String>>(name, ""));
        Fields::read(&values, &known, &[]).unwrap()
    }

    #[test]
    fn patterns_are_completed_as_the_table_says() {
        let table: Table = serde_json::from_str(include_str!("../../tests/vectors/endpoints.json")).unwrap();
        for Case { defaults, provider, arguments, origins } in table.cases {
            // A table of a component is made of constants.
            let defaults: Vec<&'static str> = defaults.into_iter().map(|text| &*text.leak()).collect();
            let endpoint = Endpoint::new("service", "endpoint", defaults.leak());
            let resolved = resolve(&[endpoint], &fields(provider), &fields(arguments));
            assert_eq!(resolved[0].origins, origins, "{endpoint:?}");
        }
    }
}
