//! Values as people write them outside of Terraform, checked against the schema as Terraform checks them.

use crate::contract::Mode;
use crate::diagnostics;
use crate::proto::Diagnostic;
use crate::schema::Object;
use crate::value::{TypeMismatch, Value, path_text};
use crate::visit;

/// Reads the JSON of an object. Returns an error for each value that the schema does not allow.
pub fn read(json: &str, object: &Object) -> Result<Value, Vec<Diagnostic>> {
    let value = Value::from_json(json, object).map_err(|TypeMismatch { path, expected }| {
        let place = path_text(&path);
        let summary = if place.is_empty() {
            "The arguments are not valid".to_owned()
        } else {
            format!("The argument `{place}` is not valid")
        };
        vec![diagnostics::error(summary, format!("It was expected to be {expected}."), &path)]
    })?;
    let mut faults = Vec::new();
    visit::attributes(object, &value, &mut |described, value, path| {
        match (value, described.mode) {
            // An environment variable may stand in for it.
            (Value::Null, Mode::Required) if described.environment.is_empty() => {
                let detail = format!("`{}` is required: set it.", path_text(path));
                faults.push(diagnostics::error("A required argument is missing", detail, path));
            }
            (Value::Null, _) => {}
            (_, Mode::Computed) => {
                let detail = format!("`{}` is computed by the component: leave it out.", path_text(path));
                faults.push(diagnostics::error("An argument cannot be set", detail, path));
            }
            _ => return true,
        }
        false
    });
    if faults.is_empty() { Ok(value) } else { Err(faults) }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::schema::{Attribute, Type};

    fn attribute(name: &str, holds: Type, mode: Mode) -> Attribute {
        let (description, environment) = (String::new(), vec![]);
        Attribute { name: name.to_owned(), holds, mode, description, sensitive: false, deprecated: None, environment }
    }

    #[test]
    fn values_outside_the_schema_are_named_by_their_path() {
        let rule = Object {
            attributes: vec![
                attribute("port", Type::Number, Mode::Required),
                attribute("seen", Type::Text, Mode::Computed),
            ],
        };
        let object = Object {
            attributes: vec![attribute("rules", Type::List(Box::new(Type::Object(Arc::new(rule)))), Mode::Optional)],
        };
        let told = |json: &str| -> Vec<String> {
            let faults = read(json, &object).err().unwrap_or_default();
            faults.iter().map(|fault| format!("{}: {} {}", fault.place(), fault.summary, fault.detail)).collect()
        };
        assert_eq!(told(r#"{"rules": [{"port": 1}]}"#), [""; 0]);
        assert_eq!(
            told(r#"{"rules": [{"port": 1}, {"seen": "x"}]}"#),
            [
                "rules[1].port: A required argument is missing `rules[1].port` is required: set it.",
                "rules[1].seen: An argument cannot be set `rules[1].seen` is computed by the component: leave it out.",
            ]
        );
        // Of two values of one name, nobody knows which was meant.
        assert_eq!(
            told(r#"{"rules": [{"port": 1, "port": 2}]}"#),
            [
                "rules[0]: The argument `rules[0]` is not valid It was expected to be an object in which each name stands \
                 once."
            ]
        );
        assert_eq!(
            told(r#"{"rules": [{"prot": 1}]}"#),
            [
                "rules[0].prot: The argument `rules[0].prot` is not valid It was expected to be left out: the schema has no \
                 such attribute."
            ]
        );
        assert_eq!(
            told(r#"{"rules": [{"port": "80"}]}"#),
            ["rules[0].port: The argument `rules[0].port` is not valid It was expected to be a number."]
        );
    }
}
