//! The commands for the tool itself: credentials, policy, settings.

use clap::{Args, Subcommand};

use super::connection::{ComponentFlags, CredentialFlags, Place, PolicyFlags};
use super::help::{CHECK, CONFIG_GET, CONFIG_LIST, CONFIG_SET, ENVIRONMENT, INIT, LOGIN, MORE, SHOW, TEMPLATE, TOKEN};
use super::output::FormatFlag;
use crate::{login, token};

#[derive(Debug, Subcommand)]
pub enum Auth {
    /// Shows where region, project and credentials come from.
    ///
    /// Values are masked. Nothing is sent, except to the metadata of the cloud server with --metadata.
    #[command(before_help = SHOW, help_template = TEMPLATE, after_help = MORE, after_long_help = ENVIRONMENT)]
    Show(Box<Show>),
    /// Asks for an access key and writes it to a profile.
    #[command(before_help = LOGIN, help_template = TEMPLATE, after_help = MORE, after_long_help = ENVIRONMENT)]
    Login(Box<login::Arguments>),
    /// Prints an IAM token.
    ///
    /// It is the token of HW_AUTH_TOKEN, or a new one for the user of HW_USER_NAME.
    #[command(before_help = TOKEN, help_template = TEMPLATE, after_help = MORE, after_long_help = ENVIRONMENT)]
    Token(Box<token::Arguments>),
}

#[derive(Debug, Args)]
pub struct Show {
    #[command(flatten)]
    pub place: Place,
    #[command(flatten)]
    pub identity: CredentialFlags,
    #[command(flatten)]
    pub format: FormatFlag,
}

#[derive(Debug, Subcommand)]
pub enum Policy {
    /// Shows which requests the component declares, and which are granted.
    ///
    /// It also shows the imports of the component. A request needs both, a declaration and a grant. Nothing is sent.
    #[command(before_help = CHECK, help_template = TEMPLATE)]
    Check(Box<Check>),
    /// Prints a policy file to start from.
    #[command(before_help = INIT, help_template = TEMPLATE)]
    Init,
}

#[derive(Debug, Args)]
pub struct Check {
    #[command(flatten)]
    pub place: Place,
    /// The profile with the region [env: HW_PROFILE].
    #[arg(long, value_name = "NAME", help_heading = "Location", hide_short_help = true)]
    pub profile: Option<String>,
    #[command(flatten)]
    pub granted: PolicyFlags,
    #[command(flatten)]
    pub chosen: ComponentFlags,
}

/// Reads and writes the configuration file.
#[derive(Debug, Subcommand)]
pub enum Config {
    /// Prints a setting.
    #[command(before_help = CONFIG_GET, help_template = TEMPLATE)]
    Get {
        /// region, profile, output or columns.
        name: String,
    },
    /// Writes a setting. An empty value removes it.
    #[command(before_help = CONFIG_SET, help_template = TEMPLATE)]
    Set {
        /// region, profile, output or columns.
        name: String,
        /// The value.
        value: String,
    },
    /// Prints all settings and the path of the file.
    #[command(before_help = CONFIG_LIST, help_template = TEMPLATE)]
    List,
}
