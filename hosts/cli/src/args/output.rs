//! The flags that say how results are printed.

use clap::{Args, ValueEnum};

use crate::fields::{self, Field};

/// The flags of every command that prints more than a line.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Output")]
pub struct Print {
    /// How to print it [default: table].
    #[arg(long, short, value_enum, value_name = "FORM")]
    pub output: Option<Output>,
    /// Prints no line of titles.
    #[arg(long)]
    pub no_headers: bool,
    /// When to use colours.
    #[arg(long, value_enum, default_value_t, value_name = "WHEN", hide_short_help = true)]
    pub color: Color,
    /// Never shows output that is longer than the terminal by a pager.
    #[arg(long, hide_short_help = true)]
    pub no_pager: bool,
}

/// The flags of the commands that print release tasks.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Output")]
pub struct Choice {
    /// Prints these fields alone, in this order, such as name,status,last-run.
    ///
    /// The fields are id, name, description, created, updated, version, mode, creator, model-version, status, last-run,
    /// enterprise-project-id, enterprise-project and extend-info.
    #[arg(long, value_name = "NAMES", value_delimiter = ',', value_parser = fields::parser(), hide_possible_values = true)]
    pub columns: Vec<&'static Field>,
    /// Writes times as RFC 3339 in place of milliseconds, in JSON, YAML, CSV and TSV.
    #[arg(long)]
    pub iso_times: bool,
    /// Begins CSV with a byte order mark, which some spreadsheets need.
    #[arg(long, hide_short_help = true)]
    pub bom: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// For people: as many columns as fit the terminal.
    #[default]
    Table,
    /// For people: more columns, and nothing cut.
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

impl Output {
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
pub enum Form {
    /// For people.
    #[default]
    Table,
    /// One JSON object, with an error on stderr as JSON too.
    Json,
}

impl From<Form> for Output {
    fn from(form: Form) -> Self {
        match form {
            Form::Table => Self::Table,
            Form::Json => Self::Json,
        }
    }
}
