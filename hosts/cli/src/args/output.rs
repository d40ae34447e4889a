//! The flags for output.

use clap::{Args, ValueEnum};

use crate::fields::{self, Field};

/// The flags of every command that prints more than a line.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Output")]
pub struct OutputFlags {
    /// table, wide, json, jsonl, yaml, csv, tsv, id, name.
    ///
    /// table, the default: for people, as many columns as fit the terminal. wide: more columns, nothing is cut. json, yaml: the listing as
    /// one value. jsonl: a JSON object for each release task. csv, tsv: a header, and a row for each release task; a text
    /// that a spreadsheet could take for a formula begins with an apostrophe. id, name: one for each line. With json and
    /// jsonl, errors are JSON too.
    #[arg(long, short, value_enum, value_name = "FORMAT", hide_possible_values = true)]
    pub output: Option<OutputFormat>,
    /// Prints no header.
    #[arg(long, hide_short_help = true)]
    pub no_headers: bool,
    /// When to use colours.
    #[arg(long, value_enum, default_value_t, value_name = "WHEN", hide_short_help = true)]
    pub color: Color,
    /// Never starts a pager for output that is longer than the terminal.
    #[arg(long, hide_short_help = true)]
    pub no_pager: bool,
}

/// The flag of the commands that print text or JSON.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub struct FormatFlag {
    /// table or json.
    #[arg(long, short, value_enum, default_value_t, value_name = "FORMAT", hide_possible_values = true)]
    pub output: TextFormat,
}

/// The flags of the commands that print release tasks.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Output")]
pub struct RecordFlags {
    /// The fields to print, such as name,status,last-run.
    ///
    /// The fields are id, name, description, created, updated, version, mode, creator, model-version, status, last-run,
    /// enterprise-project-id, enterprise-project and extend-info.
    #[arg(long, value_name = "NAMES", value_delimiter = ',', value_parser = fields::parser(), hide_possible_values = true)]
    pub columns: Vec<&'static Field>,
    /// Prints times as RFC 3339 instead of milliseconds, in JSON, YAML, CSV and TSV.
    #[arg(long, hide_short_help = true)]
    pub iso_times: bool,
    /// Prints a byte order mark before CSV, which some spreadsheets need.
    #[arg(long, hide_short_help = true)]
    pub bom: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum OutputFormat {
    /// A table for people: as many columns as fit the terminal.
    #[default]
    Table,
    /// A table with more columns, in which nothing is cut.
    Wide,
    /// One JSON object, with an error on stderr as JSON too.
    Json,
    /// One JSON object a line for each release task, with an error on stderr as JSON too.
    Jsonl,
    /// The same as JSON, as YAML.
    Yaml,
    /// Comma-separated values (RFC 4180): a header, every field, times in milliseconds since the epoch. Text that a
    /// spreadsheet could take for a formula, because it begins with =, +, -, @, a tab or a line break, gets an
    /// apostrophe before it.
    Csv,
    /// The same as CSV, separated by tabs.
    Tsv,
    /// The ids, one a line.
    Id,
    /// The names, one a line.
    Name,
}

impl OutputFormat {
    /// Returns whether an error is printed as JSON.
    pub fn is_json(self) -> bool {
        matches!(self, Self::Json | Self::Jsonl)
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal that has colours.
    #[default]
    Auto,
    /// Everywhere.
    Always,
    /// Nowhere.
    Never,
}

/// The forms of results other than listings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum TextFormat {
    /// Text for people.
    #[default]
    Table,
    /// One JSON object, with an error on stderr as JSON too.
    Json,
}

impl From<TextFormat> for OutputFormat {
    fn from(form: TextFormat) -> Self {
        match form {
            TextFormat::Table => Self::Table,
            TextFormat::Json => Self::Json,
        }
    }
}
