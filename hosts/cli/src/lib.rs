//! `servicestage`: lists the release tasks of a Huawei Cloud ServiceStage project.
//!
//! A library, so that the harness can record what the tool does ([`run_recorded`]); the executable only calls [`run`].
//!
//! # Layout
//! - `args`, `filters`: the command line; `placement`: where flags may stand; `settings`: region, project and
//!   credentials; `query`, `status`, `time`: from text to the component's terms
//! - `list`: the command: one call of the client
//! - `auth`: where credentials come from; `policy`: what the component may reach
//! - `output`: table, JSON, CSV; `stdio`: how they are written; `table`: the table
//! - [`record`]: a way in for whoever records a listing
//! - `report`: errors and exit codes; `progress`: what is said while the tool waits; `log`: what `-v` tells; `otel`:
//!   what an OpenTelemetry collector gets, with the feature of that name

#![cfg_attr(not(test), deny(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used))]

mod args;
mod auth;
mod filters;
mod list;
mod log;
#[cfg_attr(not(feature = "otel"), path = "otel_absent.rs")]
mod otel;
mod output;
mod placement;
mod policy;
mod progress;
mod query;
pub mod record;
mod report;
mod settings;
mod stdio;
mod table;
mod time;

use std::ffi::OsString;
use std::sync::Arc;

use clap::error::{ContextKind, ContextValue};
use clap::{CommandFactory, Parser};
use component_runtime::printable as text;

use crate::args::{Arguments, Auth, Command, Output, Pipelines, Policy};
use crate::record::Recorder;

/// Does what these arguments say, prints the result and returns the exit code. The first argument names the program.
#[must_use]
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    perform(arguments, None)
}

/// Does the same as [`run`], and has the requests of a listing pass a recorder.
#[must_use]
pub fn run_recorded(arguments: impl IntoIterator<Item = OsString>, recorder: Arc<dyn Recorder>) -> u8 {
    perform(arguments, Some(recorder))
}

fn perform(arguments: impl IntoIterator<Item = OsString>, recorder: Option<Arc<dyn Recorder>>) -> u8 {
    let arguments = placement::after_command(arguments, &Arguments::command());
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) if error.use_stderr() => return refuse(error),
        Err(help) => return print_help(&help),
    };
    let (result, output) = match arguments.command {
        Command::Pipelines { command: Pipelines::List(arguments) } => {
            (list::run(&arguments, recorder), arguments.output)
        }
        Command::Policy { command: Policy::Check(arguments) } => (policy::check(&arguments), Output::Table),
        Command::Auth { command: Auth::Show(arguments) } => (auth::show(&arguments), Output::from(arguments.output)),
    };
    match result {
        Ok(()) => 0,
        Err(error) => report::report(&error, output),
    }
}

/// Tells what is wrong with the arguments.
fn refuse(error: clap::Error) -> u8 {
    let error = printable(error);
    // Without stderr, the error cannot be reported.
    let _ = error.print();
    u8::try_from(error.exit_code()).unwrap_or(2)
}

/// Prints the help or the version that was asked for.
fn print_help(help: &clap::Error) -> u8 {
    match stdio::print(&mut anstream::stdout(), &help.render().ansi().to_string()) {
        Ok(()) => 0,
        Err(error) => report::report(&stdio::unwritten("help", &error), Output::Table),
    }
}

/// Escapes the typed words that the error repeats, if they hold characters that could not be seen.
fn printable(mut error: clap::Error) -> clap::Error {
    for kind in [ContextKind::InvalidArg, ContextKind::InvalidSubcommand, ContextKind::InvalidValue] {
        if let Some(ContextValue::String(typed)) = error.get(kind) {
            let escaped = text::escaped(typed);
            error.insert(kind, ContextValue::String(escaped));
        }
    }
    error
}
