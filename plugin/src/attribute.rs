//! Tables of attributes, in the terms of the contract, which documents each field.

use crate::contract::{self, Collection, ElementType, Mode, ObjectType, ValueType};

/// An attribute of an object. Among arguments people may set it, or must if it is [`required`](Self::required). Among
/// results the component sets it.
///
/// ```
/// use declarative_plugin::attribute::{Attribute, Type, list, text};
///
/// const ARGUMENTS: &[Attribute] = &[
///     text("base", "The currency to convert from.").required(),
///     list("quotes", &Type::Text, "The currencies to convert to. Default: all."),
/// ];
/// # assert_eq!(ARGUMENTS.len(), 2);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Attribute {
    name: &'static str,
    holds: Type,
    mode: Mode,
    description: &'static str,
    sensitive: bool,
    deprecated: Option<&'static str>,
    environment: &'static [&'static str],
}

/// The type of an attribute's values.
#[derive(Clone, Copy, Debug)]
pub enum Type {
    /// Text in UTF-8.
    Text,
    /// A number, whole or not.
    Number,
    /// True or false.
    TruthValue,
    /// An object with these attributes.
    Object(&'static [Attribute]),
    /// Several values in an order.
    List(&'static Type),
    /// Several values in no order, each once.
    Set(&'static Type),
    /// Several values, each under a key, which is text.
    Map(&'static Type),
}

/// An attribute that holds text.
#[must_use]
pub const fn text(name: &'static str, description: &'static str) -> Attribute {
    Attribute::new(name, Type::Text, description)
}

/// An attribute that holds a number.
#[must_use]
pub const fn number(name: &'static str, description: &'static str) -> Attribute {
    Attribute::new(name, Type::Number, description)
}

/// An attribute that holds true or false.
#[must_use]
pub const fn truth_value(name: &'static str, description: &'static str) -> Attribute {
    Attribute::new(name, Type::TruthValue, description)
}

/// An attribute that holds several values in an order.
#[must_use]
pub const fn list(name: &'static str, of: &'static Type, description: &'static str) -> Attribute {
    Attribute::new(name, Type::List(of), description)
}

/// An attribute that holds several values in no order, each once.
#[must_use]
pub const fn set(name: &'static str, of: &'static Type, description: &'static str) -> Attribute {
    Attribute::new(name, Type::Set(of), description)
}

/// An attribute that holds several values, each under a key.
#[must_use]
pub const fn map(name: &'static str, of: &'static Type, description: &'static str) -> Attribute {
    Attribute::new(name, Type::Map(of), description)
}

impl Attribute {
    /// An attribute of any type. The description is Markdown: its unit, its default, what it may be. The first sentence
    /// stands alone.
    #[must_use]
    pub const fn new(name: &'static str, holds: Type, description: &'static str) -> Self {
        let (sensitive, deprecated, environment) = (false, None, &[] as &[&str]);
        Self { name, holds, mode: Mode::Optional, description, sensitive, deprecated, environment }
    }

    /// Returns its name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// An attribute for a field of a struct and its documentation, as [`object!`](crate::object) finds them.
    #[doc(hidden)]
    #[must_use]
    pub const fn of_field(field: &'static str, holds: Type, documentation: &'static str) -> Self {
        let name = match field.as_bytes() {
            [b'r', b'#', ..] => field.split_at(2).1,
            _ => field,
        };
        Self::new(name, holds, documentation.trim_ascii())
    }

    /// The same attribute, which people must set.
    #[must_use]
    pub const fn required(self) -> Self {
        Self { mode: Mode::Required, ..self }
    }

    /// The same attribute, which is a secret or holds one.
    #[must_use]
    pub const fn sensitive(self) -> Self {
        Self { sensitive: true, ..self }
    }

    /// The same attribute, deprecated in favour of another: "Use `labels`."
    #[must_use]
    pub const fn deprecated(self, instead: &'static str) -> Self {
        Self { deprecated: Some(instead), ..self }
    }

    /// The same attribute of the provider, for which the first of these environment variables stands in.
    #[must_use]
    pub const fn or(self, environment: &'static [&'static str]) -> Self {
        Self { environment, ..self }
    }
}

/// Adds an object of arguments and results, and the objects within it. Returns its index. People set an argument that is
/// a result too, or else it is computed.
pub(crate) fn describe(arguments: &[Attribute], results: &[Attribute], objects: &mut Vec<ObjectType>) -> u32 {
    let index = objects.len();
    // Its place: what is within has a higher index.
    objects.push(ObjectType { attributes: Vec::new() });
    let within = |attributes: &[Attribute], name| attributes.iter().any(|attribute| attribute.name == name);
    let mode = |argument: &Attribute| match argument.mode {
        Mode::Optional if within(results, argument.name) => Mode::OptionalComputed,
        mode => mode,
    };
    let given = arguments.iter().map(|argument| (argument, mode(argument)));
    let computed = results.iter().filter(|result| !within(arguments, result.name));
    let mut described = Vec::new();
    for (attribute, mode) in given.chain(computed.map(|result| (result, Mode::Computed))) {
        described.push(describe_one(attribute, mode, objects));
    }
    if let Some(object) = objects.get_mut(index) {
        object.attributes = described;
    }
    index as u32
}

fn describe_one(attribute: &Attribute, mode: Mode, objects: &mut Vec<ObjectType>) -> contract::Attribute {
    let (mut collections, mut innermost) = (Vec::new(), attribute.holds);
    let element = loop {
        let (collection, of) = match innermost {
            Type::Text => break ElementType::Text,
            Type::Number => break ElementType::Number,
            Type::TruthValue => break ElementType::TruthValue,
            Type::Object(results) if mode == Mode::Computed => {
                break ElementType::Object(describe(&[], results, objects));
            }
            Type::Object(arguments) => break ElementType::Object(describe(arguments, &[], objects)),
            Type::List(of) => (Collection::List, of),
            Type::Set(of) => (Collection::Set, of),
            Type::Map(of) => (Collection::Map, of),
        };
        collections.push(collection);
        innermost = *of;
    };
    contract::Attribute {
        name: attribute.name.to_owned(),
        holds: ValueType { collections, element },
        mode,
        description: attribute.description.to_owned(),
        sensitive: attribute.sensitive,
        deprecated: attribute.deprecated.map(str::to_owned),
        environment: attribute.environment.iter().map(|name| (*name).to_owned()).collect(),
    }
}
