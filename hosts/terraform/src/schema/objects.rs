//! The types of objects, from the table of a description.

use std::sync::Arc;

use component_runtime::policy::Entry;

use super::{Attribute, Object, Type};
use crate::contract::{self, Collection, ElementType};

/// The most attributes that an object has with all that is within it. Types are written out for Terraform, and a
/// table of objects that name each other twice grows by powers of two.
const MOST_ATTRIBUTES: usize = 10_000;

/// The most types that lie within each other: collections, and objects by their attributes. Types are followed by functions
/// that call themselves.
const DEEPEST: usize = 32;

/// An object with the number of attributes and the depth of all that is within it.
type Measured = (Arc<Object>, usize, usize);

/// Makes the objects from the last to the first: each is made of those after it.
pub(super) fn objects(described: &[contract::ObjectType]) -> Result<Vec<Arc<Object>>, String> {
    let mut objects: Vec<Option<Measured>> = vec![None; described.len()];
    for (index, object) in described.iter().enumerate().rev() {
        let (mut made, mut size, mut depth) = (Object::default(), 0_usize, 0_usize);
        for attribute in &object.attributes {
            check_name(&attribute.name)?;
            for variable in &attribute.environment {
                Entry::variable(variable).map_err(|error| format!("attribute {:?}: {error}", attribute.name))?;
            }
            if made.attribute(&attribute.name).is_some() {
                return Err(format!("object {index} has two attributes {:?}", attribute.name));
            }
            let inner = match attribute.holds.element {
                ElementType::Object(inner) => {
                    let later = usize::try_from(inner).ok().filter(|inner| *inner > index);
                    let inner = later.and_then(|inner| objects.get(inner)?.clone());
                    Some(inner.ok_or_else(|| {
                        format!("attribute {:?} of object {index} names no object after its own", attribute.name)
                    })?)
                }
                _ => None,
            };
            size = size.saturating_add(1 + inner.as_ref().map_or(0, |(_, size, _)| *size));
            if size > MOST_ATTRIBUTES {
                return Err(format!(
                    "object {index} has more than {MOST_ATTRIBUTES} attributes, all within it counted"
                ));
            }
            let within = inner.as_ref().map_or(0, |(_, _, depth)| *depth) + 1;
            depth = depth.max(attribute.holds.collections.len().saturating_add(within));
            if depth > DEEPEST {
                return Err(format!(
                    "attribute {:?} of object {index} holds more than {DEEPEST} types in each other",
                    attribute.name
                ));
            }
            made.attributes.push(self::attribute(attribute, inner.map(|(inner, ..)| inner)));
        }
        if let Some(slot) = objects.get_mut(index) {
            *slot = Some((Arc::new(made), size, depth));
        }
    }
    Ok(objects.into_iter().flatten().map(|(object, ..)| object).collect())
}

fn attribute(described: &contract::Attribute, inner: Option<Arc<Object>>) -> Attribute {
    let secret_within = inner.iter().any(|inner| inner.attributes.iter().any(|attribute| attribute.sensitive));
    let element = match (described.holds.element, inner) {
        (ElementType::Number, _) => Type::Number,
        (ElementType::TruthValue, _) => Type::TruthValue,
        (ElementType::Object(_), Some(inner)) => Type::Object(inner),
        (ElementType::Text | ElementType::Object(_), _) => Type::Text,
    };
    let holds = described.holds.collections.iter().rev().fold(element, |inner, collection| match collection {
        Collection::List => Type::List(Box::new(inner)),
        Collection::Set => Type::Set(Box::new(inner)),
        Collection::Map => Type::Map(Box::new(inner)),
    });
    Attribute {
        name: described.name.clone(),
        holds,
        mode: described.mode,
        description: described.description.clone(),
        sensitive: described.sensitive || secret_within,
        deprecated: described.deprecated.clone(),
        environment: described.environment.clone(),
    }
}

/// Checks the name of an attribute or a data source.
pub(super) fn check_name(name: &str) -> Result<(), String> {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if name.len() <= 64 && name.starts_with(|c: char| c.is_ascii_lowercase()) && name.bytes().all(inner) {
        return Ok(());
    }
    Err(format!("{name:?} is not a name: write a lower-case letter, then lower-case letters, digits and underscores"))
}
