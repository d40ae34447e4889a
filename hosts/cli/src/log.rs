//! Writes spans and events to stderr, for `-v`: a line each, as text or as JSON.
//!
//! Nothing reaches a terminal but through [`text`].

use std::io::IsTerminal;
use std::time::Duration;

use component_runtime::Grant;
use component_runtime::log::{Line, Lines, own_targets};
use serde_json::{Map, Value, json};
use servicestage::network::Http;
use tracing::level_filters::LevelFilter;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::{Layer, Registry, registry};

use crate::args::connection::{LogFormat, Verbosity};
#[cfg(feature = "otel")]
use crate::otel;
use crate::progress::Progress;
use crate::text;

/// Without the feature `otel`, nothing is sent to a collector.
#[cfg(not(feature = "otel"))]
mod otel {
    use tracing_subscriber::layer::Identity;

    /// An exporter that does not exist.
    pub enum Export {}

    /// Starts no exporter.
    pub fn start(_: &super::Http, _: &super::Grant, _: &super::Progress) -> Option<(Identity, Export)> {
        None
    }

    impl Export {
        /// Never called: this type has no values.
        pub fn finish(self) {
            match self {}
        }
    }
}

/// Listens until it is finished.
pub struct Log {
    guard: DefaultGuard,
    export: Option<otel::Export>,
}

type Listener = Box<dyn Layer<Registry> + Send + Sync>;

/// Logs the events of this thread, where the tool does everything. Nobody listens if nobody asked for it.
pub fn start(verbosity: &Verbosity, progress: &Progress, max_attempts: u32, http: &Http, grant: &Grant) -> Option<Log> {
    let mut listeners = Vec::new();
    // Failed attempts are heard of at the level of requests.
    if std::io::stderr().is_terminal() || verbosity.verbose > 0 {
        listeners.push(listener(LevelFilter::DEBUG, lines(verbosity, progress.clone(), max_attempts)));
    }
    let export = otel::start(http, grant, progress).map(|(layer, export)| {
        listeners.push(listener(LevelFilter::DEBUG, layer));
        export
    });
    let guard = (!listeners.is_empty()).then(|| tracing::subscriber::set_default(registry().with(listeners)))?;
    Some(Log { guard, export })
}

impl Log {
    /// Waits until everything is written.
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

/// Prints the lines of `-v`, and shows a failed attempt at once, with the time of the next one: beside the spinner, and
/// with `-v` in a line. `-vv` has a line for each request anyway. One layer does both, because two would keep the same
/// fields.
fn lines(verbosity: &Verbosity, progress: Progress, max_attempts: u32) -> Lines<impl Fn(&Line<'_>) + use<>> {
    let (verbose, format) = (verbosity.verbose, verbosity.log_format);
    let level = match verbose {
        0 => LevelFilter::OFF,
        1 => LevelFilter::INFO,
        _ => LevelFilter::DEBUG,
    };
    Lines(move |line: &Line<'_>| {
        if let Some(failed) = FailedAttempt::of(line) {
            let text = failed.text(max_attempts);
            progress.tell(text::line(&text));
            if verbose == 1 && (failed.pause.is_some() || failed.attempt >= u64::from(max_attempts)) {
                progress.say(&shown_text("message", &text, "info", Map::new(), format));
            }
        }
        if *line.metadata.level() <= level {
            progress.say(&shown(line, format));
        }
    })
}

/// An attempt that failed, as the end of its request reports it, and once more the pause that follows.
struct FailedAttempt {
    attempt: u64,
    why: String,
    pause: Option<Duration>,
}

impl FailedAttempt {
    fn of(line: &Line<'_>) -> Option<Self> {
        if line.text != if line.is_span { "request" } else { "pause" } {
            return None;
        }
        let fields = line.fields.to_json();
        let number = |name| fields.get(name).and_then(Value::as_u64);
        let status = number("status").filter(|status| *status >= 400);
        let error = fields.get("error").and_then(Value::as_str).map(str::to_owned);
        let why = status.map(|status| format!("HTTP {status}")).or(error)?;
        let pause = if line.is_span { None } else { number("milliseconds").map(Duration::from_millis) };
        Some(Self { attempt: number("attempt")?, why, pause })
    }

    fn text(&self, max_attempts: u32) -> String {
        let Self { attempt, why, pause } = self;
        let next = pause.map(|pause| format!(", next in {:.0} s", pause.as_secs_f64())).unwrap_or_default();
        format!("attempt {attempt} of {max_attempts}: {why}{next}")
    }
}

fn shown(line: &Line<'_>, format: LogFormat) -> String {
    let level = line.metadata.level().as_str().to_ascii_lowercase();
    match format {
        LogFormat::Text => text::line(&format!("{}{}", line.text, line.fields)),
        LogFormat::Json => {
            let name = if line.is_span { "span" } else { "message" };
            shown_text(name, line.text, &level, line.fields.to_json(), format)
        }
    }
}

fn shown_text(name: &str, text: &str, level: &str, mut object: Map<String, Value>, format: LogFormat) -> String {
    if format == LogFormat::Text {
        return text::line(text);
    }
    object.insert("time".to_owned(), json!(jiff::Timestamp::now().to_string()));
    object.insert("level".to_owned(), json!(level));
    object.insert(name.to_owned(), json!(text));
    text::json(&Value::Object(object).to_string())
}
