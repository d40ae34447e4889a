//! The command line. The sentences are the help texts.

pub mod connection;
mod everywhere;
pub mod filters;
mod help;
pub mod local;
pub mod output;
pub mod pipelines;

use std::ffi::OsString;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::mcp;
use help::{CHECK, COMPLETION, CONFIG, ENVIRONMENT, FIND, LIST, LIST_LONG, MCP, MORE, SHOW, TEMPLATE, TOOL};
use local::{Auth, Config, Policy};
use pipelines::{List, Pipelines, Projects};

/// Lists the release tasks of a Huawei Cloud ServiceStage project.
#[derive(Debug, Parser)]
#[command(
    name = "servicestage",
    version,
    max_term_width = 100,
    before_help = LIST,
    before_long_help = TOOL,
    help_template = TEMPLATE,
    after_help = "The flags of a command may also stand before it."
)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Lists release tasks; the same as `pipelines list`.
    #[command(visible_alias = "ls", before_help = LIST, before_long_help = LIST_LONG, help_template = TEMPLATE, after_help = MORE, after_long_help = ENVIRONMENT)]
    List(Box<List>),
    /// Lists, watches and counts release tasks.
    #[command(visible_alias = "pipeline", before_help = LIST, help_template = TEMPLATE)]
    Pipelines {
        #[command(subcommand)]
        command: Pipelines,
    },
    /// Finds the project of a region.
    #[command(visible_alias = "project", before_help = FIND, help_template = TEMPLATE)]
    Projects {
        #[command(subcommand)]
        command: Projects,
    },
    /// Shows and stores credentials.
    #[command(before_help = SHOW, help_template = TEMPLATE)]
    Auth {
        #[command(subcommand)]
        command: Auth,
    },
    /// Shows which servers the component may reach.
    #[command(before_help = CHECK, help_template = TEMPLATE)]
    Policy {
        #[command(subcommand)]
        command: Policy,
    },
    /// Serves an agent by the Model Context Protocol on stdin and stdout.
    #[command(before_help = MCP, help_template = TEMPLATE, after_help = MORE, after_long_help = ENVIRONMENT)]
    Mcp(Box<mcp::Arguments>),
    /// Reads and writes the configuration file.
    #[command(before_help = CONFIG, help_template = TEMPLATE)]
    Config {
        #[command(subcommand)]
        command: Config,
    },
    /// Prints completions for a shell.
    #[command(before_help = COMPLETION, help_template = TEMPLATE)]
    Completion {
        /// The shell.
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
}

impl Arguments {
    /// The tool, with the flags that every command takes.
    pub fn tool() -> clap::Command {
        everywhere::added(Self::command())
    }

    /// Reads a command line whose flags follow their command. The first word names the program.
    pub fn read(words: impl IntoIterator<Item = OsString>) -> Result<Self, clap::Error> {
        let mut tool = Self::tool();
        let read = tool.try_get_matches_from_mut(words).and_then(|matches| Self::from_arg_matches(&matches));
        read.map_err(|error| error.format(&mut tool))
    }
}

/// Reads a number of things. The component judges whether it may be zero.
pub fn whole_number(text: &str) -> Result<u32, &'static str> {
    text.parse().map_err(|_| "must be a whole number from 1")
}

#[cfg(test)]
pub mod tests {
    use clap::CommandFactory;

    use super::Arguments;

    #[test]
    fn the_arguments_are_consistent() {
        Arguments::tool().debug_assert();
    }

    /// The help of a command on a terminal with 80 columns.
    fn help(words: &[String], long: bool) -> String {
        let mut tool = Arguments::tool().term_width(80);
        tool.build();
        let command = words.iter().fold(&mut tool, |command, word| command.find_subcommand_mut(word).unwrap());
        if long { command.render_long_help() } else { command.render_help() }.to_string()
    }

    /// Every command that has no commands below it, and those that have.
    pub fn every_command() -> Vec<Vec<String>> {
        fn below(command: &clap::Command, words: &[String], all: &mut Vec<Vec<String>>) {
            all.push(words.to_vec());
            for command in command.get_subcommands().filter(|command| command.get_name() != "help") {
                below(command, &[words, &[command.get_name().to_owned()]].concat(), all);
            }
        }
        let mut all = Vec::new();
        below(&Arguments::command(), &[], &mut all);
        all
    }

    #[test]
    fn the_short_help_of_every_command_fits_a_screen_with_its_prompt() {
        let commands = every_command();
        assert!(commands.len() > 15, "{commands:?}");
        for words in commands {
            let help = help(&words, false);
            assert!(help.lines().count() < 24, "{} lines: {help}", help.lines().count());
            assert!(help.lines().all(|line| line.chars().count() <= 80), "{help}");
        }
    }

    #[test]
    fn every_help_begins_with_examples() {
        for words in every_command() {
            for long in [false, true] {
                let help = help(&words, long);
                let at = |part| help.find(part).unwrap_or_else(|| panic!("no {part} in {help}"));
                assert!(at("Examples:") < at("Usage:"), "{help}");
            }
        }
    }

    #[test]
    fn the_groups_of_flags_are_named() {
        let help = help(&["list".to_owned()], true);
        let at: Vec<usize> = ["Filters:", "Output:", "Location:", "Credentials:", "Network:"]
            .iter()
            .map(|group| help.find(&format!("\n{group}\n")).unwrap_or_else(|| panic!("{group} in {help}")))
            .collect();
        assert!(at.is_sorted(), "{help}");
    }
}
