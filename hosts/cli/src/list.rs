//! `servicestage pipelines list`: one call of the component.

use std::sync::Arc;

use servicestage::error::Error;
use servicestage::{Client, Query};

use crate::args::output::Output;
use crate::args::pipelines::List;
use crate::output::Printer;
use crate::progress::Progress;
use crate::record::{Call, Recorder};
use crate::report;
use crate::{call, query, time};

/// The operation that an error names as failed.
const OPERATION: &str = "list-pipelines";

/// Lists and prints.
pub fn run(arguments: &List, recorder: Option<Arc<dyn Recorder>>) -> Result<u8, Box<Error>> {
    let refuse = |invalid| report::invalid_argument(OPERATION, invalid);
    let zone = time::zone().map_err(refuse)?;
    let query = query::terms(&arguments.filters, &zone).map_err(refuse)?;
    let progress = Progress::start("listing release tasks");
    let mut client = call::client(&arguments.call, &arguments.attempts, OPERATION)?;
    if let Some(recorder) = recorder {
        client = recorded(&client, recorder, Query::from(query.clone()));
    }
    let listing = call::perform(&client, &arguments.call, OPERATION, &progress, client.list_pipelines(query.clone()))?;
    let printer = Printer::new(zone);
    let text = match arguments.output() {
        Output::Json => printer.json(&serde_json::to_string(&listing).unwrap_or_default()),
        Output::Csv => printer.csv(&listing),
        _ => printer.table(&listing),
    };
    printer.print(OPERATION, &text)?;
    Ok(0)
}

/// The same client, with a recorder around what sends.
fn recorded(client: &Client, recorder: Arc<dyn Recorder>, query: Query) -> Client {
    let (connection, identity) = (client.connection().clone(), client.settings().credentials.identity.clone());
    client.recording(move |last| {
        recorder.around(Call { connection: &connection, query: query.terms(), identity: &identity }, last)
    })
}
