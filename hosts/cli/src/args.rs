//! What can be typed. The sentences are the help texts.

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};

use crate::filters::Filters;

const ENVIRONMENT: &str = "\
Environment:
  HW_REGION_NAME                  the region, where --region is not given
  HW_PROJECT_ID                   the project's id, where --project-id is not given
  HW_ACCESS_KEY, HW_SECRET_KEY    an access key
  HW_SECURITY_TOKEN               the security token of a temporary access key
  HW_AUTH_TOKEN                   an IAM token, instead of an access key
  HW_USER_NAME, HW_USER_PASSWORD, HW_DOMAIN_NAME
                                  an IAM user and the account's name, for whom a token is obtained
  HUAWEICLOUD_SDK_PROJECT_ID      the project's id, where HW_PROJECT_ID is not set
  HUAWEICLOUD_SDK_AK, HUAWEICLOUD_SDK_SK, HUAWEICLOUD_SDK_SECURITY_TOKEN
                                  an access key, where none of the HW_ credentials is set
  HW_PROFILE                      the profile, where --profile is not given
  HUAWEICLOUD_SDK_CREDENTIALS_FILE, HW_SHARED_CONFIG_FILE
                                  the files of profiles, instead of ~/.huaweicloud/credentials and ~/.hcloud/config.json
  HTTPS_PROXY, ALL_PROXY          the proxy, such as http://user:password@host:port
  NO_PROXY                        the hosts that are reached without it: names, addresses and ranges, or *
  SSL_CERT_FILE, SSL_CERT_DIR     the authorities of the system, instead of where it keeps them
  NO_COLOR                        no colours
  TZ                              the time zone of the table, and of times given without one
An empty variable counts as unset. Credentials come from the first of: the profile that --profile names, the
environment, a profile (the SDK's file, then KooCLI's), and with --metadata the cloud server. Secrets are never
arguments, and the component never sees them.

Exit codes:
  0 success, 2 invalid argument, 3 authentication, 4 denied, 5 not found, 6 worth retrying, 1 anything else";

/// Lists the release tasks of a Huawei Cloud ServiceStage project.
#[derive(Debug, Parser)]
#[command(name = "servicestage", version, after_help = "The options of a command may also stand before it.")]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Release tasks, which ServiceStage's API calls pipelines.
    Pipelines {
        #[command(subcommand)]
        command: Pipelines,
    },
    /// What the component may reach.
    Policy {
        #[command(subcommand)]
        command: Policy,
    },
    /// The credentials that calls are made with.
    Auth {
        #[command(subcommand)]
        command: Auth,
    },
}

#[derive(Debug, Subcommand)]
pub enum Auth {
    /// Tells where region, project and credentials come from, with values masked. It sends nothing, unless --metadata
    /// has it ask the cloud server.
    #[command(after_help = ENVIRONMENT)]
    Show(Box<Show>),
}

#[derive(Debug, Args)]
pub struct Show {
    #[command(flatten)]
    pub place: Place,
    #[command(flatten)]
    pub identity: Identity,

    /// How to print it.
    #[arg(long, short, value_enum, default_value_t, value_name = "FORM")]
    pub output: Form,
}

#[derive(Debug, Subcommand)]
pub enum Pipelines {
    /// Lists the release tasks that match every filter, the newest first.
    #[command(after_help = ENVIRONMENT)]
    List(Box<List>),
}

#[derive(Debug, Args)]
pub struct List {
    #[command(flatten)]
    pub place: Place,
    #[command(flatten)]
    pub identity: Identity,
    #[command(flatten)]
    pub filters: Filters,

    /// How to print the listing; a table shows as many columns as fit the terminal, or 100 characters.
    #[arg(long, short, value_enum, default_value_t, value_name = "FORM")]
    pub output: Output,
    /// How long the whole call may take, retries included, in seconds; decimals are allowed [default: 120].
    #[arg(long, value_name = "SECONDS")]
    pub timeout: Option<String>,
    /// How often a request is tried at most, from 1 to 10 [default: 4].
    #[arg(long, value_name = "N")]
    pub max_attempts: Option<u32>,
    #[command(flatten)]
    pub verbosity: Verbosity,
    #[command(flatten)]
    pub granted: Granted,
    #[command(flatten)]
    pub security: Security,
    #[command(flatten)]
    pub chosen: Chosen,
}

