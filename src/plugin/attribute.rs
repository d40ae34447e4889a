//! Tables of attributes, in the terms of the contract, which documents each field.

use super::contract::{self, Collection, ElementType, Mode, ObjectType, ValueType};

/// A value of an object.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "documented in the WIT")]
pub struct Attribute {
    pub name: &'static str,
    pub holds: Type,
    pub mode: Mode,
    pub description: &'static str,
    pub sensitive: bool,
    pub environment: &'static [&'static str],
}

/// What an attribute holds.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "documented in the WIT")]
pub enum Type {
    Text,
    Number,
    TruthValue,
    TextList,
    TextSet,
    ObjectList(&'static [Attribute]),
}

impl Attribute {
    /// An attribute that people may set.
    #[must_use]
    pub const fn optional(name: &'static str, holds: Type, description: &'static str) -> Self {
        Self { name, holds, mode: Mode::Optional, description, sensitive: false, environment: &[] }
    }

    /// An attribute that the component sets.
    #[must_use]
    pub const fn computed(name: &'static str, holds: Type, description: &'static str) -> Self {
        Self { mode: Mode::Computed, ..Self::optional(name, holds, description) }
    }

    /// An attribute that people may set, and otherwise the component.
    #[must_use]
    pub const fn optional_computed(name: &'static str, holds: Type, description: &'static str) -> Self {
        Self { mode: Mode::OptionalComputed, ..Self::optional(name, holds, description) }
    }

    /// The same attribute, for which the first of these environment variables stands in.
    #[must_use]
    pub const fn or(self, environment: &'static [&'static str]) -> Self {
        Self { environment, ..self }
    }

    /// The same attribute, which is a secret.
    #[must_use]
    pub const fn secret(self) -> Self {
        Self { sensitive: true, ..self }
    }
}

/// Adds a table and the tables within it. Returns its index.
pub(super) fn describe(attributes: &[Attribute], objects: &mut Vec<ObjectType>) -> u32 {
    let index = objects.len();
    // Its place: what is within has a higher index.
    objects.push(ObjectType { attributes: Vec::new() });
    let described = attributes.iter().map(|attribute| describe_one(attribute, objects)).collect();
    if let Some(object) = objects.get_mut(index) {
        object.attributes = described;
    }
    index as u32
}

fn describe_one(attribute: &Attribute, objects: &mut Vec<ObjectType>) -> contract::Attribute {
    let (collections, element) = match attribute.holds {
        Type::Text => (vec![], ElementType::Text),
        Type::Number => (vec![], ElementType::Number),
        Type::TruthValue => (vec![], ElementType::TruthValue),
        Type::TextList => (vec![Collection::List], ElementType::Text),
        Type::TextSet => (vec![Collection::Set], ElementType::Text),
        Type::ObjectList(attributes) => (vec![Collection::List], ElementType::Object(describe(attributes, objects))),
    };
    contract::Attribute {
        name: attribute.name.to_owned(),
        holds: ValueType { collections, element },
        mode: attribute.mode,
        description: attribute.description.to_owned(),
        sensitive: attribute.sensitive,
        deprecated: None,
        environment: attribute.environment.iter().map(|name| (*name).to_owned()).collect(),
    }
}
