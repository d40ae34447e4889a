//! The flags that choose and order release tasks. The sentences are the help texts.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};
use servicestage::types::{Direction, OrderKey};

#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Filters")]
pub struct Filters {
    /// The name is exactly this.
    #[arg(long, value_name = "TEXT")]
    pub name: Option<String>,
    /// The name contains this.
    #[arg(long, value_name = "TEXT")]
    pub name_contains: Option<String>,
    /// The status is one of these, such as failed,rolling-back, or the vendor's number.
    #[arg(long, value_name = "STATUS", value_delimiter = ',')]
    pub status: Vec<String>,
    /// The deployment mode is this one: ui, template, or another word.
    #[arg(long, value_name = "MODE")]
    pub config_mode: Option<String>,
    /// The creator is exactly this.
    #[arg(long, value_name = "NAME")]
    pub creator: Option<String>,
    /// The enterprise project's id is exactly this; 0 is the default enterprise project.
    #[arg(long, value_name = "ID", hide_short_help = true)]
    pub enterprise_project_id: Option<String>,
    /// Created at T or later; T..T is a range, ..T is before T. A T is 2025-02-18, 24h (ago), yesterday, ...
    ///
    /// The lower end is included, the upper end is not. A T is RFC 3339, a date or a date and time in local time, now, today
    /// or yesterday, 24h or 1d for that long ago, or milliseconds since the epoch with 12 or 13 digits.
    #[arg(long, value_name = "T..T", allow_hyphen_values = true, conflicts_with_all = ["created_from", "created_to"])]
    pub created: Option<String>,
    /// Last changed at T or later, or in a range.
    #[arg(long, value_name = "T..T", allow_hyphen_values = true, conflicts_with_all = ["updated_from", "updated_to"])]
    pub updated: Option<String>,
    /// Last run at T or later, or in a range. What never ran is left out.
    #[arg(long, value_name = "T..T", allow_hyphen_values = true, conflicts_with_all = ["last_run_from", "last_run_to"])]
    pub last_run: Option<String>,
    /// Last run at this time or later, such as 24h for the last 24 hours.
    #[arg(long, value_name = "T", allow_hyphen_values = true, conflicts_with_all = ["last_run", "last_run_from"])]
    pub since: Option<String>,
    /// Created at this time or later.
    #[arg(long, value_name = "T", allow_hyphen_values = true, hide_short_help = true)]
    pub created_from: Option<String>,
    /// Created before this time.
    #[arg(long, value_name = "T", allow_hyphen_values = true, hide_short_help = true)]
    pub created_to: Option<String>,
    /// Last changed at this time or later.
    #[arg(long, value_name = "T", allow_hyphen_values = true, hide_short_help = true)]
    pub updated_from: Option<String>,
    /// Last changed before this time.
    #[arg(long, value_name = "T", allow_hyphen_values = true, hide_short_help = true)]
    pub updated_to: Option<String>,
    /// Last run at this time or later.
    #[arg(long, value_name = "T", allow_hyphen_values = true, hide_short_help = true)]
    pub last_run_from: Option<String>,
    /// Last run before this time.
    #[arg(long, value_name = "T", allow_hyphen_values = true, hide_short_help = true)]
    pub last_run_to: Option<String>,
    /// The property to order by: creation, update, last-run or name; -name is descending [default: creation].
    #[arg(long, aliases = ["sort", "sort-by"], value_parser = sort_keys(), value_name = "KEY", allow_hyphen_values = true, hide_possible_values = true)]
    pub order_by: Option<Sort>,
    /// The direction of the order [default: desc, the newest first; asc with --order-by name].
    #[arg(long, value_enum, value_name = "DIRECTION", hide_short_help = true)]
    pub order: Option<Way>,
    /// Prints at most this many release tasks: the first ones of the order.
    #[arg(long, value_name = "N", value_parser = super::whole_number)]
    pub limit: Option<u32>,
}

/// A key to sort by, and its direction if a hyphen stands before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    pub key: OrderKey,
    pub descending: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Way {
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
fn sort_keys() -> impl TypedValueParser<Value = Sort> {
    let words = KEYS.iter().flat_map(|(_, words)| words.iter().take(1));
    let shown = words.clone().map(|word| PossibleValue::new(*word));
    let others = KEYS.iter().flat_map(|(_, words)| words.iter().skip(1));
    let others = others.map(|word| PossibleValue::new(*word).hide(true));
    let descending = KEYS.iter().flat_map(|(_, words)| words.iter());
    let descending = descending.map(|word| PossibleValue::new(format!("-{word}")).hide(true));
    PossibleValuesParser::new(shown.chain(others).chain(descending)).try_map(|typed| {
        let word = typed.trim_start_matches('-');
        let key = KEYS.iter().find(|(_, words)| words.contains(&word)).map(|(key, _)| *key);
        key.map(|key| Sort { key, descending: typed.starts_with('-') }).ok_or("this is the name of no key")
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

impl From<Way> for Direction {
    fn from(way: Way) -> Self {
        match way {
            Way::Asc => Self::Ascending,
            Way::Desc => Self::Descending,
        }
    }
}
