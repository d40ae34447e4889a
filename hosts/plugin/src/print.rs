//! Prints diagnostics on stderr and results on stdout.

use std::io::{self, ErrorKind, Write as _};

use anyhow::{Context, Result};
use comfy_table::Table;
use comfy_table::presets::NOTHING;
use component_runtime::printable;
use terraform_provider_servicestage::{Attribute, Diagnostic, Object, Type, Value};

use crate::args::Form;

/// The replacement for the value of a sensitive attribute.
const HIDDEN: &str = "(sensitive)";

/// Prints a text and ends its line. A reader that stops early is not an error.
pub fn line(text: &str) -> Result<()> {
    let mut stdout = io::stdout().lock();
    match writeln!(stdout, "{text}").and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        result => result.context("stdout cannot be written"),
    }
}

/// Prints a text on stderr and ends its line. If nobody reads stderr, the failure cannot be reported.
pub fn message(text: &str) {
    drop(writeln!(io::stderr(), "{text}"));
}

/// Returns the first sentence of a description.
pub fn first_sentence(description: &str) -> &str {
    description.split_inclusive(". ").next().unwrap_or_default().trim_end()
}

/// Prints diagnostics.
pub fn diagnostics(told: &[Diagnostic]) {
    for diagnostic in told {
        message(&printable::lines(&diagnostic_text(diagnostic)));
    }
}

fn diagnostic_text(diagnostic: &Diagnostic) -> String {
    let kind = if diagnostic.is_error() { "error" } else { "warning" };
    let mut text = format!("{kind}: {}", diagnostic.summary);
    let place = diagnostic.place();
    if !place.is_empty() {
        text.push_str(&format!("\n  at {place}"));
    }
    for line in diagnostic.detail.lines() {
        text.push_str(&format!("\n  {line}"));
    }
    text
}

/// Prints a state without the values of sensitive attributes.
pub fn state(object: &Object, state: &Value, form: Form) -> Result<()> {
    let mut shown = state.clone();
    for attribute in object.attributes.iter().filter(|attribute| attribute.sensitive) {
        if *state.attribute(&attribute.name) != Value::Null {
            shown.set(&attribute.name, Value::Text(HIDDEN.to_owned()));
        }
    }
    let text = match form {
        Form::Json => printable::json(&serde_json::to_string_pretty(&shown)?),
        Form::Table => object.attributes.iter().map(|attribute| part(attribute, &shown)).collect::<Vec<_>>().join("\n"),
    };
    line(text.trim_end())
}

/// Prints an attribute: a list of objects as a table, anything else on a line.
fn part(attribute: &Attribute, state: &Value) -> String {
    let value = state.attribute(&attribute.name);
    if let (Type::List(inner) | Type::Set(inner), Value::Sequence(items)) = (&attribute.holds, value)
        && let Type::Object(object) = &**inner
    {
        return format!("{} ({}):\n{}", attribute.name, items.len(), table(object, items));
    }
    format!("{}: {}", attribute.name, cell(value))
}

fn table(object: &Object, items: &[Value]) -> String {
    let mut table = Table::new();
    table.load_style(NOTHING);
    table.set_header(object.attributes.iter().map(|attribute| attribute.name.to_uppercase()));
    for item in items {
        table.add_row(object.attributes.iter().map(|attribute| cell(item.attribute(&attribute.name))));
    }
    let lines: Vec<String> = table.lines().map(|line| format!("  {}", line.trim())).collect();
    lines.join("\n")
}

/// Returns a value for a line: text as it is, anything else as JSON.
fn cell(value: &Value) -> String {
    let text = match value {
        Value::Null => return "-".to_owned(),
        Value::Text(text) => text.clone(),
        value => serde_json::to_string(value).unwrap_or_default(),
    };
    printable::line(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_one_line_and_a_number_keeps_its_digits() {
        assert_eq!(cell(&Value::Text("a\u{1b}[31m\nb".to_owned())), "a\u{fffd}[31m b");
        let numbers = vec![Value::Number("12345678901234567890.1250".to_owned()), Value::Null];
        assert_eq!(cell(&Value::Sequence(numbers)), "[12345678901234567890.1250,null]");
    }
}
