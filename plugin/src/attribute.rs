//! Attributes, in the terms of the contract, which documents each field.

use crate::contract::{self, Collection, ElementType, Mode, ObjectType, ValueType};
use crate::object::Value;

/// An attribute of an object. Among arguments people may set it, or must if it is [`required`](Self::required). Among
/// results the component sets it.
///
/// The macros [`object!`](macro@crate::object) and [`arguments!`](macro@crate::arguments) make it from a field. Write
/// the functions that complete it after `=>`.
///
/// ```
/// use declarative_plugin::object::Object;
///
/// declarative_plugin::arguments! {
///     struct Account {
///         /// The key, without which nothing can be read.
///         key: Option<String> => required.sensitive.or(&["RATES_KEY"]),
///     }
/// }
///
/// assert_eq!(Account::ATTRIBUTES[0].name(), "key");
/// # let _ = Account { key: None };
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
///
/// ```
/// use declarative_plugin::attribute::Type;
/// use declarative_plugin::object::Value;
///
/// assert!(matches!(<Vec<String> as Value>::TYPE, Type::List(Type::Text)));
/// ```
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

impl Attribute {
    /// Returns the attribute of a field of this type. Its documentation is Markdown with unit, default and allowed
    /// values. The first sentence stands alone.
    #[must_use]
    pub const fn of_field<T: Value>(field: &'static str, documentation: &'static str) -> Self {
        Self {
            name: name(field),
            holds: T::TYPE,
            mode: if T::REQUIRED { Mode::Required } else { Mode::Optional },
            description: documentation.trim_ascii(),
            sensitive: false,
            deprecated: None,
            environment: &[],
        }
    }

    /// Returns its name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Returns the same attribute, which people must set.
    #[must_use]
    pub const fn required(self) -> Self {
        Self { mode: Mode::Required, ..self }
    }

    /// Returns the same attribute, which is a secret or holds one.
    #[must_use]
    pub const fn sensitive(self) -> Self {
        Self { sensitive: true, ..self }
    }

    /// Returns the same attribute, deprecated in favour of another: "Use `labels`."
    #[must_use]
    pub const fn deprecated(self, instead: &'static str) -> Self {
        Self { deprecated: Some(instead), ..self }
    }

    /// Returns the same attribute of the provider, for which the first of these environment variables that is set
    /// stands in.
    #[must_use]
    pub const fn or(self, environment: &'static [&'static str]) -> Self {
        Self { environment, ..self }
    }
}

/// Returns the name of a field's attribute: `type` for `r#type`.
pub(crate) const fn name(field: &str) -> &str {
    match field.as_bytes() {
        [b'r', b'#', ..] => field.split_at(2).1,
        _ => field,
    }
}

/// Adds an object of arguments and results, and the objects within it. Returns its index. People set an argument that is
/// a result too, or else it is computed.
pub(crate) fn describe(arguments: &[Attribute], results: &[Attribute], objects: &mut Vec<ObjectType>) -> u32 {
    let index = objects.len();
    // Its index comes first: objects within it have higher ones.
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
