//! A listing as table, JSON or CSV.

use std::io::{self, IsTerminal};

use anstream::{AutoStream, ColorChoice};
use jiff::tz::TimeZone;
use servicestage::error::Error;
use servicestage::types::{Listing, Pipeline};

use crate::settings::process_variable;
use crate::{stdio, table, text};

/// How wide a table is that nobody looks at yet.
const DEFAULT_WIDTH: usize = 100;

/// The WIT's names, in the WIT's order.
const FIELDS: [&str; 14] = [
    "id",
    "name",
    "description",
    "create_time",
    "update_time",
    "version",
    "config_mode",
    "creator",
    "model_version",
    "status",
    "last_trigger_at",
    "enterprise_project_id",
    "enterprise_project",
    "extend_info",
];

/// Prints to stdout.
pub struct Printer {
    zone: TimeZone,
    terminal: bool,
    colour: bool,
}

impl Printer {
    /// A printer that shows times in this zone, and colours to whoever can see and wants them.
    pub fn new(zone: TimeZone) -> Self {
        let terminal = io::stdout().is_terminal();
        let unwanted = process_variable("NO_COLOR").is_some_and(|value| !value.is_empty());
        let unable = process_variable("TERM").is_some_and(|value| value == "dumb");
        Self { zone, terminal, colour: terminal && !unwanted && !unable }
    }

    /// The component's JSON text, on a line.
    pub fn json(&self, json: &str) -> String {
        format!("{}\n", text::json(json))
    }

    /// A table as wide as the terminal.
    pub fn table(&self, listing: &Listing) -> String {
        let terminal = if self.terminal { console::Term::stdout().size_checked() } else { None };
        let width = terminal.map_or(DEFAULT_WIDTH, |(_, columns)| columns.into());
        table::render(listing, &self.zone, width, self.colour)
    }

    /// A header and a row each, with every field. Only for a terminal is text freed of control characters: a program
    /// that reads it wants it as it is.
    pub fn csv(&self, listing: &Listing) -> String {
        let csv = csv(&listing.pipelines);
        if self.terminal { text::lines(&csv.replace("\r\n", "\n")) } else { csv }
    }

    /// Writes a text to stdout.
    ///
    /// # Errors
    /// The text cannot be written. The error names the operation that prints it.
    pub fn print(&self, operation: &str, text: &str) -> Result<(), Box<Error>> {
        let choice = if self.colour { ColorChoice::Always } else { ColorChoice::AlwaysAnsi };
        let mut stdout = AutoStream::new(io::stdout().lock(), choice);
        stdio::print(&mut stdout, text).map_err(|error| stdio::unwritten(operation, &error))
    }
}

fn csv(pipelines: &[Pipeline]) -> String {
    let mut builder = csv::WriterBuilder::new();
    let mut writer = builder.has_headers(false).terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    // Writing to memory does not fail, and records of text always have the same length.
    let _ = writer.write_record(FIELDS);
    for pipeline in pipelines {
        let _ = writer.write_record(record(pipeline));
    }
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}

/// Values in the order of [`FIELDS`]; what is none is empty. Texts come from the service and are defused, numbers and
/// the tool's own words are not.
fn record(pipeline: &Pipeline) -> [String; FIELDS.len()] {
    fn number<T: ToString>(value: &Option<T>) -> String {
        value.as_ref().map(T::to_string).unwrap_or_default()
    }
    fn words(value: &Option<String>) -> String {
        value.as_deref().map(defused).unwrap_or_default()
    }
    // Taken apart, so that a new field does not compile until it is printed.
    let Pipeline {
        id,
        name,
        description,
        create_time,
        update_time,
        version,
        config_mode,
        creator,
        model_version,
        status,
        last_trigger_at,
        enterprise_project_id,
        enterprise_project,
        extend_info,
    } = pipeline;
    [
        defused(id),
        words(name),
        words(description),
        number(create_time),
        number(update_time),
        number(version),
        config_mode.as_ref().map(|mode| defused(mode.word())).unwrap_or_default(),
        words(creator),
        number(model_version),
        status.map(|status| status.to_string()).unwrap_or_default(),
        number(last_trigger_at),
        words(enterprise_project_id),
        words(enterprise_project),
        words(extend_info),
    ]
}

/// Returns a text that no spreadsheet reads as a formula. Some spreadsheets skip white space and quotation marks before
/// the sign. Some also read the full-width forms of the signs. Source: OWASP, "CSV Injection".
fn defused(text: &str) -> String {
    let unseen = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '\u{200B}'..='\u{200F}' | '\u{FEFF}');
    let begun = text.trim_start_matches(|c| unseen(c) || matches!(c, '"' | '\'' | '\u{FF02}' | '\u{FF07}'));
    let formula = begun.starts_with(['=', '+', '-', '@', '\u{FF1D}', '\u{FF0B}', '\u{FF0D}', '\u{FF20}']);
    if formula || text.starts_with(['\t', '\r', '\n']) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use servicestage::types::{ConfigMode, Status};

    use super::*;

    #[test]
    fn csv_has_the_names_and_values_of_the_json_form() {
        let pipeline = Pipeline {
            id: "i".to_owned(),
            name: Some("a, \"b\"\nc".to_owned()),
            description: Some(String::new()),
            create_time: Some(1),
            update_time: Some(2),
            version: Some(-3),
            config_mode: Some(ConfigMode::Other("yaml".to_owned())),
            creator: Some("=1+1".to_owned()),
            model_version: None,
            status: Some(Status::RollingBack),
            last_trigger_at: None,
            enterprise_project_id: Some("0".to_owned()),
            enterprise_project: None,
            extend_info: Some("{\"a\":1}".to_owned()),
        };
        let json = serde_json::to_value(&pipeline).unwrap();
        let mut names: Vec<&str> = json.as_object().unwrap().keys().map(String::as_str).collect();
        let mut fields = FIELDS;
        names.sort_unstable();
        fields.sort_unstable();
        assert_eq!(names, fields);

        let text = csv(&[pipeline]);
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let row = reader.records().next().unwrap().unwrap();
        let expected =
            ["i", "a, \"b\"\nc", "", "1", "2", "-3", "yaml", "'=1+1", "", "rolling_back", "", "0", "", "{\"a\":1}"];
        assert_eq!(row.iter().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn csv_of_nothing_is_its_header() {
        assert_eq!(csv(&[]), format!("{}\r\n", FIELDS.join(",")));
    }
}
