//! `servicestage pipelines list`: one call of the component.

use std::sync::Arc;
use std::time::Duration;

use component_runtime::client::Client as HttpClient;
use component_runtime::{Layer, Limits, Network, Runtime, Stack};
use jiff::tz::TimeZone;
use servicestage_host::Client;
use servicestage_host::error::{Error, InvalidArgument};
use servicestage_host::types::Connection;

use crate::args::{List, Output};
use crate::output::Printer;
use crate::progress::Progress;
use crate::report::{self, invalid};
use crate::settings::{Settings, process_variable};
use crate::trace::Traced;
use crate::{component, query};

/// The component's own limit of a call.
const DEFAULT_CALL_TIMEOUT_MS: u32 = 120_000;

/// What the host allows beyond the limit of the call, so that the component's error comes first and tells more.
const GRACE: Duration = Duration::from_secs(10);

/// Lists and prints.
pub fn run(arguments: &List) -> Result<(), Box<Error>> {
    let zone = TimeZone::system();
    let settings = Settings::gather(&arguments.place, process_variable).map_err(report::invalid_argument)?;
    let query = query::terms(&arguments.filters, &zone).map_err(report::invalid_argument)?;
    let timeout_ms = arguments.timeout.as_deref().map(milliseconds).transpose().map_err(report::invalid_argument)?;

    let progress = Progress::start("listing release tasks");
    if arguments.verbose > 0 {
        settings.sources.iter().for_each(|source| progress.say(source));
    }
    let connection = Connection {
        region: settings.region,
        project_id: settings.project_id,
        endpoint: arguments.place.endpoint.clone(),
        iam_endpoint: arguments.place.iam_endpoint.clone(),
        credentials: settings.credentials,
        call_timeout_ms: timeout_ms,
        max_attempts: arguments.max_attempts,
        ..Connection::default()
    };
    let deadline = Duration::from_millis(timeout_ms.unwrap_or(DEFAULT_CALL_TIMEOUT_MS).into()) + GRACE;
    let client = client(arguments, deadline, &progress)?;

    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let tokio = tokio.map_err(|error| report::other(error, "Check the limits of this machine."))?;
    let printer = Printer::new(zone);
    let result = match arguments.output {
        Output::Json => tokio.block_on(client.list_pipelines_json(connection, query)).map(|json| printer.json(&json)),
        Output::Table => tokio.block_on(client.list_pipelines(connection, query)).map(|list| printer.table(&list)),
        Output::Csv => tokio.block_on(client.list_pipelines(connection, query)).map(|list| printer.csv(&list)),
    };
    // A name that is still being resolved is not waited for.
    tokio.shutdown_background();
    progress.stop();
    let text = result.map_err(report::failure)?;
    let unwritten =
        |error| report::other(format!("the output cannot be written: {error}"), "Check where stdout leads.");
    printer.print(&text).map_err(unwritten)
}

fn client(arguments: &List, deadline: Duration, progress: &Progress) -> Result<Client, Box<Error>> {
    let next = "Report this message.";
    let runtime = Runtime::new(Limits { deadline, ..Limits::default() }).map_err(|error| report::other(error, next))?;
    let plugin = component::load(&runtime, arguments)?;
    let http = HttpClient::new(Network::new().map_err(|error| report::other(error, next))?);
    let last: Arc<dyn Layer> =
        if arguments.verbose > 1 { Arc::new(Traced::new(http, progress.clone())) } else { Arc::new(http) };
    Ok(Client::new(plugin, Stack::new(vec![last])))
}

/// Seconds as milliseconds. Zero stays zero, which the component refuses; anything more is at least one.
fn milliseconds(seconds: &str) -> Result<u32, InvalidArgument> {
    let refuse = |reason: String| Err(invalid("call-timeout-ms", reason));
    let Ok(value) = seconds.parse::<f64>() else { return refuse(format!("{seconds:?} is no number of seconds")) };
    if !value.is_finite() || value < 0.0 {
        return refuse(format!("{seconds} s is no time to wait"));
    }
    let rounded = (value * 1000.0).round();
    if rounded > f64::from(u32::MAX) {
        return refuse(format!("{seconds} s is too long; at most {} s are possible", u32::MAX / 1000));
    }
    // In range, as just checked.
    let whole = rounded as u32;
    Ok(if value > 0.0 { whole.max(1) } else { whole })
}

#[cfg(test)]
mod tests {
    use super::milliseconds;

    #[test]
    fn seconds_become_milliseconds() {
        let cases = [("0", 0), ("1", 1000), ("0.07", 70), ("2.5", 2500), ("0.00001", 1), ("4294967.295", u32::MAX)];
        for (text, expected) in cases {
            assert_eq!(milliseconds(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_to_wait_is_refused() {
        for text in ["", "soon", "-1", "NaN", "inf", "4294968", "1e300"] {
            assert_eq!(milliseconds(text).unwrap_err().argument, "call-timeout-ms", "{text}");
        }
    }
}
