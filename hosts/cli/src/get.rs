//! `servicestage pipelines get`: one release task.

use servicestage::TaskSelector;
use servicestage::error::Error;

use crate::args::pipelines::Get;
use crate::forms::TaskPrinter;
use crate::output::Printer;
use crate::progress::Progress;
use crate::time::Clock;
use crate::{call, report};

/// The operation that an error names as failed.
const OPERATION: &str = "get";

/// Lists all, as the service knows no other way, and shows the one.
pub fn run(arguments: &Get) -> Result<u8, Box<Error>> {
    let Get { task, call, attempts, print, choice } = arguments;
    let refuse = |invalid| report::invalid_argument(OPERATION, invalid);
    let printer = Printer::new(Clock::of_process().map_err(refuse)?.zone, print);
    let forms = TaskPrinter::new(OPERATION, &printer, print, choice).map_err(refuse)?;

    let progress = Progress::start("looking the release task up");
    let client = call::client(call, attempts, None, OPERATION)?;
    let task = client.get_pipeline(TaskSelector::Any(task.clone()));
    forms.task(&call::perform(&client, call, OPERATION, &progress, task)?)?;
    Ok(0)
}
