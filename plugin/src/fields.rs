//! The JSON in which a host hands over a set of attributes.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::attribute::{Attribute, name};
use crate::contract::{Diagnostic, Step, Values};
use crate::diagnostic::{error, invalid};
use crate::number::is_number;
use crate::object::Value;

/// A set of attributes, which [`arguments!`](macro@crate::arguments) reads one by one. An attribute that is null or
/// unknown has no value.
pub struct Fields {
    members: BTreeMap<String, Box<RawValue>>,
    /// The faults of the attributes that were read.
    pub(crate) faults: Vec<Diagnostic>,
    /// The required attributes that were read and have no value.
    pub(crate) missing: Vec<Diagnostic>,
}

impl Fields {
    /// Reads a set of attributes. An unknown one becomes null.
    ///
    /// # Errors
    /// The text is not a JSON object, or it names an attribute that does not exist: a misspelt one must not be ignored.
    pub(crate) fn read(values: &Values, arguments: &[Attribute], results: &[Attribute]) -> Result<Self, Diagnostic> {
        let Ok(mut members) = serde_json::from_str::<BTreeMap<String, Box<RawValue>>>(&values.json) else {
            return Err(error("The values are not a JSON object", "The host is at fault.", None));
        };
        // Hosts may name a result too, as null.
        let known = |name: &str| arguments.iter().chain(results).any(|attribute| attribute.name() == name);
        if let Some(name) = members.keys().find(|name| !known(name)) {
            let summary = format!("There is no attribute `{name}`");
            return Err(error(summary, "The description lists those that there are.", None));
        }
        for path in &values.unknown {
            if let Some(Step::Attribute(name)) = path.first()
                && let Some(value) = members.get_mut(name)
            {
                *value = RawValue::NULL.to_owned();
            }
        }
        Ok(Self { members, faults: vec![], missing: vec![] })
    }

    /// Returns the value of a field's attribute. None: the value is at fault, or a required attribute has no value.
    /// Either is noted.
    #[inline(never)]
    pub fn take<T: Value + DeserializeOwned>(&mut self, field: &str) -> Option<T> {
        let name = name(field);
        let read = match self.members.get(name).map(|raw| raw.get()) {
            None | Some("null") => {
                if T::REQUIRED {
                    self.missing.push(invalid(name, "it is missing"));
                }
                return T::NONE;
            }
            Some(text) => [text.into(), whole(text)].iter().find_map(|text| serde_json::from_str(text).ok()),
        };
        if read.is_none() {
            self.refuse(name, T::EXPECTED);
        }
        read.or(T::NONE)
    }

    #[cold]
    fn refuse(&mut self, name: &str, expected: &str) {
        let shown = self.members.get(name).filter(|raw| is_number(raw)).map_or("it", |raw| raw.get());
        let fault = invalid(name, &format!("{shown} is not {expected}"));
        self.faults.push(fault);
    }

    /// Returns all faults, including those of missing attributes.
    pub(crate) fn all_faults(&mut self) -> Vec<Diagnostic> {
        let mut faults = std::mem::take(&mut self.faults);
        faults.append(&mut self.missing);
        faults
    }

    /// Returns a text. None: the attribute has no value, or one that is not text.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        serde_json::from_str(self.members.get(name)?.get()).ok()
    }
}

/// Returns a whole number without its empty fraction or its exponent, which types for whole numbers do not read.
fn whole(text: &str) -> Cow<'_, str> {
    match serde_json::from_str::<f64>(text) {
        // Beyond, floating point is not exact.
        Ok(number) if number.fract() == 0.0 && number.abs() < (1_u64 << 53) as f64 => {
            (number as i64).to_string().into()
        }
        Ok(_) => text.trim_end_matches('0').strip_suffix('.').unwrap_or(text).into(),
        Err(_) => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Number;

    /// Reads an attribute of a type that has this JSON.
    fn take<T: Value + DeserializeOwned>(json: &str) -> Option<T> {
        let attributes = [Attribute::of_field::<T>("it", "")];
        let values = Values { json: format!("{{\"it\": {json}}}"), unknown: vec![] };
        Fields::read(&values, &attributes, &[]).unwrap().take("it")
    }

    #[test]
    fn a_number_keeps_its_digits_as_they_were_written() {
        for text in ["5", "5.00", "-0.0", "1e400", "5e2", "9007199254740993", "0.10", "12345678901234567890.1250"] {
            assert_eq!(take::<Number>(text).unwrap().to_string(), text);
            assert!(take::<f64>(text).is_some() || text == "1e400", "{text}");
        }
    }

    #[test]
    fn a_whole_number_is_read_in_each_of_its_forms_and_never_rounded() {
        for (text, expected) in [
            ("5", Some(5)),
            ("5.00", Some(5)),
            ("5e2", Some(500)),
            ("50e-1", Some(5)),
            ("-0.0", Some(0)),
            ("9007199254740993", Some(9_007_199_254_740_993)),
            ("9007199254740993.0", Some(9_007_199_254_740_993)),
            ("18446744073709551615.00", Some(u64::MAX)),
            ("18446744073709551616", None),
            ("9007199254740993.5", None),
            ("5.5", None),
            ("-1", None),
            ("1e400", None),
            ("\"5\"", None),
        ] {
            assert_eq!(take::<u64>(text), expected, "{text}");
        }
    }
}
