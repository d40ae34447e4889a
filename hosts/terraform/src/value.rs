//! Values between Terraform and the component: what one sends as MessagePack the other takes as JSON, exactly.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::contract::{Step, Values};
use crate::schema::{Object, Type};

/// A value. An object has a member for each attribute of its type. [`crate::DataSources`] has an example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Not set.
    Null,
    /// Not known yet.
    Unknown,
    /// `true` or `false`.
    Truth(bool),
    /// A number as JSON writes it, with every digit.
    Number(String),
    /// Text.
    Text(String),
    /// A list or a set.
    Sequence(Vec<Value>),
    /// A map.
    Map(BTreeMap<String, Value>),
    /// An object.
    Object(BTreeMap<String, Value>),
}

/// A value that does not fit its type. [`Value::from_json`] returns it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeMismatch {
    pub(crate) path: Vec<Step>,
    /// The value that the type expects there.
    pub expected: &'static str,
}

impl Value {
    /// Returns an object of this type without any value.
    #[must_use]
    pub fn nothing(object: &Object) -> Self {
        Self::Object(object.attributes.iter().map(|attribute| (attribute.name.clone(), Self::Null)).collect())
    }

    /// Reads the JSON of an object. A member that is left out is null; one that the type does not have is an error.
    ///
    /// # Errors
    /// The JSON does not fit the type.
    pub fn from_json(json: &str, object: &Object) -> Result<Self, TypeMismatch> {
        read_object(json, object)
    }

    /// The JSON and the paths of what is unknown.
    pub(crate) fn to_values(&self) -> Values {
        let mut values = Values { json: String::new(), unknown: Vec::new() };
        self.write(&mut values, &mut Vec::new());
        values
    }

    /// Returns the value of an attribute.
    #[must_use]
    pub fn attribute(&self, name: &str) -> &Self {
        match self {
            Self::Object(members) => members.get(name).unwrap_or(&Self::Null),
            _ => &Self::Null,
        }
    }

    /// Sets the value of an attribute.
    pub fn set(&mut self, name: &str, value: Self) {
        if let Self::Object(members) = self {
            members.insert(name.to_owned(), value);
        }
    }

    /// Returns the text of an attribute, if it has one.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.attribute(name) {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Adds all texts within the value, and numbers as they are written.
    pub(crate) fn texts(&self, texts: &mut Vec<String>) {
        match self {
            Self::Text(text) | Self::Number(text) => texts.push(text.clone()),
            Self::Sequence(items) => items.iter().for_each(|item| item.texts(texts)),
            Self::Map(members) => {
                texts.extend(members.keys().cloned());
                members.values().for_each(|member| member.texts(texts));
            }
            Self::Object(members) => members.values().for_each(|member| member.texts(texts)),
            Self::Null | Self::Unknown | Self::Truth(_) => {}
        }
    }

    /// The first attribute that is unknown, or has something unknown in it.
    pub(crate) fn unknown_attribute(&self) -> Option<&str> {
        let Self::Object(members) = self else { return None };
        members.iter().find(|(_, value)| value.has_unknown()).map(|(name, _)| name.as_str())
    }

    fn has_unknown(&self) -> bool {
        match self {
            Self::Unknown => true,
            Self::Sequence(items) => items.iter().any(Self::has_unknown),
            Self::Map(members) | Self::Object(members) => members.values().any(Self::has_unknown),
            Self::Null | Self::Truth(_) | Self::Number(_) | Self::Text(_) => false,
        }
    }

    fn write(&self, values: &mut Values, path: &mut Vec<Step>) {
        match self {
            Self::Null => values.json.push_str("null"),
            Self::Unknown => {
                values.unknown.push(path.clone());
                values.json.push_str("null");
            }
            // Writing to text does not fail.
            Self::Truth(value) => drop(write!(values.json, "{value}")),
            Self::Number(number) => values.json.push_str(number),
            Self::Text(text) => values.json.push_str(&quoted(text)),
            Self::Sequence(items) => {
                let steps = items.iter().zip(0..).map(|(item, index)| (None, Step::Index(index), item));
                write_all(['[', ']'], steps, values, path);
            }
            Self::Map(members) => {
                let steps = members.iter().map(|(name, value)| (Some(name), Step::Key(name.clone()), value));
                write_all(['{', '}'], steps, values, path);
            }
            Self::Object(members) => {
                let steps = members.iter().map(|(name, value)| (Some(name), Step::Attribute(name.clone()), value));
                write_all(['{', '}'], steps, values, path);
            }
        }
    }
}

