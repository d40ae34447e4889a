//! The flags that choose and order release tasks. The sentences are the help texts.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};
use servicestage::types::{Direction, OrderKey};

#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Filters")]
pub struct Filters {
    /// The exact name.
    #[arg(long, value_name = "TEXT", hide_short_help = true)]
    pub name: Option<String>,
    /// A part of the name.
    #[arg(long, value_name = "TEXT")]
    pub name_contains: Option<String>,
    /// The statuses, such as failed,rolling-back.
    ///
    /// A number is a status without a word. Separate several by commas, or repeat the flag.
    #[arg(long, value_name = "STATUS", value_delimiter = ',')]
    pub status: Vec<String>,
    /// The deployment mode: ui, template, or another word.
    #[arg(long, value_name = "MODE", hide_short_help = true)]
    pub config_mode: Option<String>,
    /// The exact name of the creator.
    #[arg(long, value_name = "NAME", hide_short_help = true)]
    pub creator: Option<String>,
    /// The id of the enterprise project; 0 is the default one.
    #[arg(long, value_name = "ID", hide_short_help = true)]
    pub enterprise_project_id: Option<String>,
    /// Created since T, or in T..T: 2025-02-18, 24h.
    ///
    /// `T` and `T..` mean at T or later, `..T` means before T, `T..T` means from the first to before the second. T is an RFC
    /// 3339 time; a local date, or date and time; now, today or yesterday; a time ago, such as 24h or 1d; or milliseconds
    /// since the Unix epoch, with 12 or 13 digits.
    #[arg(long, value_name = "T..T", allow_hyphen_values = true, conflicts_with_all = ["created_from", "created_to"])]
    pub created: Option<String>,
    /// Changed since T, or in T..T.
    #[arg(long, value_name = "T..T", allow_hyphen_values = true, hide_short_help = true, conflicts_with_all = ["updated_from", "updated_to"])]
    pub updated: Option<String>,
    /// Last run since T, or in T..T. Excludes tasks that never ran.
    #[arg(long, value_name = "T..T", allow_hyphen_values = true, hide_short_help = true, conflicts_with_all = ["last_run_from", "last_run_to"])]
    pub last_run: Option<String>,
    /// Last run since T, such as 24h.
    #[arg(long, value_name = "T", allow_hyphen_values = true, conflicts_with_all = ["last_run", "last_run_from"])]
    pub since: Option<String>,
    /// Created at T or later.
    #[arg(long, value_name = "T", allow_hyphen_values = true, hide_short_help = true)]
    pub created_from: Option<String>,
    /// Created before T.
    #[arg(long, value_name = "T", allow_hyphen_values = true, hide_short_help = true)]
    pub created_to: Option<String>,
    /// Changed at T or later.
    #[arg(long, value_name = "T", allow_hyphen_values = true, hide_short_help = true)]
    pub updated_from: Option<String>,
    /// Changed before T.
    #[arg(long, value_name = "T", allow_hyphen_values = true, hide_short_help = true)]
    pub updated_to: Option<String>,
    /// Last run at T or later.
    #[arg(long, value_name = "T", allow_hyphen_values = true, hide_short_help = true)]
    pub last_run_from: Option<String>,
    /// Last run before T.
    #[arg(long, value_name = "T", allow_hyphen_values = true, hide_short_help = true)]
    pub last_run_to: Option<String>,
    /// creation, update, last-run, name; -name reverses.
    ///
    /// The default is creation. Times begin with the newest, names with the first.
    #[arg(long, aliases = ["sort", "sort-by"], value_parser = sort_keys(), value_name = "KEY", allow_hyphen_values = true, hide_possible_values = true)]
    pub order_by: Option<SortKey>,
    /// The direction of the order [default: desc for times, asc for names].
    #[arg(long, value_enum, value_name = "DIRECTION", hide_short_help = true)]
    pub order: Option<SortDirection>,
    /// Prints only the first N release tasks.
    #[arg(long, value_name = "N", value_parser = super::whole_number, allow_negative_numbers = true)]
    pub limit: Option<u32>,
}

/// A key to sort by, and its direction if a hyphen stands before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SortKey {
    pub key: OrderKey,
    pub descending: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SortDirection {
    #[value(alias = "ascending")]
    Asc,
    #[value(alias = "descending")]
    Desc,
}

/// The words of a key, the first of which is shown.
const KEYS: [(OrderKey, &[&str]); 4] = [
    (OrderKey::Creation, &["creation", "created", "create-time", "create_time"]),
    (OrderKey::Update, &["update", "updated", "update-time", "update_time"]),
    (OrderKey::LastRun, &["last-run", "last_run", "last-trigger-at", "last_trigger_at"]),
    (OrderKey::Name, &["name"]),
];

/// Reads a key of any spelling, with or without a hyphen.
fn sort_keys() -> impl TypedValueParser<Value = SortKey> {
    let words = KEYS.iter().flat_map(|(_, words)| words.iter().take(1));
    let shown = words.clone().map(|word| PossibleValue::new(*word));
    let others = KEYS.iter().flat_map(|(_, words)| words.iter().skip(1));
    let others = others.map(|word| PossibleValue::new(*word).hide(true));
    let descending = KEYS.iter().flat_map(|(_, words)| words.iter());
    let descending = descending.map(|word| PossibleValue::new(format!("-{word}")).hide(true));
    PossibleValuesParser::new(shown.chain(others).chain(descending)).try_map(|typed| {
        let word = typed.trim_start_matches('-');
        let key = KEYS.iter().find(|(_, words)| words.contains(&word)).map(|(key, _)| *key);
        key.map(|key| SortKey { key, descending: typed.starts_with('-') }).ok_or("this is the name of no key")
    })
}

impl Filters {
    /// Returns the flag that was typed for an argument of the component, where it is not of the argument's name.
    pub fn flag(&self, argument: &str) -> Option<&'static str> {
        let (name, end) = argument.split_once('.').unwrap_or((argument, ""));
        match name {
            "created" if self.created.is_some() => Some("--created"),
            "updated" if self.updated.is_some() => Some("--updated"),
            "last-run" if self.last_run.is_some() => Some("--last-run"),
            "last-run" if self.since.is_some() && end != "to" => Some("--since"),
            // A range that is empty as a whole.
            "created" if end.is_empty() => Some("--created-from"),
            "updated" if end.is_empty() => Some("--updated-from"),
            "last-run" if end.is_empty() => Some("--last-run-from"),
            _ => None,
        }
    }
}

impl From<SortDirection> for Direction {
    fn from(direction: SortDirection) -> Self {
        match direction {
            SortDirection::Asc => Self::Ascending,
            SortDirection::Desc => Self::Descending,
        }
    }
}
