//! The flags that say where calls go, in whose name, and by which way.

use std::path::PathBuf;

use clap::{ArgAction, Args, ValueEnum};

/// The flags of every command that calls the service.
#[derive(Debug, Args)]
pub struct Call {
    #[command(flatten)]
    pub place: Place,
    #[command(flatten)]
    pub identity: Identity,
    #[command(flatten)]
    pub security: Security,
    #[command(flatten)]
    pub granted: Granted,
    #[command(flatten)]
    pub chosen: Chosen,
    #[command(flatten)]
    pub verbosity: Verbosity,
}

#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Location")]
pub struct Place {
    /// The region, such as cn-north-4 [env: HW_REGION_NAME].
    #[arg(long)]
    pub region: Option<String>,
    /// The project's id [env: HW_PROJECT_ID, HUAWEICLOUD_SDK_PROJECT_ID].
    ///
    /// Without it the project of the region is looked up.
    #[arg(long, value_name = "ID")]
    pub project_id: Option<String>,
    /// The origin of the ServiceStage API [default: the region's].
    #[arg(long, value_name = "URL", hide_short_help = true)]
    pub endpoint: Option<String>,
    /// The origin of the IAM API, where the project is looked up [default: the region's].
    #[arg(long, value_name = "URL", hide_short_help = true)]
    pub iam_endpoint: Option<String>,
}

#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Credentials")]
pub struct Identity {
    /// Takes the credentials of this profile, and no others [env: HW_PROFILE].
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,
    /// Asks the metadata of this cloud server, where nothing else has credentials.
    ///
    /// It has a key if the server has an agency.
    #[arg(long)]
    pub metadata: bool,
    /// Where the metadata is; for tests, which have it on loopback.
    #[arg(long, value_name = "URL", requires = "metadata", hide = true)]
    pub metadata_endpoint: Option<String>,
}

#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Network")]
pub struct Attempts {
    /// How long the whole call may take, in seconds [default: 120].
    ///
    /// Retries are included, and decimals are allowed.
    #[arg(long, value_name = "SECONDS")]
    pub timeout: Option<String>,
    /// How often a request is tried at most, from 1 to 10 [default: 4].
    #[arg(long, value_name = "N", value_parser = crate::args::whole_number)]
    pub max_attempts: Option<u32>,
}

#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Network")]
pub struct Security {
    /// Trusts the authorities in this PEM file, and no others.
    ///
    /// By default those of the system are trusted, or where it has none those of the web.
    #[arg(long, value_name = "FILE")]
    pub ca_file: Option<PathBuf>,
    /// Shows servers that ask for it the certificate in this PEM file, followed by those that lead to its authority.
    #[arg(long, value_name = "FILE", requires = "client_key", hide_short_help = true)]
    pub client_cert: Option<PathBuf>,
    /// The PEM file with the private key of that certificate.
    #[arg(long, value_name = "FILE", requires = "client_cert", hide_short_help = true)]
    pub client_key: Option<PathBuf>,
}

#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Network")]
pub struct Granted {
    /// Also grants what this JSON file allows [env: SERVICESTAGE_POLICY].
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// Also allows connections to these addresses, such as 10.0.0.0/8.
    ///
    /// Private addresses are refused otherwise. Separate several by commas, or repeat the flag.
    #[arg(long, value_name = "CIDR", value_delimiter = ',')]
    pub allow_address: Vec<String>,
}

#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Network")]
pub struct Chosen {
    /// Uses the component in this file instead of the one within the tool.
    #[cfg(feature = "compile")]
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    pub component: Option<PathBuf>,
}

#[cfg(feature = "compile")]
impl Chosen {
    /// The file to take the component from, if it is not the one within the tool.
    pub fn file(&self) -> Option<&PathBuf> {
        self.component.as_ref()
    }
}

#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Output")]
pub struct Verbosity {
    /// Says on stderr how the call goes; twice (-vv): also how each request goes.
    ///
    /// It also says where each setting came from. It shows no header except the request id, and no query value.
    #[arg(long, short, action = ArgAction::Count)]
    pub verbose: u8,
    /// How -v says it.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT", hide_short_help = true)]
    pub log_format: LogFormat,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}
