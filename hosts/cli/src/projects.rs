//! `servicestage projects find`: the id of the region's project.

use jiff::tz::TimeZone;
use serde_json::json;
use servicestage::error::Error;

use crate::args::output::TextFormat;
use crate::args::pipelines::Find;
use crate::output::Printer;
use crate::progress::Progress;
use crate::{call, text};

/// The operation that an error names as failed.
const OPERATION: &str = "find-project";

/// Finds it and prints it.
pub fn find(arguments: &Find) -> Result<u8, Box<Error>> {
    let progress = Progress::start("looking the project up");
    let client = call::client(&arguments.call, &arguments.attempts, None, OPERATION)?;
    let id = call::perform(&client, &arguments.call, OPERATION, &progress, client.find_project())?;
    let printer = Printer::plain(TimeZone::UTC);
    let text = match arguments.format.output {
        TextFormat::Table => format!("{}\n", text::line(&id)),
        TextFormat::Json => printer.json(&json!({ "project_id": id }).to_string()),
    };
    printer.print(OPERATION, &text)?;
    Ok(0)
}
