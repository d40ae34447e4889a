//! The command line. The sentences are the help texts.

pub mod connection;
pub mod filters;
mod help;
pub mod local;
pub mod output;
pub mod pipelines;

use clap::{Parser, Subcommand};

use crate::mcp;
use help::{COMPLETION, CONFIG, ENVIRONMENT, LIST, MORE, TEMPLATE};
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
    #[command(visible_alias = "ls", before_help = LIST, help_template = TEMPLATE, after_help = MORE, after_long_help = ENVIRONMENT)]
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
    /// The settings that the configuration file holds: region, profile, output and columns.
    #[command(before_help = CONFIG, help_template = TEMPLATE)]
    Config {
        #[command(subcommand)]
        command: Config,
    },
    /// Prints the completions of a shell.
    #[command(before_help = COMPLETION, help_template = TEMPLATE)]
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
    use clap::builder::StyledStr;

    use super::Arguments;

    #[test]
    fn the_arguments_are_consistent() {
        Arguments::command().debug_assert();
    }

    /// The short help of a command.
    fn short(words: &[&str]) -> StyledStr {
        let mut tool = Arguments::command();
        tool.build();
        let command = words.iter().fold(&mut tool, |command, word| command.find_subcommand_mut(word).unwrap());
        command.render_help()
    }

    #[test]
    fn the_short_help_fits_a_screen_of_fifty_lines_and_begins_with_examples() {
        for words in [&["list"][..], &["pipelines", "list"], &["pipelines", "get"], &["pipelines", "count"]] {
            let help = short(words).to_string();
            assert!(help.lines().count() <= 50, "{} lines: {help}", help.lines().count());
            assert!(help.find("Examples:").unwrap() < help.find("Usage:").unwrap(), "{help}");
            assert!(help.lines().all(|line| line.chars().count() <= 140), "{help}");
        }
    }

    #[test]
    fn the_groups_of_flags_are_named() {
        let help = short(&["list"]).to_string();
        let at: Vec<usize> = ["Filters:", "Output:", "Location:", "Credentials:", "Network:"]
            .iter()
            .map(|group| help.find(&format!("\n{group}\n")).unwrap_or_else(|| panic!("{group} in {help}")))
            .collect();
        assert!(at.is_sorted(), "{help}");
    }
}
