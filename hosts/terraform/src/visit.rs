//! Visits the attributes within values.

use crate::contract::Step;
use crate::schema::{Attribute, Object, Type};
use crate::value::Value;

/// Visits the attributes of an object, and of the objects within their values. `visit` returns whether to go into a value.
pub fn attributes(object: &Object, values: &Value, visit: &mut dyn FnMut(&Attribute, &Value, &[Step]) -> bool) {
    visit_object(object, values, &mut Vec::new(), visit);
}

fn visit_object(
    object: &Object,
    values: &Value,
    path: &mut Vec<Step>,
    visit: &mut dyn FnMut(&Attribute, &Value, &[Step]) -> bool,
) {
    for described in &object.attributes {
        let value = values.attribute(&described.name);
        path.push(Step::Attribute(described.name.clone()));
        if visit(described, value, path) {
            visit_value(&described.holds, value, path, visit);
        }
        path.pop();
    }
}

fn visit_value(
    holds: &Type,
    value: &Value,
    path: &mut Vec<Step>,
    visit: &mut dyn FnMut(&Attribute, &Value, &[Step]) -> bool,
) {
    match (holds, value) {
        (Type::Object(object), Value::Object(_)) => visit_object(object, value, path, visit),
        (Type::List(inner) | Type::Set(inner), Value::Sequence(items)) => {
            for (item, index) in items.iter().zip(0..) {
                path.push(Step::Index(index));
                visit_value(inner, item, path, visit);
                path.pop();
            }
        }
        (Type::Map(inner), Value::Map(members)) => {
            for (key, member) in members {
                path.push(Step::Key(key.clone()));
                visit_value(inner, member, path, visit);
                path.pop();
            }
        }
        _ => {}
    }
}
