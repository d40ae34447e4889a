//! A schema in the form that Terraform reads.

use component_runtime::printable;
use serde_json::{Value, json};

use crate::contract::Mode;
use crate::proto::{self, Block, NestedType};
use crate::schema::{Attribute, Object, Schema, Type};

const MARKDOWN: i32 = 1;

/// The schema of the provider's configuration.
pub fn provider(schema: &Schema) -> proto::Schema {
    of_object(&schema.provider, &schema.description, false)
}

/// The schemas of the data sources, by their names: the provider's name, and the component's.
pub fn data_sources(schema: &Schema, provider: &str) -> impl Iterator<Item = (String, proto::Schema)> {
    schema.sources.iter().map(move |(name, source)| {
        let schema = of_object(&source.object, &source.description, source.deprecated.is_some());
        (format!("{provider}_{name}"), schema)
    })
}

fn of_object(object: &Object, description: &str, deprecated: bool) -> proto::Schema {
    let block = Block {
        version: 0,
        attributes: object.attributes.iter().map(attribute).collect(),
        description: printable::lines(description),
        description_kind: MARKDOWN,
        deprecated,
    };
    proto::Schema { version: 0, block: Some(block) }
}

fn attribute(attribute: &Attribute) -> proto::Attribute {
    // Arguments may leave out parts, which only a nested type allows. A computed list is a plain type, which
    // `terraform test` can mock.
    let nested_type = if attribute.mode == Mode::Computed { None } else { nested_type(&attribute.holds) };
    let r#type = if nested_type.is_some() { Vec::new() } else { type_of(&attribute.holds).to_string().into_bytes() };
    // The variable stands in for it, but only here.
    let required = attribute.mode == Mode::Required && attribute.environment.is_empty();
    proto::Attribute {
        name: attribute.name.clone(),
        r#type,
        description: description(attribute),
        required,
        optional: !required && attribute.mode != Mode::Computed,
        computed: attribute.mode.is_computed(),
        sensitive: attribute.sensitive,
        description_kind: MARKDOWN,
        deprecated: attribute.deprecated.is_some(),
        nested_type,
    }
}

fn description(attribute: &Attribute) -> String {
    let mut text = attribute.description.clone();
    if !attribute.environment.is_empty() {
        text.push_str(&format!(" Environment: {}.", variables(&attribute.environment)));
    }
    if let Some(instead) = &attribute.deprecated {
        text.push_str(&format!(" Deprecated: {instead}"));
    }
    printable::lines(&text)
}

/// Names of variables as a sentence has them.
pub fn variables(names: &[impl AsRef<str>]) -> String {
    names.iter().map(|name| format!("`{}`", name.as_ref())).collect::<Vec<_>>().join(", ")
}

fn nested_type(holds: &Type) -> Option<NestedType> {
    let (nesting, inner) = match holds {
        Type::Object(_) => (1, holds),
        Type::List(inner) => (2, &**inner),
        Type::Set(inner) => (3, &**inner),
        Type::Map(inner) => (4, &**inner),
        Type::Text | Type::Number | Type::TruthValue => return None,
    };
    let Type::Object(object) = inner else { return None };
    Some(NestedType { attributes: object.attributes.iter().map(attribute).collect(), nesting })
}

fn type_of(holds: &Type) -> Value {
    match holds {
        Type::Text => json!("string"),
        Type::Number => json!("number"),
        Type::TruthValue => json!("bool"),
        Type::List(inner) => json!(["list", type_of(inner)]),
        Type::Set(inner) => json!(["set", type_of(inner)]),
        Type::Map(inner) => json!(["map", type_of(inner)]),
        Type::Object(object) => {
            let members = object.attributes.iter().map(|attribute| (attribute.name.clone(), type_of(&attribute.holds)));
            json!(["object", Value::Object(members.collect())])
        }
    }
}
