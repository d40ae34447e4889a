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
    let packed = rmpv::decode::read_value(&mut rest).map_err(|error| format!("it is not MessagePack: {error}"))?;
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
        (Packed::Boolean(value), Type::TruthValue) => Ok(Value::Truth(value)),
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
    let Packed::Map(members) = packed else { return Err("a value is not a map".to_owned()) };
    let read = |(name, value)| match name {
        Packed::String(name) => Ok((utf8(name)?, value)),
        _ => Err("a key is not text".to_owned()),
    };
    members.into_iter().map(read).collect()
}

fn utf8(text: rmpv::Utf8String) -> Result<String, String> {
    text.into_str().ok_or_else(|| "a text is not UTF-8".to_owned())
}

/// A number as JSON writes it. Terraform knows infinity, JSON does not.
fn json_number(digits: &str) -> Result<String, String> {
    let number: Result<&serde_json::value::RawValue, _> = serde_json::from_str(digits);
    match number {
        Ok(number) if digits.starts_with(|c: char| c == '-' || c.is_ascii_digit()) => Ok(number.get().to_owned()),
        _ => Err(format!("{digits:?} is not a number that JSON can write")),
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
        (Value::Truth(value), _) => Packed::Boolean(*value),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{Mode, Step};
    use crate::schema::Attribute;

    fn object(attributes: Vec<(&str, Type)>) -> Object {
        let attribute = |(name, holds): (&str, Type)| Attribute {
            name: name.to_owned(),
            holds,
            mode: Mode::Optional,
            description: String::new(),
            sensitive: false,
            deprecated: None,
            environment: vec![],
        };
        Object { attributes: attributes.into_iter().map(attribute).collect() }
    }

    fn packed(value: Packed) -> Vec<u8> {
        let mut bytes = Vec::new();
        rmpv::encode::write_value(&mut bytes, &value).unwrap();
        bytes
    }

    #[test]
    fn numbers_keep_every_digit_both_ways() {
        let object = object(vec![("a", Type::Number)]);
        let digits = "12345678901234567890123.5";
        for (number, expected, back) in [
            (Packed::from(-7), "-7", Packed::from(-7)),
            (Packed::from(u64::MAX), "18446744073709551615", Packed::from(u64::MAX)),
            (Packed::from(0.25), "0.25", Packed::from("0.25")),
            (Packed::from(digits), digits, Packed::from(digits)),
        ] {
            let value = read(&packed(Packed::Map(vec![("a".into(), number)])), &object).unwrap();
            assert_eq!(value.attribute("a"), &Value::Number(expected.to_owned()));
            assert_eq!(write(&value, &object).unwrap(), packed(Packed::Map(vec![("a".into(), back)])));
        }
        let infinite = packed(Packed::Map(vec![("a".into(), f64::INFINITY.into())]));
        assert!(read(&infinite, &object).unwrap_err().contains("is not a number that JSON can write"));
    }

    #[test]
    fn unknown_values_are_null_with_their_path() {
        let inner = object(vec![("b", Type::Map(Box::new(Type::Text)))]);
        let object = object(vec![("a", Type::List(Box::new(Type::Object(inner.into()))))]);
        let unknown = Packed::Ext(12, vec![1, 2]);
        let member = Packed::Map(vec![("b".into(), Packed::Map(vec![("k".into(), unknown.clone())]))]);
        let bytes = packed(Packed::Map(vec![("a".into(), Packed::Array(vec![member, unknown]))]));
        let value = read(&bytes, &object).unwrap();
        assert_eq!(value.unknown_attribute(), Some("a"));
        let values = value.to_values();
        assert_eq!(values.json, r#"{"a":[{"b":{"k":null}},null]}"#);
        let (a, b) = (Step::Attribute("a".to_owned()), Step::Attribute("b".to_owned()));
        let first = vec![a.clone(), Step::Index(0), b, Step::Key("k".to_owned())];
        assert_eq!(values.unknown, [first, vec![a, Step::Index(1)]]);
    }

    #[test]
    fn bytes_that_are_not_such_an_object_are_refused() {
        let object = object(vec![("a", Type::Text)]);
        for value in [
            Packed::from("a"),
            Packed::Map(vec![("b".into(), "x".into())]),
            Packed::Map(vec![("a".into(), 1.into())]),
            Packed::Map(vec![(1.into(), "x".into())]),
        ] {
            assert!(read(&packed(value.clone()), &object).is_err(), "{value}");
        }
        assert!(read(b"\x81", &object).is_err());
        assert_eq!(read(&packed(Packed::Nil), &object).unwrap(), Value::nothing(&object));
    }

    #[test]
    fn json_that_does_not_fit_says_where() {
        let inner = object(vec![("b", Type::TruthValue)]);
        let object = object(vec![("a", Type::Map(Box::new(Type::Object(inner.into())))), ("n", Type::Number)]);
        for (json, path, expected) in [
            ("[]", "", "an object in which each name stands once"),
            (r#"{"c": 1}"#, "c", "left out: the schema has no such attribute"),
            (r#"{"a": {"k": {"b": 1}}}"#, r#"a["k"].b"#, "true or false"),
            (r#"{"n": "1"}"#, "n", "a number"),
        ] {
            let mismatch = Value::from_json(json, &object).unwrap_err();
            assert_eq!((crate::value::path_text(&mismatch.path).as_str(), mismatch.expected), (path, expected));
        }
        let value = Value::from_json(r#" {"a": null, "n": 1e400 } "#, &object).unwrap();
        assert_eq!(value.attribute("n"), &Value::Number("1e400".to_owned()));
    }
}
