//! The log of hosts: a line for each event, and for each span when it closes. A host says how a line looks.

use std::fmt::{self, Debug, Display};

use serde_json::{Map, Value, json};
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::{LookupSpan, Scope};

/// Lets events and spans of this program and of its own libraries pass, up to a level. Those of other libraries may hold
/// headers.
#[must_use]
pub fn own_targets(program: &str, level: LevelFilter) -> Targets {
    Targets::new().with_targets(["component_runtime", "servicestage", program].map(|target| (target, level)))
}

/// One line of a log.
///
/// ```
/// use component_runtime::log::Line;
///
/// /// Writes a line as one JSON object.
/// fn json(line: &Line<'_>) -> String {
///     let mut fields = line.fields.to_json();
///     fields.insert("message".to_owned(), line.text.into());
///     serde_json::Value::Object(fields).to_string()
/// }
/// # let _ = json;
/// ```
pub struct Line<'a> {
    /// Whether a span has closed, or something has happened.
    pub is_span: bool,
    /// The name of the span, or the message of the event.
    pub text: &'a str,
    /// Where in the code it is, and its level.
    pub metadata: &'a Metadata<'a>,
    /// The fields of the span or event.
    pub fields: &'a Fields,
    /// The fields of all spans around it. An inner span replaces the fields of the same name.
    pub around: &'a Fields,
}

/// A layer that passes each line to a function.
///
/// ```
/// use std::sync::{Arc, Mutex};
///
/// use component_runtime::log::{Line, Lines};
/// use tracing_subscriber::layer::SubscriberExt;
///
/// let written = Arc::new(Mutex::new(Vec::new()));
/// let lines = Arc::clone(&written);
/// let layer = Lines(move |line: &Line<'_>| lines.lock().unwrap().push(format!("{}{}", line.text, line.fields)));
/// tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
///     tracing::info!(attempt = 2, host = "api.example.com", "a request");
/// });
/// assert_eq!(*written.lock().unwrap(), ["a request attempt=2 host=api.example.com"]);
/// ```
pub struct Lines<F>(pub F);

impl<S, F> Layer<S> for Lines<F>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    F: Fn(&Line<'_>) + 'static,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if let Some(span) = context.span(id) {
            let mut fields = Fields::default();
            attributes.record(&mut fields);
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            values.record(fields);
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else { return };
        let around = &all(span.parent().map(|parent| parent.scope()));
        if let Some(fields) = span.extensions().get::<Fields>() {
            (self.0)(&Line { is_span: true, text: span.name(), metadata: span.metadata(), fields, around });
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let message = fields.take("message");
        (self.0)(&Line {
            is_span: false,
            text: message.as_str().unwrap_or_default(),
            metadata: event.metadata(),
            fields: &fields,
            around: &all(context.event_scope(event)),
        });
    }
}

/// Returns the fields of all spans of a scope.
fn all<'a, S: LookupSpan<'a>>(scope: Option<Scope<'a, S>>) -> Fields {
    let mut all = Fields::default();
    for span in scope.into_iter().flat_map(Scope::from_root) {
        if let Some(fields) = span.extensions().get::<Fields>() {
            all.extend(fields);
        }
    }
    all
}

/// Names and values in the order in which they were first recorded.
///
/// ```
/// use component_runtime::log::Fields;
///
/// let fields = Fields::default();
/// assert_eq!((fields.iter().count(), fields.to_string().as_str()), (0, ""));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Fields(Vec<(&'static str, Value)>);

impl Fields {
    /// Returns names with their values.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &Value)> {
        self.0.iter().map(|(name, value)| (*name, value))
    }

    /// Adds other fields, which replace those of the same name.
    pub fn extend(&mut self, other: &Self) {
        other.iter().for_each(|(name, value)| self.put(name, value.clone()));
    }

    /// Returns the fields as a JSON object.
    #[must_use]
    pub fn to_json(&self) -> Map<String, Value> {
        self.iter().map(|(name, value)| (name.to_owned(), value.clone())).collect()
    }

    /// Takes a value out; null if it is missing.
    fn take(&mut self, name: &str) -> Value {
        let at = self.0.iter().position(|(other, _)| *other == name);
        at.map(|at| self.0.remove(at).1).unwrap_or_default()
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

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use tracing::{debug, debug_span, info_span};
    use tracing_subscriber::layer::SubscriberExt;
    use tracing_subscriber::registry;

    use super::*;

    /// Runs something, and returns its log lines, each as its kind, text, own fields and those around.
    fn lines(targets: Targets, run: impl FnOnce()) -> Vec<Value> {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let written = Arc::clone(&seen);
        let layer = Lines(move |line: &Line<'_>| {
            let line = json!([line.is_span, line.text, line.fields.to_json(), line.around.to_json()]);
            written.lock().unwrap().push(line);
        });
        tracing::subscriber::with_default(registry().with(layer.with_filter(targets)), run);
        Arc::into_inner(seen).unwrap().into_inner().unwrap()
    }

    #[test]
    fn a_line_has_its_own_fields_and_those_of_the_spans_around_it() {
        let seen = lines(own_targets("a_program", LevelFilter::DEBUG), || {
            let outer = info_span!("outer", at = 1, of = "both", later = tracing::field::Empty).entered();
            {
                let _inner = debug_span!("inner", at = 2).entered();
                debug!(own = 3, "done");
            }
            outer.record("later", 4);
        });
        let expected = [
            json!([false, "done", { "own": "3" }, { "at": "2", "of": "both" }]),
            json!([true, "inner", { "at": "2" }, { "at": "1", "of": "both" }]),
            json!([true, "outer", { "at": "1", "of": "both", "later": "4" }, {}]),
        ];
        assert_eq!(seen, expected);
    }

    #[test]
    fn other_libraries_and_lower_levels_are_left_out() {
        let seen = lines(own_targets("a_program", LevelFilter::INFO), || {
            debug!("too low");
            tracing::info!(target: "hyper", "of another library");
            tracing::info!(target: "a_program", "of the program");
            tracing::info!("of this library");
        });
        let texts: Vec<_> = seen.iter().map(|line| line[1].as_str().unwrap()).collect();
        assert_eq!(texts, ["of the program", "of this library"]);
    }
}
