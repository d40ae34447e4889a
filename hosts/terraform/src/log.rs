//! What goes to Terraform's log: one JSON object a line on stderr, with the keys of hclog. Terraform shows it where
//! `TF_LOG` asks for it.
//!
//! A line for each event and for each span when it closes, with the fields of the spans around it, so that lines of
//! reads at the same time can be told apart.

use std::io::Write as _;

use component_runtime::fields::{self, Fields};
use component_runtime::printable;
use serde_json::{Value, json};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::registry::{LookupSpan, Scope};
use tracing_subscriber::{Layer, registry};

/// Tells from here on what happens, under the provider's name. Other libraries are not listened to: what they trace may
/// hold headers.
pub fn start(provider: &str) {
    let own = ["component_runtime", "servicestage", env!("CARGO_CRATE_NAME")];
    let filter = Targets::new().with_targets(own.map(|target| (target, LevelFilter::DEBUG)));
    let lines = Lines { provider: provider.to_owned() }.with_filter(filter);
    // It fails only where somebody listens already.
    let _ = tracing::subscriber::set_global_default(registry().with(lines));
}

struct Lines {
    provider: String,
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Lines {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        fields::open(attributes, id, &context);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        fields::record(id, values, &context);
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        if let Some(span) = context.span(&id) {
            self.write(span.metadata(), span.name(), &around(context.span_scope(&id)));
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = around(context.event_scope(event));
        event.record(&mut fields);
        let message = fields.take("message");
        self.write(event.metadata(), message.as_str().unwrap_or_default(), &fields);
    }
}

impl Lines {
    fn write(&self, metadata: &Metadata<'_>, message: &str, fields: &Fields) {
        let mut line = fields.to_json();
        line.insert("@level".to_owned(), json!(metadata.level().as_str().to_ascii_lowercase()));
        for value in line.values_mut() {
            if let Value::String(text) = value {
                *text = printable::lines(text);
            }
        }
        line.insert("@message".to_owned(), json!(printable::lines(message)));
        line.insert("@module".to_owned(), json!(self.provider));
        line.insert("@timestamp".to_owned(), json!(format!("{:.6}", jiff::Timestamp::now())));
        // In one piece: stderr has no buffer, and each piece of a line would wake up Terraform, which reads it. Nobody is
        // left to be told of a log that nobody reads.
        let _ = std::io::stderr().write_all(format!("{}\n", Value::Object(line)).as_bytes());
    }
}

/// The fields of all spans of a scope. Those further in stand above those around them.
fn around<'a, S: LookupSpan<'a>>(scope: Option<Scope<'a, S>>) -> Fields {
    let mut all = Fields::default();
    for span in scope.into_iter().flat_map(Scope::from_root) {
        if let Some(fields) = span.extensions().get::<Fields>() {
            all.extend(fields);
        }
    }
    all
}
