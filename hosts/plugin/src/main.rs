//! `data-source`: the tool for authors of data sources.
//!
//! It reads and tests a component with the provider's own library, so it finds the faults that Terraform would find.
//!
//! # Layout
//! - `args`: the command line; `new`: new folders, from the `templates`
//! - `open`: the component in a file; `check`: the faults that a host would refuse
//! - `values`: from `key=value` to JSON; `read`: one read, with `print` for its result
//! - `fixtures`: replays recorded reads and compares their results
//! - `docs`: pages for the registry; `mirror`: the component as a provider, with the lines of its `installation`

#![cfg_attr(not(test), deny(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used))]
// They panic where the reader is gone; `print` does not.
#![deny(clippy::print_stderr, clippy::print_stdout)]

mod args;
mod check;
mod docs;
mod fixtures;
mod installation;
mod mirror;
mod new;
mod open;
mod print;
mod read;
mod templates;
mod values;

use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;
use component_runtime::printable;

use crate::args::{Arguments, Command, INVALID, InvalidArgument};

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(code) => code,
        Err(error) => {
            print::message(&printable::lines(&format!("error: {error:#}")));
            if error.is::<InvalidArgument>() { ExitCode::from(INVALID) } else { ExitCode::FAILURE }
        }
    }
}

fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::New { language, name } => new::new(language, &name)?,
        Command::Check { file } => return check::check(&file),
        Command::Describe { file } => {
            print::line(&open::describe(&file)?)?;
        }
        Command::Read { file, source, values, endpoints, output } => {
            return read::read(&file, &source, &values, &endpoints, output);
        }
        Command::Test { folder } => return fixtures::test(&folder),
        Command::Docs { file, into } => docs::write(&file, &into)?,
        Command::Terraform { file, address, version, provider, mirror } => {
            mirror::lay_out(&file, address.as_deref(), &version, provider, &mirror)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
