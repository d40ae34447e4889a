//! Tells on stderr what spans and events say, for `-v`: a line each, as text or as JSON.
//!
//! Nothing reaches a terminal but through [`text`].

use component_runtime::Grant;
use component_runtime::log::{Line, Lines, own_targets};
use serde_json::{Value, json};
use servicestage::network::Http;
use tracing::level_filters::LevelFilter;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::{Layer, Registry, registry};

use crate::args::connection::{LogFormat, Verbosity};
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
    let (progress_of_lines, format) = (progress.clone(), verbosity.log_format);
    let lines = Lines(move |line: &Line<'_>| progress_of_lines.say(&shown(line, format)));
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

/// Hears of the tool's own spans and events, up to this level.
fn listener(level: LevelFilter, layer: impl Layer<Registry> + Send + Sync) -> Listener {
    layer.with_filter(own_targets(env!("CARGO_CRATE_NAME"), level)).boxed()
}

fn shown(line: &Line<'_>, format: LogFormat) -> String {
    match format {
        LogFormat::Text => text::line(&format!("{}{}", line.text, line.fields)),
        LogFormat::Json => {
            let mut object = line.fields.to_json();
            object.insert("time".to_owned(), json!(jiff::Timestamp::now().to_string()));
            object.insert("level".to_owned(), json!(line.metadata.level().as_str().to_ascii_lowercase()));
            object.insert(if line.is_span { "span" } else { "message" }.to_owned(), json!(line.text));
            text::json(&Value::Object(object).to_string())
        }
    }
}
