//! The flags that choose and order release tasks. The sentences are the help texts.

use clap::{Args, ValueEnum};
use servicestage::types::{Direction, OrderKey};

#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Filters")]
pub struct Filters {
    /// The name is exactly this.
    #[arg(long, value_name = "TEXT")]
    pub name: Option<String>,
    /// The name contains this.
    #[arg(long, value_name = "TEXT")]
    pub name_contains: Option<String>,
    /// The status is this one, such as failed or rolling-back, or the vendor's number; repeat it to allow several.
    #[arg(long, value_name = "STATUS")]
    pub status: Vec<String>,
    /// The deployment mode is this one: ui, template, or another word.
    #[arg(long, value_name = "MODE")]
    pub config_mode: Option<String>,
    /// The creator is exactly this.
    #[arg(long, value_name = "NAME")]
    pub creator: Option<String>,
    /// The enterprise project's id is exactly this; 0 is the default enterprise project.
    #[arg(long, value_name = "ID")]
    pub enterprise_project_id: Option<String>,
    /// Created at this time or later.
    #[arg(long, value_name = "TIME")]
    pub created_from: Option<String>,
    /// Created before this time.
    #[arg(long, value_name = "TIME")]
    pub created_to: Option<String>,
    /// Last changed at this time or later.
    #[arg(long, value_name = "TIME")]
    pub updated_from: Option<String>,
    /// Last changed before this time.
    #[arg(long, value_name = "TIME")]
    pub updated_to: Option<String>,
    /// Last run at this time or later.
    #[arg(long, value_name = "TIME")]
    pub last_run_from: Option<String>,
    /// Last run before this time.
    #[arg(long, value_name = "TIME")]
    pub last_run_to: Option<String>,
    /// What to order by [default: creation].
    #[arg(long, value_enum, value_name = "KEY")]
    pub order_by: Option<Key>,
    /// Which end comes first [default: desc, the newest first; asc with --order-by name].
    #[arg(long, value_enum, value_name = "DIRECTION")]
    pub order: Option<Way>,
    /// Prints at most this many release tasks: the first ones of the order.
    #[arg(long, value_name = "N")]
    pub limit: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Key {
    Creation,
    Update,
    LastRun,
    Name,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Way {
    Asc,
    Desc,
}

impl From<Key> for OrderKey {
    fn from(key: Key) -> Self {
        match key {
            Key::Creation => Self::Creation,
            Key::Update => Self::Update,
            Key::LastRun => Self::LastRun,
            Key::Name => Self::Name,
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
