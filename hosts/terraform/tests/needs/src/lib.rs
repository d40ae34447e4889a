//! A component that lists its requests in the way that the test writes into it, and shows the origins that it receives.
#![cfg(target_family = "wasm")]
#![allow(missing_docs, unsafe_code, reason = "the bindings are public, documented in the WIT, and generated")]

wit_bindgen::generate!({ path: "../../../../wit/plugin/0.1.1", world: "data-sources" });

use exports::declarative::plugin::data_source::*;

/// The way, which the test replaces in the component's bytes: no call has an input before `needs`.
static WAY: [u8; 16] = *b"way:rates       ";

struct Needs;

export!(Needs);

impl Guest for Needs {
    fn describe() -> Description {
        let provider = vec![attribute("endpoint", Mode::Optional), attribute("region", Mode::Optional)];
        let rates = vec![attribute("region", Mode::Optional), attribute("seen", Mode::Computed)];
        let endpoint = |role: &str, attribute: &str, defaults: &[&str]| Endpoint {
            role: role.to_owned(),
            attribute: attribute.to_owned(),
            defaults: defaults.iter().map(|default| (*default).to_owned()).collect(),
            stable: false,
        };
        Description {
            name: "Needs".to_owned(),
            description: "Lists its requests.".to_owned(),
            objects: [provider, rates].map(|attributes| ObjectType { attributes }).into(),
            provider: 0,
            sources: vec![Source {
                name: "rates".to_owned(),
                description: "Shows the origins.".to_owned(),
                object: 1,
                deprecated: None,
            }],
            authentication: vec![],
            endpoints: vec![
                endpoint("rates", "endpoint", &["https://{region}.example.com", "https://{region}.example.org"]),
                endpoint("other", "region", &[]),
            ],
        }
    }

    fn needs() -> Vec<Need> {
        let rates = need("rates", "GET", "/v1/rates/{}", &["date", "page"]);
        match core::hint::black_box(&WAY).trim_ascii().strip_prefix(b"way:").unwrap_or_default() {
            b"rates" => vec![rates],
            b"twice" => vec![need("rates", "GET", "/v1/rates/{}", &["page", "date"]), rates],
            b"nothing" => vec![],
            b"role" => vec![rates, need("Rates", "GET", "/", &[])],
            b"method" => vec![need("rates", "get", "/", &[])],
            b"path" => vec![need("rates", "GET", "/v1/../rates", &[])],
            b"query" => vec![need("rates", "GET", "/", &["a=b"])],
            b"many" => (0..10_000).map(|number| need("rates", "GET", &format!("/{number}"), &[])).collect(),
            b"spin" => loop {
                core::hint::black_box(());
            },
            _ => core::arch::wasm32::unreachable(),
        }
    }

    fn validate_provider(_: Values) -> Vec<Diagnostic> {
        vec![]
    }

    fn validate_arguments(_: String, _: Values) -> Vec<Diagnostic> {
        vec![]
    }

    fn read(_: String, _: Values, _: Values) -> Result<Reading, Vec<Diagnostic>> {
        core::arch::wasm32::unreachable()
    }

    fn read_at(_: String, _: Values, _: Values, endpoints: Vec<Resolved>) -> Result<Reading, Vec<Diagnostic>> {
        let endpoints = endpoints.iter().map(|endpoint| format!("{}: {}", endpoint.role, endpoint.origins.join(" ")));
        let seen = endpoints.collect::<Vec<_>>().join("; ");
        Ok(Reading { json: format!("{{\"seen\": {seen:?}}}"), diagnostics: vec![] })
    }
}

fn need(role: &str, method: &str, path: &str, query: &[&str]) -> Need {
    Need {
        role: role.to_owned(),
        method: method.to_owned(),
        path: path.to_owned(),
        query: query.iter().map(|name| (*name).to_owned()).collect(),
    }
}

fn attribute(name: &str, mode: Mode) -> Attribute {
    Attribute {
        name: name.to_owned(),
        holds: ValueType { collections: vec![], element: ElementType::Text },
        mode,
        description: format!("The {name}."),
        sensitive: false,
        deprecated: None,
        environment: vec![],
    }
}