impl Serialize for Value {
    /// As JSON, with every digit of numbers. An unknown value is null.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null | Self::Unknown => serializer.serialize_unit(),
            Self::Truth(value) => serializer.serialize_bool(*value),
            Self::Number(digits) => {
                RawValue::from_string(digits.clone()).map_err(serde::ser::Error::custom)?.serialize(serializer)
            }
            Self::Text(text) => serializer.serialize_str(text),
            Self::Sequence(items) => serializer.collect_seq(items),
            Self::Map(members) | Self::Object(members) => serializer.collect_map(members),
        }
    }
}

fn write_all<'a>(
    [open, close]: [char; 2],
    parts: impl Iterator<Item = (Option<&'a String>, Step, &'a Value)>,
    values: &mut Values,
    path: &mut Vec<Step>,
) {
    values.json.push(open);
    for (at, (name, step, value)) in parts.enumerate() {
        if at > 0 {
            values.json.push(',');
        }
        if let Some(name) = name {
            values.json.push_str(&quoted(name));
            values.json.push(':');
        }
        path.push(step);
        value.write(values, path);
        path.pop();
    }
    values.json.push(close);
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn read(json: &str, holds: &Type) -> Result<Value, TypeMismatch> {
    if json == "null" {
        return Ok(Value::Null);
    }
    match holds {
        Type::Text => parse(json, "text").map(Value::Text),
        Type::Number if json.starts_with(|c: char| c == '-' || c.is_ascii_digit()) => {
            Ok(Value::Number(json.to_owned()))
        }
        Type::Number => Err(mismatch("a number")),
        Type::TruthValue => parse(json, "true or false").map(Value::Truth),
        Type::List(inner) | Type::Set(inner) => {
            let items: Vec<&RawValue> = parse(json, "an array")?;
            let items = items.into_iter().zip(0..).map(|(item, at)| within(Step::Index(at), read(item.get(), inner)));
            items.collect::<Result<_, _>>().map(Value::Sequence)
        }
        Type::Map(inner) => {
            let Members(members) = parse(json, OBJECT)?;
            let read = |(key, value): (String, &RawValue)| {
                let value = within(Step::Key(key.clone()), read(value.get(), inner))?;
                Ok((key, value))
            };
            members.into_iter().map(read).collect::<Result<_, _>>().map(Value::Map)
        }
        Type::Object(object) => read_object(json, object),
    }
}

fn read_object(json: &str, object: &Object) -> Result<Value, TypeMismatch> {
    let Members(members) = parse(json, OBJECT)?;
    let mut value = Value::nothing(object);
    for (name, json) in members {
        let step = Step::Attribute(name.clone());
        let Some(attribute) = object.attribute(&name) else {
            return within(step, Err(mismatch("left out: the schema has no such attribute")));
        };
        value.set(&name, within(step, read(json.get(), &attribute.holds))?);
    }
    Ok(value)
}

const OBJECT: &str = "an object in which each name stands once";

/// The members of an object. Of two members with one name, a reader would guess which is meant.
struct Members<'a>(BTreeMap<String, &'a RawValue>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each;

        impl<'de> Visitor<'de> for Each {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(OBJECT)
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = BTreeMap::new();
                while let Some((name, value)) = map.next_entry::<String, &RawValue>()? {
                    if members.insert(name, value).is_some() {
                        return Err(A::Error::custom("a name stands twice"));
                    }
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Each)
    }
}

fn parse<'a, T: Deserialize<'a>>(json: &'a str, expected: &'static str) -> Result<T, TypeMismatch> {
    serde_json::from_str(json).map_err(|_| mismatch(expected))
}

fn mismatch(expected: &'static str) -> TypeMismatch {
    TypeMismatch { path: Vec::new(), expected }
}

fn within(step: Step, result: Result<Value, TypeMismatch>) -> Result<Value, TypeMismatch> {
    result.map_err(|mut mismatch| {
        mismatch.path.insert(0, step);
        mismatch
    })
}

/// A path as people write it.
pub fn path_text(path: &[Step]) -> String {
    let mut text = String::new();
    for step in path {
        // Writing to text does not fail.
        let _ = match step {
            Step::Attribute(name) if text.is_empty() => write!(text, "{name}"),
            Step::Attribute(name) => write!(text, ".{name}"),
            Step::Index(index) => write!(text, "[{index}]"),
            Step::Key(key) => write!(text, "[{key:?}]"),
        };
    }
    text
}
