//! Values as Terraform encodes them.
//!
//! Source: "Wire Format for Terraform Objects and Associated Values" of Terraform's plugin protocol. An unknown value
//! is an extension, whatever its type; a number is an integer, a double, or a text with its decimal digits.

use std::collections::BTreeMap;

use rmpv::Value as Packed;

use crate::schema::{Object, Type};
use crate::value::Value;

/// Reads an object of this type.
pub fn read(bytes: &[u8], object: &Object) -> Result<Value, String> {
    let mut rest = bytes;
    let packed = rmpv::decode::read_value(&mut rest).map_err(|error| format!("it is no MessagePack: {error}"))?;
    unpack_object(packed, object)
}

/// Writes an object of this type.
pub fn write(value: &Value, object: &Object) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    rmpv::encode::write_value(&mut bytes, &pack_object(value, object))
        .map_err(|error| format!("it cannot be written: {error}"))?;
    Ok(bytes)
}

fn unpack_object(packed: Packed, object: &Object) -> Result<Value, String> {
    if packed.is_nil() {
        return Ok(Value::nothing(object));
    }
    let mut value = Value::nothing(object);
    for (name, member) in members(packed)? {
        let attribute = object.attribute(&name).ok_or_else(|| format!("there is no attribute {name:?}"))?;
        value.set(&name, unpack(member, &attribute.holds)?);
    }
    Ok(value)
}

fn unpack(packed: Packed, holds: &Type) -> Result<Value, String> {
    match (packed, holds) {
        (Packed::Nil, _) => Ok(Value::Null),
        (Packed::Ext(..), _) => Ok(Value::Unknown),
        (Packed::Boolean(value), Type::TruthValue) => Ok(Value::TruthValue(value)),
        (Packed::String(text), Type::Text) => Ok(Value::Text(utf8(text)?)),
        (Packed::String(digits), Type::Number) => Ok(Value::Number(json_number(&utf8(digits)?)?)),
        (Packed::Integer(number), Type::Number) => Ok(Value::Number(number.to_string())),
        (Packed::F64(number), Type::Number) => Ok(Value::Number(json_number(&number.to_string())?)),
        (Packed::F32(number), Type::Number) => Ok(Value::Number(json_number(&number.to_string())?)),
        (Packed::Array(items), Type::List(inner) | Type::Set(inner)) => {
            items.into_iter().map(|item| unpack(item, inner)).collect::<Result<_, _>>().map(Value::Sequence)
        }
        (packed @ Packed::Map(_), Type::Map(inner)) => {
            let members = members(packed)?.into_iter().map(|(key, member)| Ok((key, unpack(member, inner)?)));
            members.collect::<Result<_, String>>().map(Value::Map)
        }
        (packed @ Packed::Map(_), Type::Object(object)) => unpack_object(packed, object),
        (_, holds) => Err(format!("a value does not have its type, {holds:?}")),
    }
}

fn members(packed: Packed) -> Result<BTreeMap<String, Packed>, String> {
    let Packed::Map(members) = packed else { return Err("a value is no map".to_owned()) };
    let read = |(name, value)| match name {
        Packed::String(name) => Ok((utf8(name)?, value)),
        _ => Err("a key is no text".to_owned()),
    };
    members.into_iter().map(read).collect()
}

fn utf8(text: rmpv::Utf8String) -> Result<String, String> {
    text.into_str().ok_or_else(|| "a text is no UTF-8".to_owned())
}

/// A number as JSON writes it. Terraform knows infinity, JSON does not.
fn json_number(digits: &str) -> Result<String, String> {
    let number: Result<&serde_json::value::RawValue, _> = serde_json::from_str(digits);
    match number {
        Ok(number) if digits.starts_with(|c: char| c == '-' || c.is_ascii_digit()) => Ok(number.get().to_owned()),
        _ => Err(format!("{digits:?} is no number that JSON can write")),
    }
}

fn pack_object(value: &Value, object: &Object) -> Packed {
    let member = |attribute: &crate::schema::Attribute| {
        let value = value.attribute(&attribute.name);
        (Packed::from(attribute.name.as_str()), pack(value, &attribute.holds))
    };
    Packed::Map(object.attributes.iter().map(member).collect())
}

fn pack(value: &Value, holds: &Type) -> Packed {
    match (value, holds) {
        (Value::Null, _) => Packed::Nil,
        (Value::Unknown, _) => Packed::Ext(0, vec![0]),
        (Value::TruthValue(value), _) => Packed::Boolean(*value),
        (Value::Text(text), _) => Packed::from(text.as_str()),
        (Value::Number(digits), _) => pack_number(digits),
        (Value::Sequence(items), Type::List(inner) | Type::Set(inner)) => {
            Packed::Array(items.iter().map(|item| pack(item, inner)).collect())
        }
        (Value::Map(members), Type::Map(inner)) => {
            let member = |(key, value): (&String, _)| (Packed::from(key.as_str()), pack(value, inner));
            Packed::Map(members.iter().map(member).collect())
        }
        (Value::Object(_), Type::Object(object)) => pack_object(value, object),
        // Values are made by their types.
        (Value::Sequence(_) | Value::Map(_) | Value::Object(_), _) => Packed::Nil,
    }
}

/// An integer where it is one that fits, and its digits otherwise, so that none is lost.
fn pack_number(digits: &str) -> Packed {
    if let Ok(number) = digits.parse::<i64>() {
        return number.into();
    }
    digits.parse::<u64>().map_or_else(|_| digits.into(), Into::into)
}
