//! `servicestage pipelines list`: one call of the component.

use std::sync::Arc;
use std::time::Duration;

use component_runtime::machine;
use model::text::quoted;
use servicestage::error::{Error, InvalidArgument};
use servicestage::network::Security;
use servicestage::{Client, Query};

use crate::args::{List, Output};
use crate::output::Printer;
use crate::policy::Flags;
use crate::progress::Progress;
use crate::record::{Call, Recorder};
use crate::report::{self, invalid};
use crate::{log, policy, query, settings, time};

/// Lists and prints.
pub fn run(arguments: &List, recorder: Option<Arc<dyn Recorder>>) -> Result<(), Box<Error>> {
    let zone = time::zone().map_err(report::invalid_argument)?;
    let query = query::terms(&arguments.filters, &zone).map_err(report::invalid_argument)?;
    let progress = Progress::start("listing release tasks");
    let mut client = client(arguments)?;
    if let Some(recorder) = recorder {
        client = recorded(&client, recorder, Query::from(query.clone()));
    }
    let log = log::start(&arguments.verbosity, &progress, client.http(), client.granted());
    settings::sources(client.settings(), &arguments.place).iter().for_each(|source| tracing::info!("{source}"));

    let tokio = machine::start(tokio::runtime::Builder::new_current_thread().enable_all(), 0);
    let tokio = tokio.map_err(|explanation| report::of_machine(&explanation))?;
    let printer = Printer::new(zone);
    let result = match arguments.output {
        Output::Json => tokio.block_on(client.list_pipelines_json(query)).map(|json| printer.json(&json)),
        Output::Table => tokio.block_on(client.list_pipelines(query)).map(|list| printer.table(&list)),
        Output::Csv => tokio.block_on(client.list_pipelines(query)).map(|list| printer.csv(&list)),
    };
    // A name that is still being resolved is not waited for.
    tokio.shutdown_background();
    if let Some(log) = log {
        log.finish();
    }
    progress.stop();
    printer.print(report::OPERATION, &result?)
}

/// The client that flags and environment describe.
fn client(arguments: &List) -> Result<Client, Box<Error>> {
    let List { place, identity, security, granted, .. } = arguments;
    let timeout_ms = arguments.timeout.as_deref().map(milliseconds).transpose().map_err(report::invalid_argument)?;
    let of_file = policy::of_file(granted).map_err(report::invalid_argument)?;
    let security = Security {
        ca_file: security.ca_file.clone(),
        client_certificate: security.client_cert.clone().zip(security.client_key.clone()),
    };
    let mut builder = Client::builder()
        .arguments(settings::arguments(place, identity).map_err(report::invalid_argument)?)
        .security(security)
        .grant(of_file.clone())
        .idiom(Arc::new(Flags { of_file }));
    if let Some(endpoint) = &place.endpoint {
        builder = builder.endpoint(endpoint);
    }
    if let Some(endpoint) = &place.iam_endpoint {
        builder = builder.iam_endpoint(endpoint);
    }
    if let Some(attempts) = arguments.max_attempts {
        builder = builder.max_attempts(attempts);
    }
    if let Some(timeout) = timeout_ms {
        builder = builder.timeout(Duration::from_millis(timeout.into()));
    }
    builder = granted.allow_address.iter().fold(builder, |builder, range| builder.allow_address(range));
    #[cfg(feature = "compile")]
    if let Some(file) = arguments.chosen.file() {
        builder = builder.component_file(file);
    }
    builder.build()
}

/// The same client, with a recorder around what sends.
fn recorded(client: &Client, recorder: Arc<dyn Recorder>, query: Query) -> Client {
    let (connection, identity) = (client.connection().clone(), client.settings().credentials.identity.clone());
    client.recording(move |last| {
        recorder.around(Call { connection: &connection, query: query.terms(), identity: &identity }, last)
    })
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
