//! `servicestage pipelines list`: one call of the component.

use std::sync::Arc;

use servicestage::error::Error;
use servicestage::{Client, Query};

use crate::args::pipelines::List;
use crate::forms::TaskPrinter;
use crate::output::Printer;
use crate::progress::Progress;
use crate::record::{ListingArguments, Recorder};
use crate::time::Clock;
use crate::{call, query, report};

/// The operation that an error names as failed.
const OPERATION: &str = "list-pipelines";

/// Lists and prints.
pub fn run(arguments: &List, recorder: Option<Arc<dyn Recorder>>) -> Result<u8, Box<Error>> {
    let List { call, attempts, filters, print, choice } = arguments;
    let refuse = |invalid| report::invalid_argument(OPERATION, invalid);
    let clock = Clock::of_process().map_err(refuse)?;
    let query = query::terms(filters, &clock).map_err(refuse)?;
    let printer = Printer::new(clock.zone, print);
    let forms = TaskPrinter::new(OPERATION, &printer, print, choice).map_err(refuse)?;

    let progress = Progress::start("listing release tasks");
    let mut client = call::client(call, attempts, Some(filters), OPERATION)?;
    if let Some(recorder) = recorder {
        client = recorded(&client, recorder, Query::from(query.clone()));
    }
    let sorted = query::order_of(&query);
    let listing = call::perform(&client, call, OPERATION, &progress, client.list_pipelines(query))?;
    forms.listing(&listing, sorted)?;
    Ok(0)
}

/// The same client, with a recorder around what sends.
fn recorded(client: &Client, recorder: Arc<dyn Recorder>, query: Query) -> Client {
    let (connection, identity) = (client.connection().clone(), client.settings().credentials.identity.clone());
    client.recording(move |last| {
        recorder.around(ListingArguments { connection: &connection, query: query.terms(), identity: &identity }, last)
    })
}
