//! Tells on stderr what spans and events say, for `-v`: a line each, as text or as JSON.
//!
//! Only those of the tool and of its own libraries; what other libraries trace may hold headers. Nothing reaches a
//! terminal but through [`text`].

use component_runtime::Grant;
use component_runtime::fields::{self, Fields};
use serde_json::{Value, json};
use servicestage::network::Http;
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::DefaultGuard;
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::{Layer, Registry, registry};

use crate::args::{LogFormat, Verbosity};
use crate::otel;
use crate::progress::Progress;
use crate::text;

/// What listens until it is finished.
pub struct Log {
    guard: DefaultGuard,
    export: Option<otel::Export>,
}

type Listener = Box<dyn Layer<Registry> + Send + Sync>;

/// Tells what happens on this thread, where the tool does everything. Nobody listens if nobody asked for it.
pub fn start(verbosity: &Verbosity, progress: &Progress, http: &Http, grant: &Grant) -> Option<Log> {
    let lines = Lines { progress: progress.clone(), format: verbosity.log_format };
    let mut listeners = match verbosity.verbose {
        0 => Vec::new(),
        1 => vec![listener(LevelFilter::INFO, lines)],
        _ => vec![listener(LevelFilter::DEBUG, lines)],
    };
    let export = otel::start(http, grant, progress).map(|(layer, export)| {
        listeners.push(listener(LevelFilter::DEBUG, layer));
        export
    });
    let guard = (!listeners.is_empty()).then(|| tracing::subscriber::set_default(registry().with(listeners)))?;
    Some(Log { guard, export })
}

impl Log {
    /// Waits until all is told.
    pub fn finish(self) {
        drop(self.guard);
        if let Some(export) = self.export {
            export.finish();
        }
    }
}

/// Hears of the spans and events of the tool and of its libraries, up to this level.
fn listener(level: LevelFilter, layer: impl Layer<Registry> + Send + Sync) -> Listener {
    let own = ["component_runtime", "servicestage", "servicestage_cli"];
    layer.with_filter(Targets::new().with_targets(own.map(|target| (target, level)))).boxed()
}

/// Prints a line for each event, and for each span when it closes.
struct Lines {
    progress: Progress,
    format: LogFormat,
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Lines {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        fields::open(attributes, id, &context);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        fields::record(id, values, &context);
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        if let Some(span) = context.span(&id)
            && let Some(fields) = span.extensions().get::<Fields>()
        {
            self.say("span", span.metadata(), span.name(), fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let message = fields.take("message");
        self.say("message", event.metadata(), message.as_str().unwrap_or_default(), &fields);
    }
}

impl Lines {
    fn say(&self, kind: &str, metadata: &Metadata<'_>, what: &str, fields: &Fields) {
        self.progress.say(&match self.format {
            LogFormat::Text => text::line(&format!("{what}{fields}")),
            LogFormat::Json => {
                let mut object = fields.to_json();
                object.insert("time".to_owned(), json!(jiff::Timestamp::now().to_string()));
                object.insert("level".to_owned(), json!(metadata.level().as_str().to_ascii_lowercase()));
                object.insert(kind.to_owned(), json!(what));
                text::json(&Value::Object(object).to_string())
            }
        });
    }
}
