//! The JSON in which a host hands over a set of attributes.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::data_source::diagnostic::Diagnostic;
use crate::data_source::schema::{self, Attribute};

/// A set of attributes, some of which may not be known yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Values {
    /// One JSON object.
    pub json: String,
    /// The outermost attributes that are unknown, or hold what is: they cannot be checked yet.
    pub unknown: Vec<String>,
}

/// The attributes that have a value, read one by one.
#[derive(Debug)]
pub struct Fields(Vec<(String, Json)>);

/// A value of any type that an attribute here has.
#[derive(Debug)]
enum Json {
    Null,
    /// A whole number that is read is at most a `u32`, which this holds exactly.
    Number(f64),
    Text(String),
    Array(Vec<Json>),
    /// What no attribute here takes.
    Other,
}

impl Fields {
    /// Reads a set of attributes of the object with this index. What is null or unknown is left out.
    ///
    /// # Errors
    /// The text is no JSON object, or it names an attribute that does not exist: a misspelt one must not be ignored.
    pub fn read(values: &Values, object: usize) -> Result<Self, Diagnostic> {
        let Members(mut members) = serde_json::from_str(&values.json)
            .map_err(|_| Diagnostic::error("The values are no JSON object", "The host is at fault.", None))?;
        let attributes: &[Attribute] = schema::OBJECTS.get(object).copied().unwrap_or_default();
        if let Some((name, _)) = members.iter().find(|(name, _)| !attributes.iter().any(|known| known.name == name)) {
            let summary = ["There is no attribute `", name, "`"].concat();
            return Err(Diagnostic::error(&summary, "The description lists those that there are.", None));
        }
        members.retain(|(name, value)| !matches!(value, Json::Null) && !values.unknown.contains(name));
        Ok(Self(members))
    }

    /// Whether an attribute has a value.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.value(name).is_some()
    }

    /// A text.
    ///
    /// # Errors
    /// It is something else.
    pub fn text(&self, name: &'static str) -> Result<Option<&str>, Diagnostic> {
        match self.value(name) {
            None => Ok(None),
            Some(Json::Text(text)) => Ok(Some(text)),
            Some(_) => Err(Diagnostic::of_attribute(name, "it is no text")),
        }
    }

    /// Several texts.
    ///
    /// # Errors
    /// It is something else.
    pub fn texts<'a>(&'a self, name: &'static str) -> Result<Option<Vec<&'a str>>, Diagnostic> {
        let wrong = || Diagnostic::of_attribute(name, "it is no collection of texts");
        match self.value(name) {
            None => Ok(None),
            Some(Json::Array(items)) => {
                let text = |item: &'a Json| if let Json::Text(text) = item { Ok(text.as_str()) } else { Err(wrong()) };
                items.iter().map(text).collect::<Result<_, _>>().map(Some)
            }
            Some(_) => Err(wrong()),
        }
    }

    /// A number.
    ///
    /// # Errors
    /// It is something else.
    pub fn number(&self, name: &'static str) -> Result<Option<f64>, Diagnostic> {
        match self.value(name) {
            None => Ok(None),
            Some(Json::Number(number)) => Ok(Some(*number)),
            Some(_) => Err(Diagnostic::of_attribute(name, "it is no number")),
        }
    }

    /// A whole number. Whether it makes sense, others judge.
    ///
    /// # Errors
    /// It is something else, negative, or too large for any limit.
    pub fn whole(&self, name: &'static str) -> Result<Option<u32>, Diagnostic> {
        let Some(number) = self.number(name)? else { return Ok(None) };
        if number.fract() != 0.0 || number < 0.0 || number > f64::from(u32::MAX) {
            return Err(Diagnostic::of_attribute(name, "it is no whole number from 0 to 4294967295"));
        }
        // In range, as just checked.
        Ok(Some(number as u32))
    }

    /// All that are given, by their names, as one text: the same for the same attributes.
    #[must_use]
    pub fn text_of_all(&self) -> String {
        let mut fields = self.0.iter().collect::<Vec<_>>();
        fields.sort_by(|(a, _), (b, _)| a.cmp(b));
        let mut text = String::new();
        for (name, value) in fields {
            text.extend([if text.is_empty() { "?" } else { "&" }, name, "="]);
            value.append_to(&mut text);
        }
        text
    }

    fn value(&self, name: &str) -> Option<&Json> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }
}

impl Json {
    fn append_to(&self, text: &mut String) {
        match self {
            Self::Text(own) => text.push_str(own),
            // A limit, which is whole.
            Self::Number(number) => text.push_str(&(*number as u64).to_string()),
            Self::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    text.push_str(if at == 0 { "" } else { "," });
                    item.append_to(text);
                }
            }
            Self::Null | Self::Other => {}
        }
    }
}

/// The members of an object, in their order.
struct Members(Vec<(String, Json)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Members(members))
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: Error>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Json, E> {
        Ok(Json::Other)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Json, E> {
        Ok(Json::Number(number as f64))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Json, E> {
        Ok(Json::Number(number as f64))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Json, E> {
        Ok(Json::Number(number))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Json, E> {
        Ok(Json::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut array = Vec::new();
        while let Some(item) = items.next_element()? {
            array.push(item);
        }
        Ok(Json::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        while map.next_entry::<String, Json>()?.is_some() {}
        Ok(Json::Other)
    }
}
