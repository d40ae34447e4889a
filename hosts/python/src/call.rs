//! One call while it is waited for.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use pyo3::prelude::*;
use pyo3::types::PyAny;
use servicestage::error::{Error, of_host};
use tokio::time::timeout;

use crate::failure::failed;
use crate::log::Log;
use crate::process::Process;

/// How often the interpreter is asked about signals.
const SIGNAL_INTERVAL: Duration = Duration::from_millis(50);

/// A call, which another thread can stop.
#[pyclass(frozen, module = "servicestage_pipelines._native")]
pub struct Call {
    log: Log,
    stopped: AtomicBool,
}

#[pymethods]
impl Call {
    /// Makes a call that passes events of this level and above to a function, with the level and a line of text.
    #[new]
    fn new(level: i64, log: Py<PyAny>) -> Self {
        Self { log: Log::new(level, log), stopped: AtomicBool::new(false) }
    }

    /// Ends the call within a moment. The thread that waits for it gets an error.
    fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }
}

impl Call {
    /// Waits for a call on this thread, which is detached from the interpreter meanwhile.
    ///
    /// # Errors
    /// The call failed, took longer than this, was stopped, or panicked, or a handler of a signal raised an exception.
    pub fn wait<T: Send>(
        &self,
        py: Python<'_>,
        process: &'static Process,
        operation: &str,
        max_time: Duration,
        future: impl Future<Output = Result<T, Box<Error>>> + Send,
    ) -> PyResult<T> {
        // On the heap, where it stays while a handler of a signal runs.
        let mut future = Box::pin(async move {
            let too_long = |_| {
                let what = format!("it took longer than {} s and was ended", max_time.as_secs());
                Box::new(of_host(operation, what, "Allow more with `timeout`, or ask for less."))
            };
            timeout(max_time, future).await.map_err(too_long)?
        });
        let result = self.poll(py, process, operation, &mut future);
        self.log.recording(|| process.dispose(future));
        let delivered = self.log.deliver(py, &process.handlers);
        let done = result?;
        delivered.map(|()| done)
    }

    fn poll<T: Send>(
        &self,
        py: Python<'_>,
        process: &'static Process,
        operation: &str,
        future: &mut Pin<Box<impl Future<Output = Result<T, Box<Error>>> + Send>>,
    ) -> PyResult<T> {
        loop {
            let step = || process.tokio.block_on(async { timeout(SIGNAL_INTERVAL, future.as_mut()).await });
            let step = py.detach(|| self.log.recording(|| catch_unwind(AssertUnwindSafe(step))));
            self.log.deliver(py, &process.handlers)?;
            match step {
                Ok(Ok(result)) => return result.map_err(|error| failed(&error)),
                Ok(Err(_elapsed)) => {}
                Err(_panic) => {
                    return Err(failed(&of_host(operation, "it panicked", "Report this message.")));
                }
            }
            // Outside of the runtime: a handler may itself make a call.
            py.check_signals()?;
            if self.stopped.load(Ordering::Relaxed) {
                return Err(failed(&of_host(operation, "it was stopped", "Call again.")));
            }
        }
    }
}
