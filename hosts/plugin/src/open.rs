//! The component in a file, under the name that its provider would have.

use std::io::{self, IsTerminal as _, Write as _};
use std::path::Path;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, ensure};
use component_runtime::machine;
use terraform_provider_servicestage::DataSources;

/// How long loading may take before a message explains the wait.
const PATIENCE: Duration = Duration::from_secs(1);

/// Compiles the component in a file. Prints a message to a terminal if that takes long.
pub async fn open(file: &Path) -> Result<DataSources, String> {
    let name = provider_name(file).map_err(|error| error.to_string())?;
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
    sources
}

/// Returns the provider's name: the file's name without `terraform-provider-` and the extension.
pub fn provider_name(file: &Path) -> Result<String> {
    let stem = file.file_stem().and_then(|stem| stem.to_str()).context("the file has no name")?;
    let name = stem.strip_prefix("terraform-provider-").unwrap_or(stem).replace('_', "-");
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    ensure!(
        name.starts_with(|first: char| first.is_ascii_lowercase()) && name.bytes().all(inner),
        "{stem:?} is not a name for a provider: rename the file to lower-case letters, digits and hyphens"
    );
    Ok(name)
}

/// Runs a future to its end.
pub fn block_on<T>(future: impl Future<Output = Result<T, String>>) -> Result<T> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    // One more for blocking work.
    let runtime = machine::start(builder.enable_all().worker_threads(threads), threads + 1);
    let runtime = runtime.map_err(|explanation| anyhow!("{explanation}"))?;
    let result = runtime.block_on(future);
    // A name that is still being resolved is not waited for.
    runtime.shutdown_background();
    result.map_err(|why| anyhow!(why))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_provider_is_named_like_the_file() {
        for (file, name) in
            [("rates.wasm", "rates"), ("a/terraform-provider-demo.wasm", "demo"), ("city_names.wasm", "city-names")]
        {
            assert_eq!(provider_name(Path::new(file)).unwrap(), name);
        }
        for file in ["Rates.wasm", "1.wasm", "a b.wasm", "..", "é.wasm"] {
            assert!(provider_name(Path::new(file)).is_err(), "{file}");
        }
    }
}
