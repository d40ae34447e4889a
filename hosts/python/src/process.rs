//! What all clients of a process share, made when the first of them needs it.

use std::sync::{Mutex, PoisonError};

use component_runtime::machine;
use pyo3::Python;
use servicestage::error::Error;
use tokio::runtime::{Builder, Runtime};

/// The runtime and the component of one process. A child that was forked makes its own, because threads, and what the
/// system knows of connections, stay with the parent.
pub struct Process {
    id: u32,
    pub tokio: Runtime,
    pub plugin: component_runtime::Plugin,
}

/// Never dropped: in a child, that would close the parent's connections. Locked only by threads that are attached to the
/// interpreter, as the thread that forks is: so a child does not inherit a lock that is held.
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

    fn start() -> Result<Self, Box<Error>> {
        // On the threads of the callers. A runtime with threads of its own does not survive a fork.
        let tokio = machine::start(Builder::new_current_thread().enable_all(), 1)
            .map_err(|explanation| Box::new(Error::of_machine("list-pipelines", &explanation)))?;
        let wasm = include_bytes!("../../../target/component/servicestage.wasm");
        let plugin =
            component_runtime::Runtime::new(Default::default()).and_then(|r| r.compile(wasm)).map_err(|e| {
                match e.explanation() {
                    Some(x) => Box::new(Error::of_machine("list-pipelines", &x)),
                    None => Box::new(Error::of_host("list-pipelines", e, "Reinstall the package.")),
                }
            })?;
        Ok(Self { id: std::process::id(), tokio, plugin })
    }
}
