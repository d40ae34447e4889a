//! `servicestage`: lists the release tasks of a Huawei Cloud ServiceStage project.
//!
//! # Layout
//! - [`args`]: what can be typed; [`settings`]: what the environment adds; [`query`], [`status`], [`time`]: from text
//!   to the component's terms
//! - [`list`]: the command: one call of the component, which [`component`] loads
//! - [`output`]: table, JSON, CSV; [`table`]: the table; [`text`]: text of the service, made safe to print
//! - [`report`]: errors and exit codes; [`progress`]: what is said while the tool waits; [`trace`]: requests, for `-vv`

mod args;
mod component;
mod list;
mod output;
mod progress;
mod query;
mod report;
mod settings;
mod status;
mod table;
mod text;
mod time;
mod trace;

use std::process::ExitCode;

use clap::Parser;

use crate::args::{Arguments, Command, Pipelines};

fn main() -> ExitCode {
    let Arguments { command: Command::Pipelines { command: Pipelines::List(arguments) } } = Arguments::parse();
    match list::run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => report::report(&error, arguments.output),
    }
}
