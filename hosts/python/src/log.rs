//! Passes the log of calls and requests to a logger of Python.

use std::cell::{Cell, RefCell};

use component_runtime::log::{Line, Lines, own_targets};
use component_runtime::printable;
use pyo3::prelude::*;
use servicestage::wait::Event;
use tracing::{Dispatch, Level};
use tracing_subscriber::filter::{FilterExt, LevelFilter, dynamic_filter_fn};
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::registry;

thread_local! {
    /// What the call that runs on this thread logs.
    static LEVEL: Cell<LevelFilter> = const { Cell::new(LevelFilter::OFF) };
    /// The lines that the interpreter has not taken yet.
    static KEPT: RefCell<Vec<(u8, String)>> = const { RefCell::new(Vec::new()) };
}

/// Keeps the lines of every thread's call, from now on.
///
/// All calls share this registry, as they share a runtime: a call may run on with what is left of another one, and a span
/// must be closed in the registry that it was made in.
pub fn keep() {
    let lines = Lines(|line: &Line<'_>| {
        let text = printable::line(&format!("{}{}", line.text, line.fields));
        let line = (number(*line.metadata.level()), text);
        // A thread that ends has no call.
        let _ = KEPT.try_with(|kept| kept.borrow_mut().push(line));
    });
    let own = own_targets(env!("CARGO_CRATE_NAME"), LevelFilter::DEBUG);
    let heard =
        dynamic_filter_fn(|metadata, _| LEVEL.try_with(|level| *metadata.level() <= level.get()).unwrap_or(false));
    // A child that was forked has its parent's.
    let _ = tracing::dispatcher::set_global_default(Dispatch::new(registry().with(lines.with_filter(own.and(heard)))));
}

/// Passes lines from the thread of a call to the interpreter.
pub struct Log {
    level: LevelFilter,
    log: Py<PyAny>,
}

impl Log {
    /// Logs events of at least this level of Python's, by calling a function with a level and a line.
    pub fn new(level: i64, log: Py<PyAny>) -> Self {
        Self { level: filter(level), log }
    }

    /// Runs a function, which does not panic, and keeps the lines that it logs.
    pub fn hearing<T>(&self, run: impl FnOnce() -> T) -> T {
        LEVEL.set(self.level);
        let result = run();
        LEVEL.set(LevelFilter::OFF);
        result
    }

    /// Passes on the lines that this thread kept.
    ///
    /// # Errors
    /// A handler raised an exception.
    pub fn tell(&self, py: Python<'_>) -> PyResult<()> {
        KEPT.take().into_iter().try_for_each(|(level, line)| self.log.call1(py, (level, line)).map(drop))
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
