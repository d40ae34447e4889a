//! The runtime and the component that all clients of a process share, made when the first of them needs them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use component_runtime::machine;
use pyo3::{Python, pyfunction};
use servicestage::error::of_machine;
use servicestage::{Component, Error, Limits};
use tokio::runtime::{Builder, Runtime};
use tokio::task::yield_now;

use crate::log::{self, LogHandlers};
use crate::session::MAKING;

/// How many threads are tried before tokio starts. It makes one to resolve a name, and panics if it cannot.
const THREADS: usize = 1;

/// The longest call, in all its attempts: the longest timeout that can be passed, and some more. The thread that waits
/// enforces the timeout itself.
const MAX_CALL_TIME: Duration = Duration::from_secs(u32::MAX as u64 / 1000 + 60);

/// How often the tasks of the runtime get a turn when something is left. A connection takes one to hear that it is not
/// needed, and one to close.
const SCHEDULER_TURNS: usize = 8;

/// The runtime and the component of one process. A child that was forked makes its own, because threads, and what the
/// system knows of connections, stay with the parent.
pub struct Process {
    id: u32,
    pub tokio: Runtime,
    pub component: Component,
    pub handlers: LogHandlers,
}

/// The process is never dropped: in a child, that would close the parent's connections. Only threads that are attached
/// to the interpreter lock it, and a thread that forks is attached too. So a child never inherits a lock that is held.
static CURRENT: Mutex<Option<&'static Process>> = Mutex::new(None);

impl Process {
    /// Returns what this process shares.
    ///
    /// # Errors
    /// The machine lacks what a call needs.
    pub fn current(_attached: Python<'_>) -> Result<&'static Self, Box<Error>> {
        let mut current = CURRENT.lock().unwrap_or_else(PoisonError::into_inner);
        match *current {
            Some(process) if process.is_own() => Ok(process),
            _ => {
                let process: &'static Self = Box::leak(Box::new(Self::start()?));
                *current = Some(process);
                Ok(process)
            }
        }
    }

    /// Whether this is the process that it was made in.
    pub fn is_own(&self) -> bool {
        self.id == std::process::id()
    }

    /// Drops a client or a call, and lets connections that only it needed close. Its parts may need the runtime. No call
    /// comes later for certain, and nothing else runs the runtime.
    ///
    /// A panic is reported on standard error and goes no further.
    pub fn dispose<T>(&self, left: T) {
        let close = async {
            drop(left);
            for _ in 0..SCHEDULER_TURNS {
                yield_now().await;
            }
        };
        let _ = catch_unwind(AssertUnwindSafe(|| self.tokio.block_on(close)));
    }

    fn start() -> Result<Self, Box<Error>> {
        // On the threads of the callers. A runtime with threads of its own does not survive a fork.
        let tokio = machine::start(Builder::new_current_thread().enable_all(), THREADS)
            .map_err(|explanation| Box::new(of_machine(MAKING, &explanation)))?;
        let component = Component::embedded(Limits { deadline: MAX_CALL_TIME, ..Limits::default() }, MAKING)?;
        log::install();
        Ok(Self { id: std::process::id(), tokio, component, handlers: LogHandlers::default() })
    }
}

/// Ends the handlers of logs, as the interpreter is about to end.
#[pyfunction]
pub fn end_handlers(py: Python<'_>) {
    let current = *CURRENT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(process) = current.filter(|process| process.is_own()) {
        process.handlers.end(py);
    }
}
