//! The component in a file, under the name that its provider would have.

use std::env;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::Path;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use anyhow::{Error, Result, anyhow};
use component_runtime::machine;
use terraform_provider_servicestage::{DataSources, log, provider_name};

use crate::args::invalid;

/// How long loading may take before a message explains the wait.
const PATIENCE: Duration = Duration::from_secs(1);

/// Compiles the component in a file. Prints a message to a terminal if that takes long.
pub async fn open(file: &Path) -> Result<DataSources> {
    let name = provider_name(file).map_err(invalid)?;
    // As Terraform shows it: among the lines are those that the component writes to stderr.
    if env::var_os("TF_LOG").is_some_and(|level| !level.is_empty()) {
        log::start(&name);
    }
    let (loaded, loading) = mpsc::channel::<()>();
    if io::stderr().is_terminal() {
        let text = format!("compiling {name}, once");
        let say = move || {
            if loading.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                drop(writeln!(io::stderr(), "{text}"));
            }
        };
        // Without the thread, nothing is said.
        drop(thread::Builder::new().spawn(say));
    }
    let sources = DataSources::of_file(file, &name).await;
    drop(loaded);
    sources.map_err(Error::msg)
}

/// Returns what the component in a file offers, as JSON.
pub fn describe(file: &Path) -> Result<String> {
    block_on(async { open(file).await?.description().await.map_err(Error::msg) })
}

/// Runs a future to its end.
pub fn block_on<T>(future: impl Future<Output = Result<T>>) -> Result<T> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    // One more for blocking work.
    let runtime = machine::start(builder.enable_all().worker_threads(threads), threads + 1);
    let runtime = runtime.map_err(|explanation| anyhow!("{explanation}"))?;
    let result = runtime.block_on(future);
    // A name that is still being resolved is not waited for.
    runtime.shutdown_background();
    result
}
