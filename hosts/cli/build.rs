//! Writes the contract's documentation and types as JSON schemas, `contract.json`. The tools of `servicestage mcp` are
//! described by them, so that the WIT stays the one place that documents an argument or a field.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};
use wit_parser::{Case, Field, InterfaceId, Resolve, Type, TypeDefKind};

/// The contract, from this folder.
const WIT: &str = "../../wit/servicestage/pipelines.wit";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let wit = Path::new(env!("CARGO_MANIFEST_DIR")).join(WIT);
    println!("cargo::rerun-if-changed={}", wit.display());
    let mut resolve = Resolve::default();
    let package = resolve.push_str(&wit, &std::fs::read_to_string(&wit)?)?;
    let interface = resolve.packages[package].interfaces.get("pipelines").copied();
    let interface = interface.ok_or("the contract has no interface `pipelines`")?;
    let file = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("cargo sets no OUT_DIR")?).join("contract.json");
    std::fs::write(file, contract(&resolve, interface).to_string())?;
    Ok(())
}

/// The documentation of each function, and a schema of each type, by their names in snake_case.
fn contract(resolve: &Resolve, interface: InterfaceId) -> Value {
    let interface = &resolve.interfaces[interface];
    let functions = interface.functions.iter().map(|(name, function)| (snake(name), json!(text(&function.docs))));
    let types = interface.types.iter().map(|(name, id)| (snake(name), schema(resolve, &Type::Id(*id))));
    json!({ "functions": Map::from_iter(functions), "types": Map::from_iter(types) })
}

/// A schema of the JSON form that the contract documents: a case without payload is a string, one with payload an object.
fn schema(resolve: &Resolve, of: &Type) -> Value {
    let id = match of {
        Type::String => return json!({ "type": "string" }),
        Type::Bool => return json!({ "type": "boolean" }),
        Type::S8 | Type::S16 | Type::S32 | Type::S64 => return json!({ "type": "integer" }),
        Type::Id(id) => *id,
        _ => return json!({ "type": "integer", "minimum": 0 }),
    };
    let definition = &resolve.types[id];
    let schema = match &definition.kind {
        TypeDefKind::Type(other) => schema(resolve, other),
        TypeDefKind::Option(some) => json!({ "anyOf": [schema(resolve, some), { "type": "null" }] }),
        TypeDefKind::List(item) => json!({ "type": "array", "items": schema(resolve, item) }),
        TypeDefKind::Record(record) => object(resolve, &record.fields),
        TypeDefKind::Enum(words) => {
            json!({ "enum": words.cases.iter().map(|case| snake(&case.name)).collect::<Vec<_>>() })
        }
        TypeDefKind::Variant(variant) => cases(resolve, &variant.cases),
        _ => json!({}),
    };
    described(schema, &text(&definition.docs))
}

fn object(resolve: &Resolve, fields: &[Field]) -> Value {
    let properties =
        fields.iter().map(|field| (snake(&field.name), described(schema(resolve, &field.ty), &text(&field.docs))));
    let required: Vec<String> = fields.iter().map(|field| snake(&field.name)).collect();
    json!({ "type": "object", "properties": Map::from_iter(properties), "required": required })
}

fn cases(resolve: &Resolve, cases: &[Case]) -> Value {
    let words: Vec<String> = cases.iter().filter(|case| case.ty.is_none()).map(|case| snake(&case.name)).collect();
    let mut forms = Vec::new();
    if !words.is_empty() {
        forms.push(json!({ "enum": words }));
    }
    for case in cases {
        if let Some(payload) = &case.ty {
            let name = snake(&case.name);
            let payload = described(schema(resolve, payload), &text(&case.docs));
            forms.push(json!({ "type": "object", "properties": { &name: payload }, "required": [name] }));
        }
    }
    json!({ "anyOf": forms })
}

/// A name's meaning here says more than its type's meaning everywhere.
fn described(mut schema: Value, text: &str) -> Value {
    if !text.is_empty() {
        schema["description"] = json!(text);
    }
    schema
}

fn snake(name: &str) -> String {
    name.replace('-', "_")
}

/// The paragraphs of a comment, each on a line.
fn text(docs: &wit_parser::Docs) -> String {
    let paragraphs = docs.contents.as_deref().unwrap_or_default().split("\n\n");
    let lines = paragraphs.map(|paragraph| paragraph.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.collect::<Vec<_>>().join("\n")
}
