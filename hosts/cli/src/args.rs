//! What can be typed. The sentences are the help texts.

pub mod connection;
pub mod filters;
mod help;
pub mod local;
pub mod output;
pub mod pipelines;

use clap::{Parser, Subcommand};

use crate::mcp;
use help::ENVIRONMENT;
use local::{Auth, Config, Policy};
use pipelines::{List, Pipelines, Projects};

/// Lists the release tasks of a Huawei Cloud ServiceStage project.
#[derive(Debug, Parser)]
#[command(name = "servicestage", version, after_help = "The options of a command may also stand before it.")]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Lists the release tasks: short for `pipelines list`.
    #[command(visible_alias = "ls", after_help = ENVIRONMENT)]
    List(Box<List>),
    /// Release tasks, which ServiceStage's API calls pipelines.
    #[command(visible_alias = "pipeline")]
    Pipelines {
        #[command(subcommand)]
        command: Pipelines,
    },
    /// The project that the release tasks are in.
    #[command(visible_alias = "project")]
    Projects {
        #[command(subcommand)]
        command: Projects,
    },
    /// The credentials that calls are made with.
    Auth {
        #[command(subcommand)]
        command: Auth,
    },
    /// The servers that the component may reach.
    Policy {
        #[command(subcommand)]
        command: Policy,
    },
    /// Serves the tool to an agent, by the Model Context Protocol on stdin and stdout.
    Mcp(Box<mcp::Arguments>),
    /// The settings that the configuration file holds.
    Config {
        #[command(subcommand)]
        command: Config,
    },
    /// Prints the completions of a shell.
    Completion {
        /// The shell.
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
}

/// Reads a number of things. The component judges whether it may be zero.
pub fn whole_number(text: &str) -> Result<u32, &'static str> {
    text.parse().map_err(|_| "must be a whole number from 1")
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Arguments;

    #[test]
    fn the_arguments_are_consistent() {
        Arguments::command().debug_assert();
    }
}