#[derive(Debug, Default, Args)]
pub struct Verbosity {
    /// Says on stderr where each setting came from, and how the call went; twice (-vv): also how each request went. It
    /// shows no header except the request id, and no query value.
    #[arg(long, short, action = ArgAction::Count)]
    pub verbose: u8,
    /// How -v says it.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub log_format: LogFormat,
}

#[derive(Debug, Default, Args)]
#[command(next_help_heading = "TLS")]
pub struct Security {
    /// Trusts the authorities in this PEM file, and no others [default: those of the system, or where it has none those
    /// of the web].
    #[arg(long, value_name = "FILE")]
    pub ca_file: Option<PathBuf>,
    /// Shows servers that ask for it the certificate in this PEM file, followed by those that lead to its authority.
    #[arg(long, value_name = "FILE", requires = "client_key")]
    pub client_cert: Option<PathBuf>,
    /// The PEM file with the private key of that certificate.
    #[arg(long, value_name = "FILE", requires = "client_cert")]
    pub client_key: Option<PathBuf>,
}

#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Policy")]
pub struct Granted {
    /// Also grants what this JSON file allows [env: SERVICESTAGE_POLICY].
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// Also allows connections to these addresses, such as 10.0.0.0/8. Private addresses are refused otherwise. Repeat
    /// the flag to allow several.
    #[arg(long, value_name = "CIDR")]
    pub allow_address: Vec<String>,
}

#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Component")]
pub struct Chosen {
    /// Uses the component in this file instead of the one within the tool.
    #[cfg(feature = "compile")]
    #[arg(long, value_name = "FILE")]
    pub component: Option<PathBuf>,
}

#[cfg(feature = "compile")]
impl Chosen {
    /// The file to take the component from, if it is not the one within the tool.
    pub fn file(&self) -> Option<&PathBuf> {
        self.component.as_ref()
    }
}

#[derive(Debug, Subcommand)]
pub enum Policy {
    /// Shows what the component imports, which requests it declares, and what the flags and the policy file grant. Only
    /// what is both declared and granted is sent. It sends nothing.
    Check(Box<Check>),
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

#[derive(Debug, Args)]
#[command(next_help_heading = "Where")]
pub struct Place {
    /// The region, such as cn-north-4 [env: HW_REGION_NAME].
    #[arg(long)]
    pub region: Option<String>,
    /// The project's id; without it the project of the region is looked up [env: HW_PROJECT_ID,
    /// HUAWEICLOUD_SDK_PROJECT_ID].
    #[arg(long, value_name = "ID")]
    pub project_id: Option<String>,
    /// The origin of the ServiceStage API [default: the region's].
    #[arg(long, value_name = "URL")]
    pub endpoint: Option<String>,
    /// The origin of the IAM API, where the project is looked up [default: the region's].
    #[arg(long, value_name = "URL")]
    pub iam_endpoint: Option<String>,
}

#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Credentials")]
pub struct Identity {
    /// Takes the credentials of this profile, and no others [env: HW_PROFILE].
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,
    /// Asks the metadata of this cloud server for a key of its agency, where nothing else has credentials.
    #[arg(long)]
    pub metadata: bool,
    /// Where the metadata is; for tests, which have it on loopback.
    #[arg(long, value_name = "URL", requires = "metadata", hide = true)]
    pub metadata_endpoint: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// For people.
    #[default]
    Table,
    /// One JSON object, with an error on stderr as JSON too.
    Json,
    /// Comma-separated values (RFC 4180): a header, every field, times in milliseconds since the epoch. Text that a
    /// spreadsheet could take for a formula, because it begins with =, +, -, @, a tab or a line break, gets an
    /// apostrophe before it.
    Csv,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// For people.
    #[default]
    Table,
    /// One JSON object, with an error on stderr as JSON too.
    Json,
}

impl From<Form> for Output {
    fn from(form: Form) -> Self {
        match form {
            Form::Table => Self::Table,
            Form::Json => Self::Json,
        }
    }
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
