//! One call while it is waited for.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use pyo3::prelude::*;
use pyo3::types::PyAny;
use servicestage::error::Error;
use tokio::time::timeout;

use crate::failure::failed;
use crate::log::Log;
use crate::process::Process;

/// How often the interpreter is asked for signals.
const LOOK: Duration = Duration::from_millis(50);

/// A call, which another thread can stop.
#[pyclass(frozen, module = "servicestage_pipelines._native")]
pub struct Call {
    operation: &'static str,
    log: Log,
    stopped: AtomicBool,
}

#[pymethods]
impl Call {
    /// A call whose events of this level and above a function takes, with the level and a line of text.
    #[new]
    fn new(level: u8, log: Py<PyAny>) -> Self {
        Self { operation: "list-pipelines", log: Log::new(level, log), stopped: AtomicBool::new(false) }
    }

    /// Ends the call within a moment. Whoever waits for it gets an error.
    fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }
}

impl Call {
    /// Waits for a future on this thread, which is detached from the interpreter meanwhile.
    ///
    /// # Errors
    /// A handler of a signal raised an exception, the call was stopped, or it panicked.
    pub fn wait<F>(&self, py: Python<'_>, process: &'static Process, future: F) -> PyResult<F::Output>
    where
        F: Future<Output: Send> + Send,
    {
        // On the heap, where it stays while a handler of a signal runs.
        let mut future = Box::pin(future);
        let result = self.steps(py, process, &mut future);
        // What it holds may ask for the runtime when it is dropped.
        let _context = process.tokio.enter();
        drop(future);
        result
    }

    fn steps<F>(&self, py: Python<'_>, process: &'static Process, future: &mut Pin<Box<F>>) -> PyResult<F::Output>
    where
        F: Future<Output: Send> + Send,
    {
        loop {
            let step = || process.tokio.block_on(async { timeout(LOOK, future.as_mut()).await });
            let step = py.detach(|| catch_unwind(AssertUnwindSafe(|| self.log.hearing(step))));
            self.log.tell(py)?;
            match step {
                Ok(Ok(output)) => return Ok(output),
                Ok(Err(_elapsed)) => {}
                Err(_panic) => {
                    return Err(failed(&Error::of_host(self.operation, "it panicked", "Report this message.")));
                }
            }
            // Outside of the runtime: a handler may itself make a call.
            py.check_signals()?;
            if self.stopped.load(Ordering::Relaxed) {
                return Err(failed(&Error::of_host(self.operation, "it was stopped", "Call again.")));
            }
        }
    }
}
