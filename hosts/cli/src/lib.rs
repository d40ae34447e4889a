//! `servicestage`: lists the release tasks of a Huawei Cloud ServiceStage project.
//!
//! A library, so that the harness can record what the tool does ([`run_recorded`]); the executable only calls [`run`].
//!
//! # Layout
//! - `args`: the command line, in groups; `placement`: where flags may stand; `settings`, `config`: region, project and
//!   credentials, from flags and from the configuration file; `query`, `time`: from text to the component's terms
//! - `call`: one call of the client; `list`, `get`, `count`, `projects`, `wait`, `watch`: the commands that make calls;
//!   `mcp`: serves them to agents
//! - `auth`, `login`, `token`: credentials; `policy`: the requests that the component may make, and a policy file to begin with
//! - `forms`: release tasks in the form that was asked for: `fields` and their names, `table`, `grid`, `delimited`
//! - `output`: who reads, with colours and a `pager`; `stdio`: how texts are written
//! - [`record`]: a way in for whoever records a listing
//! - `report`: errors and exit codes; `progress`: what is said while the tool waits; `log`: what `-v` tells; `otel`:
//!   what an OpenTelemetry collector gets, with the feature of that name

#![cfg_attr(not(test), deny(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used))]
// They panic where the reader is gone; `stdio` does not.
#![deny(clippy::print_stderr, clippy::print_stdout)]

mod args;
mod auth;
mod call;
mod config;
mod count;
mod delimited;
mod fields;
mod forms;
mod get;
mod grid;
mod list;
mod log;
mod login;
mod mcp;
#[cfg(feature = "otel")]
mod otel;
mod output;
mod pager;
mod placement;
mod policy;
mod progress;
mod projects;
mod query;
pub mod record;
mod report;
mod settings;
mod stdio;
mod table;
mod time;
mod token;
mod wait;
mod watch;

use std::ffi::OsString;
use std::sync::Arc;

use clap::CommandFactory;
use clap::error::{ContextKind, ContextValue};
use clap_complete::Shell;
use component_runtime::printable as text;
use jiff::tz::TimeZone;
use servicestage::error::Error;

use crate::args::local::{Auth, Policy};
use crate::args::output::{OutputFlags, OutputFormat};
use crate::args::pipelines::{Pipelines, Projects};
use crate::args::{Arguments, Command};
use crate::output::Printer;
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
    let arguments = placement::after_command(arguments, &Arguments::tool());
    let arguments = match Arguments::read(arguments) {
        Ok(arguments) => arguments,
        Err(error) if error.use_stderr() => return refuse(error),
        Err(help) => return print_help(&help),
    };
    let output = output_of(&arguments.command);
    match execute(arguments.command, recorder) {
        Ok(code) => code,
        Err(error) => report::report(&error, output),
    }
}

/// Does it, and returns the exit code.
fn execute(command: Command, recorder: Option<Arc<dyn Recorder>>) -> Result<u8, Box<Error>> {
    match command {
        Command::List(arguments) => list::run(&arguments, recorder),
        Command::Pipelines { command } => match command {
            Pipelines::List(arguments) => list::run(&arguments, recorder),
            Pipelines::Get(arguments) => get::run(&arguments),
            Pipelines::Wait(arguments) => wait::run(&arguments),
            Pipelines::Watch(arguments) => watch::run(&arguments),
            Pipelines::Count(arguments) => count::run(&arguments),
        },
        Command::Projects { command: Projects::Find(arguments) } => projects::find(&arguments),
        Command::Auth { command } => match command {
            Auth::Show(arguments) => auth::show(&arguments),
            Auth::Login(arguments) => login::run(&arguments),
            Auth::Token(arguments) => token::run(&arguments),
        },
        Command::Policy { command } => match command {
            Policy::Check(arguments) => policy::check(&arguments),
            Policy::Init => policy::init(),
        },
        Command::Mcp(arguments) => mcp::run(arguments),
        Command::Config { command } => config::run(&command),
        Command::Completion { shell } => complete(shell),
    }
}

/// Prints the script that completes words in this shell.
fn complete(shell: Shell) -> Result<u8, Box<Error>> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "servicestage", &mut script);
    Printer::plain(TimeZone::UTC).print("completion", &String::from_utf8_lossy(&script))?;
    Ok(0)
}

/// The form in which results and errors are printed.
fn output_of(command: &Command) -> OutputFormat {
    let of = |print: &OutputFlags| forms::output(print).unwrap_or_default();
    match command {
        Command::List(arguments) | Command::Pipelines { command: Pipelines::List(arguments) } => of(&arguments.print),
        Command::Pipelines { command: Pipelines::Get(arguments) } => of(&arguments.print),
        Command::Pipelines { command: Pipelines::Count(arguments) } => of(&arguments.print),
        Command::Projects { command: Projects::Find(arguments) } => arguments.format.output.into(),
        Command::Auth { command: Auth::Show(arguments) } => arguments.format.output.into(),
        Command::Pipelines { command: Pipelines::Wait(arguments) } => arguments.output.into(),
        _ => OutputFormat::Table,
    }
}

/// Reports the fault of the arguments.
fn refuse(error: clap::Error) -> u8 {
    let error = printable(error);
    // Without stderr, the error cannot be reported.
    let _ = error.print();
    u8::try_from(error.exit_code()).unwrap_or(2)
}

/// Prints the help or the version that was asked for.
fn print_help(help: &clap::Error) -> u8 {
    match stdio::print(&mut anstream::stdout(), &help.render().ansi().to_string()) {
        Ok(_) => 0,
        Err(error) => report::report(&stdio::unwritten("help", &error), OutputFormat::Table),
    }
}

/// Suggests a sort key with the hyphen that was typed before it, which is its direction.
fn keep_direction(error: &mut clap::Error) {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.as_str(),
        _ => "",
    };
    let (flag, typed) = (text(ContextKind::InvalidArg), text(ContextKind::InvalidValue));
    let key = text(ContextKind::SuggestedValue);
    if flag.starts_with("--order-by ") && typed.starts_with('-') && !key.is_empty() {
        let descending = ContextValue::String(format!("-{key}"));
        error.insert(ContextKind::SuggestedValue, descending);
    }
}

/// Escapes the typed words that the error repeats, if they hold characters that could not be seen.
fn printable(mut error: clap::Error) -> clap::Error {
    keep_direction(&mut error);
    for kind in [ContextKind::InvalidArg, ContextKind::InvalidSubcommand, ContextKind::InvalidValue] {
        if let Some(ContextValue::String(typed)) = error.get(kind) {
            let escaped = text::escaped(typed);
            if escaped != *typed {
                // A hint of clap repeats the word as it was typed.
                error.remove(ContextKind::Suggested);
            }
            error.insert(kind, ContextValue::String(escaped));
        }
    }
    error
}
