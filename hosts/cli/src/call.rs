//! One call of the service: the client that flags and environment describe, and the progress that people see.

use std::sync::Arc;
use std::time::Duration;

use component_runtime::machine;
use model::connection::{LONGEST_TIMEOUT, timeout_ms};
use model::text::quoted;
use servicestage::error::{Error, InvalidArgument};
use servicestage::network::Security;
use servicestage::{Builder, Client};

use crate::args::connection::{Attempts, Call};
use crate::args::filters::Filters;
use crate::policy::Flags;
use crate::progress::Progress;
use crate::report::{self, invalid};
use crate::{log, policy, settings};

/// The attempts of a request, unless a flag sets another number.
pub const DEFAULT_ATTEMPTS: u32 = 4;

/// The client that flags and environment describe. An error says that `operation` failed, and names the filters as they
/// were typed.
pub fn client(
    call: &Call,
    attempts: &Attempts,
    filters: Option<&Filters>,
    operation: &'static str,
) -> Result<Client, Box<Error>> {
    builder(call, attempts, flags(call, filters, operation)?)?.build()
}

/// The words of the command line for this call, with the policy file in use.
pub fn flags(call: &Call, filters: Option<&Filters>, operation: &'static str) -> Result<Flags, Box<Error>> {
    let of_file = policy::of_file(&call.granted).map_err(|invalid| report::invalid_argument(operation, invalid))?;
    let variables = settings::variables(&call.place, &call.identity);
    Ok(Flags { of_file, operation, filters: filters.cloned(), variables })
}

/// The client before it is made, for a command that sets more.
pub fn builder(call: &Call, attempts: &Attempts, flags: Flags) -> Result<Builder, Box<Error>> {
    let operation = flags.operation;
    let refuse = |invalid| report::invalid_argument(operation, invalid);
    let Call { place, identity, granted, .. } = call;
    let mut builder = Client::builder()
        .arguments(settings::arguments(place, identity).map_err(refuse)?)
        .security(security(call))
        .grant(flags.of_file.clone())
        .wording(Arc::new(flags));
    if let Some(endpoint) = &place.endpoint {
        builder = builder.endpoint(endpoint);
    }
    if let Some(endpoint) = &place.iam_endpoint {
        builder = builder.iam_endpoint(endpoint);
    }
    if let Some(attempts) = attempts.max_attempts {
        builder = builder.max_attempts(attempts);
    }
    if let Some(seconds) = &attempts.timeout {
        let milliseconds = milliseconds("--timeout", seconds).map_err(refuse)?;
        builder = builder.timeout(Duration::from_millis(milliseconds.into()));
    }
    builder = granted.allow_address.iter().fold(builder, |builder, range| builder.allow_address(range));
    #[cfg(feature = "compile")]
    if let Some(file) = call.chosen.file() {
        builder = builder.component_file(file);
    }
    Ok(builder)
}

/// Returns the files of TLS that the flags name.
pub fn security(call: &Call) -> Security {
    let flags = &call.security;
    Security {
        ca_file: flags.ca_file.clone(),
        client_certificate: flags.client_cert.clone().zip(flags.client_key.clone()),
    }
}

/// Waits for the outcome of a call, and shows its progress.
pub fn perform<T>(
    client: &Client,
    call: &Call,
    operation: &str,
    progress: &Progress,
    work: impl Future<Output = Result<T, Box<Error>>>,
) -> Result<T, Box<Error>> {
    let max_attempts = client.connection().max_attempts.unwrap_or(DEFAULT_ATTEMPTS);
    let log = log::start(&call.verbosity, progress, max_attempts, client.http(), client.granted());
    settings::sources(client.settings(), &call.place).iter().for_each(|source| tracing::info!("{source}"));
    let tokio = machine::start(tokio::runtime::Builder::new_current_thread().enable_all(), 0);
    let tokio = tokio.map_err(|explanation| report::of_machine(operation, &explanation))?;
    let result = tokio.block_on(work);
    // A name that is still being resolved is not waited for.
    tokio.shutdown_background();
    if let Some(log) = log {
        log.finish();
    }
    progress.stop();
    result
}

/// Reads seconds as the milliseconds of a timeout.
pub fn milliseconds(flag: &str, seconds: &str) -> Result<u32, InvalidArgument> {
    let refuse = |reason: String| Err(invalid(flag, reason));
    let Ok(value) = seconds.parse::<f64>() else {
        return refuse(format!("{} is not a number of seconds", quoted(seconds)));
    };
    match timeout_ms(value) {
        Some(milliseconds) => Ok(milliseconds),
        None if value > 0.0 && value.is_finite() => {
            refuse(format!("{} is too long; at most {} seconds are possible", quoted(seconds), LONGEST_TIMEOUT))
        }
        None => refuse(format!("{} is not a time to wait; write seconds, such as 30 or 0.5", quoted(seconds))),
    }
}

#[cfg(test)]
mod tests {
    use super::milliseconds;

    #[test]
    fn invalid_times_to_wait_are_refused() {
        for text in ["", "soon", "-1", "NaN", "inf", "4294968", "1e300"] {
            assert_eq!(milliseconds("--timeout", text).unwrap_err().argument, "--timeout", "{text}");
        }
    }
}
