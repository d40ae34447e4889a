//! The process: what Terraform starts, and people who look for faults.

#![cfg_attr(not(test), deny(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used))]
// They panic where the reader is gone.
#![deny(clippy::print_stderr, clippy::print_stdout)]

use std::io::Write as _;
use std::process::ExitCode;

use component_runtime::{machine, printable};
use terraform_provider_servicestage::{Provider, log, provider_name, serve};

/// By this Terraform shows that it is Terraform.
const COOKIE: (&str, &str) =
    ("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2");

const USAGE: &str = "This program is a Terraform provider: Terraform starts it.

  --debug ADDRESS  serves until it is interrupted, and prints how Terraform finds it as the provider of this address,
                   such as registry.terraform.io/huaweicloud/servicestage
  --describe       prints what the component offers, as JSON";

fn main() -> ExitCode {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    // One more for blocking work.
    let runtime = machine::start(builder.enable_all().worker_threads(threads), threads + 1);
    let result = runtime.map_err(|explanation| explanation.to_string()).and_then(|runtime| {
        let arguments = std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned());
        let result = runtime.block_on(run(&arguments.collect::<Vec<_>>()));
        // A name that is still being resolved is not waited for.
        runtime.shutdown_background();
        result
    });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(text) => {
            // If nobody reads stderr, the failure cannot be reported.
            drop(writeln!(std::io::stderr(), "{}", printable::lines(&text)));
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &[String]) -> Result<(), String> {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let executable =
        std::env::current_exe().map_err(|error| format!("this program's own place is not known: {error}"))?;
    let name = provider_name(&executable)?;
    log::start(&name);
    let provider = Provider::new(name);
    match arguments.as_slice() {
        ["--debug", address] => serve::serve_debug(provider, address).await,
        ["--describe"] => {
            let description = provider.description().await?;
            writeln!(std::io::stdout(), "{description}").map_err(|error| format!("stdout cannot be written: {error}"))
        }
        [] if std::env::var(COOKIE.0).is_ok_and(|cookie| cookie == COOKIE.1) => serve::serve(provider).await,
        _ => Err(USAGE.to_owned()),
    }
}
