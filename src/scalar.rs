//! Scalars as a sloppy service sends them: a value of a neighbouring type converts if it does so exactly.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Visitor};

/// Text, or a whole number or truth value as its text. Null is none.
#[derive(Debug, PartialEq, Eq)]
pub struct Text(pub Option<String>);

/// A whole number, also written with an empty fraction or as text. Null is none.
#[derive(Debug, PartialEq, Eq)]
pub struct Integer(pub Option<i64>);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor)
    }
}

impl<'de> Deserialize<'de> for Integer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(IntegerVisitor)
    }
}

struct TextVisitor;

impl Visitor<'_> for TextVisitor {
    type Value = Text;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text")
    }

    fn visit_unit<E: Error>(self) -> Result<Text, E> {
        Ok(Text(None))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Text, E> {
        Ok(Text(Some(value.to_string())))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Text, E> {
        Ok(Text(Some(value.to_string())))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Text, E> {
        Ok(Text(Some(value.to_string())))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Text, E> {
        Ok(Text(Some(value.to_owned())))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Text, E> {
        Ok(Text(Some(value)))
    }
}

struct IntegerVisitor;

impl Visitor<'_> for IntegerVisitor {
    type Value = Integer;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number")
    }

    fn visit_unit<E: Error>(self) -> Result<Integer, E> {
        Ok(Integer(None))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Integer, E> {
        Ok(Integer(Some(value)))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Integer, E> {
        i64::try_from(value).map(|value| Integer(Some(value))).map_err(|_| E::custom("the number is too large"))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Integer, E> {
        // Beyond 2^53 a float no longer tells neighbouring whole numbers apart.
        const EXACT: f64 = 9_007_199_254_740_992.0;
        if value.fract() == 0.0 && value.abs() < EXACT {
            #[expect(clippy::cast_possible_truncation, reason = "whole, and far within the range")]
            return Ok(Integer(Some(value as i64)));
        }
        Err(E::custom("the number is not whole, or too large to be exact"))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Integer, E> {
        match value.parse::<i64>() {
            // Writing it again refuses forms that would lose something, such as "+2" and "02".
            Ok(number) if number.to_string() == value => Ok(Integer(Some(number))),
            _ => Err(E::custom("the text is not a whole number")),
        }
    }
}
