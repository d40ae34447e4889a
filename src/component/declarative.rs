//! The exports of the declarative contract.

use super::Component;
use super::bindings::exports::declarative::plugin::data_source as wit;
use crate::data_source::diagnostic::{Diagnostic, Severity};
use crate::data_source::schema::{self, Attribute, Endpoint, Mode, Type};
use crate::data_source::values::Values;
use crate::data_source::{self, reading::Reading};
use crate::transport::WasiHttp;

impl wit::Guest for Component {
    fn describe() -> wit::Description {
        let object = |attributes: &[Attribute]| wit::ObjectType {
            attributes: attributes.iter().copied().map(Into::into).collect(),
        };
        wit::Description {
            name: schema::NAME.to_owned(),
            description: schema::DESCRIPTION.to_owned(),
            objects: schema::OBJECTS.into_iter().map(object).collect(),
            provider: index(schema::PROVIDER),
            sources: vec![wit::Source {
                name: schema::SOURCE.name.to_owned(),
                description: schema::SOURCE.description.to_owned(),
                object: index(schema::PIPELINES),
                deprecated: None,
            }],
            authentication: authentication(),
            endpoints: schema::ENDPOINTS.into_iter().map(Into::into).collect(),
        }
    }

    fn validate_provider(configuration: wit::Values) -> Vec<wit::Diagnostic> {
        told(data_source::validate_provider(&configuration.into()))
    }

    fn validate_arguments(source: String, arguments: wit::Values) -> Vec<wit::Diagnostic> {
        told(data_source::validate_arguments(&source, &arguments.into()))
    }

    fn read(
        source: String,
        provider: wit::Values,
        arguments: wit::Values,
    ) -> Result<wit::Reading, Vec<wit::Diagnostic>> {
        let reading = data_source::read(&mut WasiHttp::begin(), &source, &provider.into(), &arguments.into());
        reading.map(Into::into).map_err(|diagnostic| vec![(*diagnostic).into()])
    }
}

/// The indexes are constants, and small.
fn index(object: usize) -> u32 {
    u32::try_from(object).unwrap_or(u32::MAX)
}

fn authentication() -> Vec<wit::Authentication> {
    let (name, attribute) = schema::TOKEN_HEADER;
    let header = wit::Header { name: name.to_owned(), prefix: String::new(), attribute: attribute.to_owned() };
    let inputs = schema::SCHEME_INPUTS.into_iter().map(|(name, attribute, optional)| wit::Input {
        name: name.to_owned(),
        attribute: attribute.to_owned(),
        optional,
    });
    let scheme = wit::Scheme { name: schema::SCHEME.to_owned(), inputs: inputs.collect() };
    vec![wit::Authentication::Header(header), wit::Authentication::Scheme(scheme)]
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn told(diagnostics: Vec<Diagnostic>) -> Vec<wit::Diagnostic> {
    diagnostics.into_iter().map(Into::into).collect()
}

impl From<Attribute> for wit::Attribute {
    fn from(attribute: Attribute) -> Self {
        Self {
            name: attribute.name.to_owned(),
            holds: attribute.holds.into(),
            mode: match attribute.mode {
                Mode::Optional => wit::Mode::Optional,
                Mode::Computed => wit::Mode::Computed,
                Mode::OptionalComputed => wit::Mode::OptionalComputed,
            },
            description: attribute.description.to_owned(),
            sensitive: attribute.sensitive,
            deprecated: None,
            environment: texts(attribute.environment),
        }
    }
}

impl From<Type> for wit::ValueType {
    fn from(holds: Type) -> Self {
        let (collections, element) = match holds {
            Type::Text => (vec![], wit::ElementType::Text),
            Type::Number => (vec![], wit::ElementType::Number),
            Type::TextList => (vec![wit::Collection::List], wit::ElementType::Text),
            Type::TextSet => (vec![wit::Collection::Set], wit::ElementType::Text),
            Type::ObjectList(object) => (vec![wit::Collection::List], wit::ElementType::Object(object)),
        };
        Self { collections, element }
    }
}

impl From<Endpoint> for wit::Endpoint {
    fn from(endpoint: Endpoint) -> Self {
        Self {
            role: endpoint.role.to_owned(),
            attribute: endpoint.attribute.to_owned(),
            defaults: texts(&endpoint.defaults),
            stable: endpoint.stable,
        }
    }
}

impl From<wit::Values> for Values {
    fn from(values: wit::Values) -> Self {
        let outermost = |path: Vec<wit::Step>| match path.into_iter().next() {
            Some(wit::Step::Attribute(name)) => Some(name),
            _ => None,
        };
        Self { json: values.json, unknown: values.unknown.into_iter().filter_map(outermost).collect() }
    }
}

impl From<Reading> for wit::Reading {
    fn from(reading: Reading) -> Self {
        Self { json: reading.json, diagnostics: told(reading.diagnostics) }
    }
}

impl From<Diagnostic> for wit::Diagnostic {
    fn from(diagnostic: Diagnostic) -> Self {
        Self {
            severity: match diagnostic.severity {
                Severity::Error => wit::Severity::Error,
                Severity::Warning => wit::Severity::Warning,
            },
            summary: diagnostic.summary,
            detail: diagnostic.detail,
            path: diagnostic.attribute.map(|name| vec![wit::Step::Attribute(name.to_owned())]),
        }
    }
}
