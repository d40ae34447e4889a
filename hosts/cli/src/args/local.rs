//! The commands that are about the tool itself: credentials, policy, settings.

use clap::{Args, Subcommand};

use super::connection::{Chosen, Granted, Identity, Place};
use super::help::{CHECK, ENVIRONMENT, MORE, SHOW, TEMPLATE};
use super::output::Form;
use crate::{login, token};

#[derive(Debug, Subcommand)]
pub enum Auth {
    /// Shows where region, project and credentials come from, with values masked. It sends nothing, unless --metadata
    /// has it ask the cloud server.
    #[command(before_help = SHOW, help_template = TEMPLATE, after_help = MORE, after_long_help = ENVIRONMENT)]
    Show(Box<Show>),
    /// Asks for an access key and writes it to a profile.
    Login(Box<login::Arguments>),
    /// Prints an IAM token.
    Token(Box<token::Arguments>),
}

#[derive(Debug, Args)]
pub struct Show {
    #[command(flatten)]
    pub place: Place,
    #[command(flatten)]
    pub identity: Identity,
    /// How to print it.
    #[arg(long, short, value_enum, default_value_t, value_name = "FORM", help_heading = "Output")]
    pub output: Form,
}

#[derive(Debug, Subcommand)]
pub enum Policy {
    /// Shows what the component imports, which requests it declares, and what the flags and the policy file grant. Only
    /// what is both declared and granted is sent. It sends nothing.
    #[command(before_help = CHECK, help_template = TEMPLATE)]
    Check(Box<Check>),
    /// Prints a policy file to begin with, with its comments.
    Init,
}

#[derive(Debug, Args)]
pub struct Check {
    #[command(flatten)]
    pub place: Place,
    #[command(flatten)]
    pub granted: Granted,
    #[command(flatten)]
    pub chosen: Chosen,
}

/// Reads and writes the configuration file.
#[derive(Debug, Subcommand)]
pub enum Config {
    /// Prints a setting.
    Get {
        /// The name: region, profile, output or columns.
        name: String,
    },
    /// Writes a setting; an empty value removes it.
    Set {
        /// The name: region, profile, output or columns.
        name: String,
        /// The value.
        value: String,
    },
    /// Prints all settings, and the file they are in.
    List,
}
