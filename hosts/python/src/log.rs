//! Passes the log of calls and requests to a logger of Python.

use std::cell::{Cell, RefCell};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use component_runtime::log::{Line, Lines, own_targets};
use component_runtime::printable;
use pyo3::prelude::*;
use servicestage::wait::Event;
use tracing::{Dispatch, Level};
use tracing_subscriber::filter::{FilterExt, LevelFilter, dynamic_filter_fn};
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::registry;

/// How long the end of the interpreter waits for handlers of logs.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(2);

thread_local! {
    /// The level that the call on this thread logs at.
    static LEVEL: Cell<LevelFilter> = const { Cell::new(LevelFilter::OFF) };
    /// The lines that the interpreter has not taken yet.
    static PENDING: RefCell<Vec<(u8, String)>> = const { RefCell::new(Vec::new()) };
}

/// Installs the subscriber, which keeps the lines of every thread's call.
///
/// All calls share this registry, as they share a runtime. A call may finish the work of another one, and a span must
/// be closed in the registry that it was made in.
pub fn install() {
    let lines = Lines(|line: &Line<'_>| {
        let text = printable::line(&format!("{}{}", line.text, line.fields));
        let line = (number(*line.metadata.level()), text);
        // A thread that ends has no call.
        let _ = PENDING.try_with(|pending| pending.borrow_mut().push(line));
    });
    let own = own_targets(env!("CARGO_CRATE_NAME"), LevelFilter::DEBUG);
    let enabled =
        dynamic_filter_fn(|metadata, _| LEVEL.try_with(|level| *metadata.level() <= level.get()).unwrap_or(false));
    // A child that was forked has its parent's.
    let _ =
        tracing::dispatcher::set_global_default(Dispatch::new(registry().with(lines.with_filter(own.and(enabled)))));
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
    pub fn recording<T>(&self, run: impl FnOnce() -> T) -> T {
        LEVEL.set(self.level);
        let result = run();
        LEVEL.set(LevelFilter::OFF);
        result
    }

    /// Delivers the lines that this thread kept.
    ///
    /// # Errors
    /// A handler raised an exception.
    pub fn deliver(&self, py: Python<'_>, handlers: &LogHandlers) -> PyResult<()> {
        let lines = PENDING.take();
        if lines.is_empty() {
            return Ok(());
        }
        handlers.run(py, || lines.into_iter().try_for_each(|(level, line)| self.log.call1(py, (level, line)).map(drop)))
    }
}

/// The handlers of logs that run in a process.
///
/// Before version 3.14, an interpreter that ends also ends each other thread that runs Python code, by unwinding its
/// stack. Rust aborts the process when that reaches a Rust frame. So no handler may run by then.
#[derive(Default)]
pub struct LogHandlers {
    running: AtomicUsize,
    /// The thread that ends the interpreter. No other thread runs a handler after it.
    ending: OnceLock<ThreadId>,
}

impl LogHandlers {
    /// Runs handlers, or nothing on a thread that is about to end.
    fn run(&self, _attached: Python<'_>, handlers: impl FnOnce() -> PyResult<()>) -> PyResult<()> {
        if self.ending.get().is_some_and(|ending| *ending != thread::current().id()) {
            return Ok(());
        }
        self.running.fetch_add(1, Ordering::SeqCst);
        let result = handlers();
        self.running.fetch_sub(1, Ordering::SeqCst);
        result
    }

    /// Waits until no other thread runs a handler, and lets none begin. This thread ends the interpreter.
    pub fn end(&self, py: Python<'_>) {
        self.ending.get_or_init(|| thread::current().id());
        let until = Instant::now() + SHUTDOWN_TIMEOUT;
        py.detach(|| {
            while self.running.load(Ordering::SeqCst) > 0 && Instant::now() < until {
                thread::sleep(Duration::from_millis(1));
            }
        });
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
