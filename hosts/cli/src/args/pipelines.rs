//! The commands for release tasks and their project.

use clap::{Args, Subcommand, ValueEnum};

use super::connection::{Attempts, Call};
use super::filters::Filters;
use super::help::{COUNT, ENVIRONMENT, EXIT_CODES, FIND, GET, LIST, LIST_LONG, MORE, TEMPLATE, WAIT, WATCH};
use super::output::{FormatFlag, OutputFlags, RecordFlags};
use crate::{wait, watch};

#[derive(Debug, Subcommand)]
pub enum Pipelines {
    /// Lists the release tasks that match every filter, the newest first.
    #[command(visible_alias = "ls", before_help = LIST, before_long_help = LIST_LONG, help_template = TEMPLATE, after_help = MORE, after_long_help = ENVIRONMENT)]
    List(Box<List>),
    /// Shows one release task.
    #[command(before_help = GET, help_template = TEMPLATE, after_help = MORE, after_long_help = ENVIRONMENT)]
    Get(Box<Get>),
    /// Waits until a release task reaches a status.
    #[command(before_help = WAIT, help_template = TEMPLATE, after_help = EXIT_CODES)]
    Wait(Box<wait::Arguments>),
    /// Shows release tasks as they change.
    #[command(before_help = WATCH, help_template = TEMPLATE, after_help = MORE, after_long_help = ENVIRONMENT)]
    Watch(Box<watch::Arguments>),
    /// Counts the release tasks that match every filter.
    #[command(before_help = COUNT, help_template = TEMPLATE, after_help = MORE, after_long_help = ENVIRONMENT)]
    #[command(mut_arg("limit", |limit| limit.hide(true)))]
    #[command(mut_arg("order_by", |key| key.hide(true)), mut_arg("order", |direction| direction.hide(true)))]
    Count(Box<Count>),
}

#[derive(Debug, Args)]
pub struct List {
    #[command(flatten)]
    pub filters: Filters,
    #[command(flatten)]
    pub print: OutputFlags,
    #[command(flatten)]
    pub choice: RecordFlags,
    #[command(flatten)]
    pub call: Call,
    #[command(flatten)]
    pub attempts: Attempts,
}

#[derive(Debug, Args)]
pub struct Get {
    /// The id, the name, or the first characters of the id (8 or more).
    #[arg(value_name = "ID|NAME")]
    pub task: String,
    #[command(flatten)]
    pub print: OutputFlags,
    #[command(flatten)]
    pub choice: RecordFlags,
    #[command(flatten)]
    pub call: Call,
    #[command(flatten)]
    pub attempts: Attempts,
}

#[derive(Debug, Args)]
pub struct Count {
    /// status, creator, mode or day [default: status].
    ///
    /// A day is that of the creation, in local time.
    #[arg(
        long,
        value_enum,
        default_value_t,
        value_name = "KEY",
        hide_possible_values = true,
        hide_default_value = true
    )]
    pub by: CountKey,
    #[command(flatten)]
    pub filters: Filters,
    #[command(flatten)]
    pub print: OutputFlags,
    #[command(flatten)]
    pub call: Call,
    #[command(flatten)]
    pub attempts: Attempts,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum CountKey {
    /// The status.
    #[default]
    Status,
    /// The creator.
    Creator,
    /// The deployment mode.
    Mode,
    /// The day of creation, in local time.
    Day,
}

#[derive(Debug, Subcommand)]
pub enum Projects {
    /// Finds the id of the region's project.
    #[command(before_help = FIND, help_template = TEMPLATE, after_help = MORE, after_long_help = ENVIRONMENT)]
    Find(Box<Find>),
}

#[derive(Debug, Args)]
pub struct Find {
    #[command(flatten)]
    pub format: FormatFlag,
    #[command(flatten)]
    pub call: Call,
    #[command(flatten)]
    pub attempts: Attempts,
}
