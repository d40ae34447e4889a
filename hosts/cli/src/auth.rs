//! `servicestage auth show`: where region, project and credentials come from.

use std::sync::Arc;
use std::time::SystemTime;

use component_runtime::{Grant, machine};
use jiff::tz::TimeZone;
use model::text::is_padded;
use serde::Serialize;
use servicestage::credentials::Identity;
use servicestage::error::{self, Error};
use servicestage::network::{Http, Security};
use servicestage::report::Row;
use servicestage::settings::{Arguments, Settings};
use servicestage::{Authenticator, Environment, Report};

use crate::args::local::Show;
use crate::args::output::TextFormat;
use crate::output::Printer;
use crate::{config, report, settings, text};

const OPERATION: &str = "auth-show";

/// Prints it. Without usable credentials, the rest is printed before the error.
pub fn show(arguments: &Show) -> Result<u8, Box<Error>> {
    let environment = Environment::of_process();
    let given = settings::arguments(&arguments.place, &arguments.identity);
    let given = given.map_err(|invalid| report::invalid_argument(OPERATION, invalid))?;
    let (report, failed) = match resolve(given.clone(), &environment) {
        Ok(settings) => (settings::report(&settings), None),
        Err(error) => (Report::without_credentials(&given, &environment, settings::flag), Some(error)),
    };
    let printer = Printer::plain(TimeZone::UTC);
    let configuration = configuration();
    let text = match arguments.format.output {
        TextFormat::Table => table(report.rows(), configuration.as_deref()),
        TextFormat::Json => {
            let shown = PrintedReport { report: &report, configuration };
            printer.json(&serde_json::to_string(&shown).unwrap_or_default())
        }
    };
    printer.print(OPERATION, &text)?;
    failed.map_or(Ok(0), Err)
}

fn resolve(given: Arguments, environment: &Environment) -> Result<Settings, Box<Error>> {
    let settings = Settings::resolve(given, environment);
    let mut settings = settings.map_err(|invalid| report::invalid_argument(OPERATION, invalid))?;
    if let Identity::Metadata(_) = settings.credentials.identity {
        settings.credentials.identity = ask(settings.credentials.identity.clone())?;
    }
    Ok(settings)
}

/// Returns the access key of this cloud server, so that the report can show whether it has one.
fn ask(metadata: Identity) -> Result<Identity, Box<Error>> {
    let http = Http::new(&Security::default(), &Environment::of_process())
        .map_err(|invalid| Box::new(Error::invalid_argument(OPERATION, invalid)))?;
    let (own, _) = http.own_layer(&metadata, &Grant::default());
    let tokio = machine::start(tokio::runtime::Builder::new_current_thread().enable_all(), 0);
    let tokio = tokio.map_err(|explanation| Box::new(error::of_machine(OPERATION, &explanation)))?;
    let authenticator = Authenticator::new(metadata, own, Arc::new(SystemTime::now));
    tokio.block_on(authenticator.resolve(OPERATION))
}

/// The report, and the configuration file if it exists.
#[derive(Serialize)]
struct PrintedReport<'a> {
    #[serde(flatten)]
    report: &'a Report,
    #[serde(skip_serializing_if = "Option::is_none")]
    configuration: Option<String>,
}

fn configuration() -> Option<String> {
    let file = config::file(&Environment::of_process()).filter(|file| file.exists());
    file.map(|file| file.display().to_string())
}

fn table(rows: &[Row], configuration: Option<&str>) -> String {
    let value = |row: &Row| seen(row.value.as_deref().unwrap_or("-"));
    let width = rows.iter().map(|row| value(row).chars().count()).max().unwrap_or(0);
    let line = |row: &Row| format!("{:<17}  {:<width$}  {}\n", row.name, value(row), seen(&row.source));
    let more = configuration.map(|file| format!("{:<17}  {}\n", "configuration", seen(file)));
    rows.iter().map(line).chain(more).collect()
}

/// Returns the text as it is, or quoted and escaped if part of it could not be seen.
fn seen(text: &str) -> String {
    if is_padded(text) || text::line(text) != text { format!("{text:?}") } else { text.to_owned() }
}
