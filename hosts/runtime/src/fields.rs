//! What spans and events hold, for layers that write it down: [`open`] and [`record`] keep it with its span.

use std::fmt::{self, Debug, Display};

use serde_json::{Map, Value, json};
use tracing::Subscriber;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

/// Names and values in the order in which they were first told.
#[derive(Clone, Debug, Default)]
pub struct Fields(Vec<(&'static str, Value)>);

/// Keeps what a new span holds.
pub fn open<S: Subscriber + for<'a> LookupSpan<'a>>(attributes: &Attributes<'_>, id: &Id, context: &Context<'_, S>) {
    if let Some(span) = context.span(id) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        span.extensions_mut().insert(fields);
    }
}

/// Adds what is told of a span later.
pub fn record<S: Subscriber + for<'a> LookupSpan<'a>>(id: &Id, values: &Record<'_>, context: &Context<'_, S>) {
    if let Some(span) = context.span(id)
        && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
    {
        values.record(fields);
    }
}

impl Fields {
    /// Names with their values.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &Value)> {
        self.0.iter().map(|(name, value)| (*name, value))
    }

    /// Takes a value out; null if there is none.
    pub fn take(&mut self, name: &str) -> Value {
        let at = self.0.iter().position(|(other, _)| *other == name);
        at.map(|at| self.0.remove(at).1).unwrap_or_default()
    }

    /// Adds other fields, which stand above those of the same name.
    pub fn extend(&mut self, other: &Self) {
        other.iter().for_each(|(name, value)| self.put(name, value.clone()));
    }

    /// As a JSON object.
    #[must_use]
    pub fn to_json(&self) -> Map<String, Value> {
        self.iter().map(|(name, value)| (name.to_owned(), value.clone())).collect()
    }

    fn put(&mut self, name: &'static str, value: Value) {
        match self.0.iter_mut().find(|(other, _)| *other == name) {
            Some((_, old)) => *old = value,
            None => self.0.push((name, value)),
        }
    }
}

impl Display for Fields {
    /// Writes ` name=value` for each, a value in quotes where it is not a single word.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.iter().try_for_each(|(name, value)| match value.as_str() {
            Some(word) if !word.is_empty() && !word.contains([' ', '"', '=']) => write!(f, " {name}={word}"),
            _ => write!(f, " {name}={value}"),
        })
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.put(field.name(), json!(format!("{value:?}")));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field.name(), json!(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field.name(), json!(value));
    }
}
