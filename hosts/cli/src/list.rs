//! `servicestage pipelines list`: one call of the component.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use component_runtime::{Layer, Limits, Policy, Runtime, machine};
use model::text::quoted;
use servicestage::error::{Error, InvalidArgument, explain};
use servicestage::session::DEFAULT_CALL_TIMEOUT_MS;
use servicestage::types::Connection;
use servicestage::{Authenticator, Session};

use crate::args::{List, Output};
use crate::network::Http;
use crate::output::Printer;
use crate::progress::Progress;
use crate::record::{Call, Recorder};
use crate::report::{self, invalid};
use crate::settings::Settings;
use crate::{component, log, policy, query, time};

/// What the host allows beyond the limit of the call, so that the component's error comes first and tells more.
const GRACE: Duration = Duration::from_secs(10);

/// Lists and prints.
pub fn run(arguments: &List, recorder: Option<&dyn Recorder>) -> Result<(), Box<Error>> {
    let zone = time::zone().map_err(report::invalid_argument)?;
    let settings = Settings::of_process(&arguments.place, &arguments.identity).map_err(report::invalid_argument)?;
    let query = query::terms(&arguments.filters, &zone).map_err(report::invalid_argument)?;
    let timeout_ms = arguments.timeout.as_deref().map(milliseconds).transpose().map_err(report::invalid_argument)?;

    let progress = Progress::start("listing release tasks");
    let sources = settings.sources();
    let connection = Connection {
        region: settings.region.value,
        project_id: settings.project_id.value,
        endpoint: arguments.place.endpoint.clone(),
        iam_endpoint: arguments.place.iam_endpoint.clone(),
        call_timeout_ms: timeout_ms,
        max_attempts: arguments.max_attempts,
        ..Connection::default()
    };
    let of_file = policy::of_file(&arguments.granted).map_err(report::invalid_argument)?;
    let grant = policy::grant(of_file.clone(), &arguments.granted, &connection).map_err(report::invalid_argument)?;
    let http = Http::of_process(&arguments.security).map_err(report::invalid_argument)?;
    let log = log::start(&arguments.verbosity, &progress, &http, &grant);
    sources.iter().for_each(|source| tracing::info!("{source}"));
    let deadline = Duration::from_millis(timeout_ms.unwrap_or(DEFAULT_CALL_TIMEOUT_MS).into()) + GRACE;
    let component = component::read(arguments.chosen.file()).map_err(report::invalid_argument)?;
    let runtime = Runtime::new(Limits { deadline, ..Limits::default() });
    let runtime = runtime.map_err(|error| report::unloadable(&error, "Report this message."))?;
    let plugin = component.load(&runtime)?;
    let policy = Policy::new(component.declaration()?, grant);
    let (own, own_policy) = http.own_layer(&settings.credentials.identity, policy.grant());
    let mut last = http.layer(&policy);
    if let Some(recorder) = recorder {
        let call = Call { connection: &connection, query: &query, identity: &settings.credentials.identity };
        last = recorder.around(call, last);
    }
    let authenticator = Authenticator::new(settings.credentials.identity, own, Arc::new(SystemTime::now));
    // The way of a request: allowed, authenticated, then sent.
    let allowed: Vec<Arc<dyn Layer>> = vec![Arc::new(policy.clone())];
    let session = Session::new(plugin, allowed, Arc::new(authenticator), last);

    let tokio = machine::start(tokio::runtime::Builder::new_current_thread().enable_all(), 0);
    let tokio = tokio.map_err(|explanation| report::of_machine(&explanation))?;
    let printer = Printer::new(zone);
    let result = match arguments.output {
        Output::Json => tokio.block_on(session.list_pipelines_json(connection, query)).map(|json| printer.json(&json)),
        Output::Table => tokio.block_on(session.list_pipelines(connection, query)).map(|list| printer.table(&list)),
        Output::Csv => tokio.block_on(session.list_pipelines(connection, query)).map(|list| printer.csv(&list)),
    };
    // A name that is still being resolved is not waited for.
    tokio.shutdown_background();
    if let Some(log) = log {
        log.finish();
    }
    progress.stop();
    let text = result.map_err(report::failure).map_err(|mut error| {
        policy::explain(&mut error, policy.denials().into_iter().chain(own_policy.denials()).next(), &of_file);
        // The requests for credentials come first: if they failed, the component sent none of its own.
        if let Some(explanation) = own_policy.explanation().or_else(|| policy.explanation()) {
            explain(&mut error, &explanation);
        }
        error
    })?;
    printer.print(report::OPERATION, &text)
}

/// Seconds as milliseconds. Zero stays zero, which the component refuses; anything more is at least one.
fn milliseconds(seconds: &str) -> Result<u32, InvalidArgument> {
    let refuse = |reason: String| Err(invalid("call-timeout-ms", reason));
    let Ok(value) = seconds.parse::<f64>() else {
        return refuse(format!("{} is not a number of seconds", quoted(seconds)));
    };
    if !value.is_finite() || value < 0.0 {
        return refuse(format!("{} is not a time to wait; write seconds, such as 30 or 0.5", quoted(seconds)));
    }
    let rounded = (value * 1000.0).round();
    if rounded > f64::from(u32::MAX) {
        return refuse(format!("{} is too long; at most {} seconds are possible", quoted(seconds), u32::MAX / 1000));
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
