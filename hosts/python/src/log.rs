//! Passes the log of calls and requests to a logger of Python.

use std::sync::{Arc, Mutex, PoisonError};

use component_runtime::log::{Line, Lines, own_targets};
use component_runtime::printable;
use pyo3::prelude::*;
use servicestage::wait::Event;
use tracing::{Dispatch, Level};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::registry;

/// Keeps the lines that this thread logs until the interpreter can take them.
pub struct Log {
    kept: Arc<Mutex<Vec<(u8, String)>>>,
    dispatch: Dispatch,
    log: Py<PyAny>,
}

impl Log {
    /// Logs events of at least this level of Python's, by calling a function with a level and a line.
    pub fn new(level: i64, log: Py<PyAny>) -> Self {
        let kept = Arc::new(Mutex::new(Vec::new()));
        let keep = Arc::clone(&kept);
        let lines = Lines(move |line: &Line<'_>| {
            let text = printable::line(&format!("{}{}", line.text, line.fields));
            keep.lock().unwrap_or_else(PoisonError::into_inner).push((number(*line.metadata.level()), text));
        });
        let layer = lines.with_filter(own_targets(env!("CARGO_CRATE_NAME"), filter(level)));
        Self { kept, dispatch: Dispatch::new(registry().with(layer)), log }
    }

    /// Runs a function and keeps the lines that it logs.
    pub fn hearing<T>(&self, run: impl FnOnce() -> T) -> T {
        tracing::dispatcher::with_default(&self.dispatch, run)
    }

    /// Passes on the lines that were kept.
    ///
    /// # Errors
    /// A handler raised an exception.
    pub fn tell(&self, py: Python<'_>) -> PyResult<()> {
        let kept = std::mem::take(&mut *self.kept.lock().unwrap_or_else(PoisonError::into_inner));
        kept.into_iter().try_for_each(|(level, line)| self.log.call1(py, (level, line)).map(drop))
    }
}

/// Logs how a wait goes.
pub fn waiting(event: Event<'_>) {
    match event {
        Event::Status(pipeline) => match pipeline.status {
            Some(status) => tracing::info!(%status, "waiting"),
            None => tracing::info!("waiting for a release task without a status"),
        },
        Event::NotStarted(_) => tracing::info!("waiting for the release task to be started"),
        Event::Missing => tracing::info!("waiting for the release task to exist"),
        Event::Retrying(error, pause) => {
            let why = error.message.lines().next().unwrap_or_default();
            tracing::warn!(seconds = pause.as_secs(), "a listing failed, and is tried again: {why}");
        }
        _ => {}
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

fn filter(level: i64) -> LevelFilter {
    match level {
        ..=10 => LevelFilter::DEBUG,
        11..=20 => LevelFilter::INFO,
        21..=30 => LevelFilter::WARN,
        _ => LevelFilter::OFF,
    }
}
