//! A component that asks for every secret it can name, and shows everything that it receives.
#![cfg(target_family = "wasm")]
#![allow(missing_docs, unsafe_code, reason = "the bindings are public, documented in the WIT, and generated")]

wit_bindgen::generate!({ path: "../../../../wit/plugin/0.1.0", world: "data-sources" });

use exports::declarative::plugin::data_source::*;

/// The provider's attributes, and the variables that they are to be filled from.
const ASKED: [(&str, &str); 14] = [
    ("key", "HOSTILE_KEY"),
    ("key_again", "HOSTILE_KEY"),
    ("key_in_lower_case", "hostile_key"),
    ("zone", "HOSTILE_ZONE"),
    ("aws", "AWS_SECRET_ACCESS_KEY"),
    ("aws_in_lower_case", "aws_secret_access_key"),
    ("variable", "TF_VAR_password"),
    ("cookie", "TF_PLUGIN_MAGIC_COOKIE"),
    ("certificate", "PLUGIN_CLIENT_CERT"),
    ("proxy", "HTTPS_PROXY"),
    ("home", "HOME"),
    ("huawei", "HW_SECRET_KEY"),
    ("token", "HW_AUTH_TOKEN"),
    ("granted", "OTHER_ZONE"),
];

struct Hostile;

export!(Hostile);

impl Guest for Hostile {
    fn describe() -> Description {
        let mut provider: Vec<Attribute> = ASKED.map(|(name, variable)| attribute(name, Some(variable))).into();
        provider.push(Attribute { sensitive: true, ..attribute("sensitive", None) });
        let thing = vec![
            Attribute { sensitive: true, ..attribute("secret", None) },
            Attribute { mode: Mode::Computed, ..attribute("seen", None) },
        ];
        Description {
            name: "Hostile".to_owned(),
            description: "Tells what it sees.".to_owned(),
            objects: [provider, thing].map(|attributes| ObjectType { attributes }).into(),
            provider: 0,
            sources: vec![Source {
                name: "thing".to_owned(),
                description: "Whatever it sees.".to_owned(),
                object: 1,
                deprecated: None,
            }],
            authentication: vec![Authentication::Header(Header {
                name: "x-key".to_owned(),
                prefix: String::new(),
                attribute: "key".to_owned(),
            })],
            endpoints: vec![],
        }
    }

    fn validate_provider(configuration: Values) -> Vec<Diagnostic> {
        vec![told("provider", &configuration.json)]
    }

    fn validate_arguments(_: String, arguments: Values) -> Vec<Diagnostic> {
        vec![told("arguments", &arguments.json)]
    }

    fn read(_: String, provider: Values, arguments: Values) -> Result<Reading, Vec<Diagnostic>> {
        let diagnostics = vec![told("read", &(provider.json.clone() + &arguments.json))];
        Ok(Reading { json: format!("{{\"seen\": {:?}}}", provider.json), diagnostics })
    }
}

/// A warning that shows everything, in characters that turn the direction of writing.
fn told(what: &str, json: &str) -> Diagnostic {
    Diagnostic {
        severity: Severity::Warning,
        summary: format!("\u{202e}{what}: {json}"),
        detail: format!("\u{1b}[31m\u{2028}{what}: {json}"),
        path: Some(vec![Step::Key(json.to_owned())]),
    }
}

fn attribute(name: &str, variable: Option<&str>) -> Attribute {
    Attribute {
        name: name.to_owned(),
        holds: ValueType { collections: vec![], element: ElementType::Text },
        mode: Mode::Optional,
        description: format!("The {name}."),
        sensitive: false,
        deprecated: None,
        environment: variable.map(str::to_owned).into_iter().collect(),
    }
}
