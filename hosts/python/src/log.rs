//! What calls and requests tell, for a logger of Python.

use std::sync::{Arc, Mutex, PoisonError};

use component_runtime::fields::{self, Fields};
use component_runtime::printable;
use pyo3::prelude::*;
use tracing::span::{Attributes, Id, Record};
use tracing::{Dispatch, Event, Level, Subscriber};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::{LookupSpan, Registry};

/// Keeps what is told on this thread until the interpreter can be asked to log it.
pub struct Log {
    lines: Lines,
    dispatch: Dispatch,
    log: Py<PyAny>,
}

/// Levels of Python's, with the line.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<(u8, String)>>>);

impl Log {
    /// Logs what has at least this level of Python's by calling a function with a level and a line.
    pub fn new(level: u8, log: Py<PyAny>) -> Self {
        let lines = Lines::default();
        let own = ["component_runtime", "servicestage"].map(|target| (target, filter(level)));
        let layer = lines.clone().with_filter(Targets::new().with_targets(own));
        Self { lines, dispatch: Dispatch::new(Registry::default().with(layer)), log }
    }

    /// Runs something and keeps what it tells.
    pub fn hearing<T>(&self, run: impl FnOnce() -> T) -> T {
        tracing::dispatcher::with_default(&self.dispatch, run)
    }

    /// Logs what was kept.
    ///
    /// # Errors
    /// A handler raised an exception.
    pub fn tell(&self, py: Python<'_>) -> PyResult<()> {
        for (level, line) in self.lines.take() {
            self.log.call1(py, (level, line))?;
        }
        Ok(())
    }
}

impl Lines {
    fn take(&self) -> Vec<(u8, String)> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn keep(&self, level: Level, what: &str, fields: &Fields) {
        let line = printable::line(&format!("{what}{fields}"));
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((number(level), line));
    }
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
            self.keep(*span.metadata().level(), span.name(), fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let message = fields.take("message");
        self.keep(*event.metadata().level(), message.as_str().unwrap_or_default(), &fields);
    }
}

/// The level of Python's logging.
fn number(level: Level) -> u8 {
    match level {
        Level::ERROR => 40,
        Level::WARN => 30,
        Level::INFO => 20,
        Level::DEBUG | Level::TRACE => 10,
    }
}

fn filter(level: u8) -> LevelFilter {
    match level {
        0..=10 => LevelFilter::DEBUG,
        11..=20 => LevelFilter::INFO,
        21..=30 => LevelFilter::WARN,
        _ => LevelFilter::OFF,
    }
}
