//! The flags of calls: location, credentials, network, log.

use std::path::PathBuf;

use clap::{ArgAction, Args, ValueEnum};

/// The flags of every command that calls the service.
#[derive(Debug, Args)]
pub struct Call {
    #[command(flatten)]
    pub place: Place,
    #[command(flatten)]
    pub identity: CredentialFlags,
    #[command(flatten)]
    pub security: TlsFlags,
    #[command(flatten)]
    pub granted: PolicyFlags,
    #[command(flatten)]
    pub chosen: ComponentFlags,
    #[command(flatten)]
    pub verbosity: Verbosity,
}

#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Location")]
pub struct Place {
    /// The region, such as cn-north-4 [env: HW_REGION_NAME].
    #[arg(long)]
    pub region: Option<String>,
    /// The project's id [env: HW_PROJECT_ID, HUAWEICLOUD_SDK_PROJECT_ID] [default: the region's project].
    #[arg(long, value_name = "ID", hide_short_help = true)]
    pub project_id: Option<String>,
    /// The origin of the ServiceStage API, such as https://servicestage.example.com [default: the region's].
    #[arg(long, value_name = "URL", hide_short_help = true)]
    pub endpoint: Option<String>,
    /// The origin of the IAM API, which finds the project [default: the region's].
    #[arg(long, value_name = "URL", hide_short_help = true)]
    pub iam_endpoint: Option<String>,
}

#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Credentials")]
pub struct CredentialFlags {
    /// The profile with the credentials [env: HW_PROFILE].
    ///
    /// With this flag, credentials in the environment are ignored.
    #[arg(long, value_name = "NAME", hide_short_help = true)]
    pub profile: Option<String>,
    /// Gets an access key from the metadata of this cloud server if there are no other credentials.
    ///
    /// The server needs an agency.
    #[arg(long, hide_short_help = true)]
    pub metadata: bool,
    /// The origin of the metadata, for tests on loopback.
    #[arg(long, value_name = "URL", requires = "metadata", hide = true)]
    pub metadata_endpoint: Option<String>,
}

#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Network")]
pub struct Attempts {
    /// The longest time for the whole call with its retries, in seconds, such as 30 or 0.5 [default: 120].
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true, hide_short_help = true)]
    pub timeout: Option<String>,
    /// The most attempts of a request, from 1 to 10 [default: 4].
    #[arg(long, value_name = "N", value_parser = crate::args::whole_number, allow_negative_numbers = true, hide_short_help = true)]
    pub max_attempts: Option<u32>,
}

#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Network")]
pub struct TlsFlags {
    /// Trusts only the certificate authorities in this PEM file.
    ///
    /// By default, the tool trusts the authorities of the system. If the system has none, it trusts those of the web.
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    pub ca_file: Option<PathBuf>,
    /// The client certificate, a PEM file. Intermediate certificates follow it in the file.
    #[arg(long, value_name = "FILE", requires = "client_key", hide_short_help = true)]
    pub client_cert: Option<PathBuf>,
    /// The private key of the client certificate, a PEM file.
    #[arg(long, value_name = "FILE", requires = "client_cert", hide_short_help = true)]
    pub client_key: Option<PathBuf>,
}

#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Network")]
pub struct PolicyFlags {
    /// Also allows what this policy file allows [env: SERVICESTAGE_POLICY].
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    pub policy: Option<PathBuf>,
    /// Also allows connections to these addresses, such as 10.0.0.0/8.
    ///
    /// By default, private addresses are refused. Separate several ranges by commas, or repeat the flag.
    #[arg(long, value_name = "CIDR", value_delimiter = ',', hide_short_help = true)]
    pub allow_address: Vec<String>,
}

#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Network")]
pub struct ComponentFlags {
    /// Uses the component in this file instead of the built-in one.
    #[cfg(feature = "compile")]
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    pub component: Option<PathBuf>,
}

#[cfg(feature = "compile")]
impl ComponentFlags {
    /// The file to take the component from, if it is not the one within the tool.
    pub fn file(&self) -> Option<&PathBuf> {
        self.component.as_ref()
    }
}

#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Output", disable_help_flag = true)]
pub struct Verbosity {
    /// Logs the settings and the call to stderr; -vv also logs each request.
    ///
    /// The log has no header except the request id, and no query value.
    #[arg(long, short, action = ArgAction::Count, hide_short_help = true)]
    pub verbose: u8,
    /// The format of the log.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT", hide_short_help = true)]
    pub log_format: LogFormat,
    /// Prints this help; -h prints a short one.
    #[arg(long, short, action = ArgAction::Help, hide_short_help = true)]
    help: Option<bool>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Text for people.
    #[default]
    Text,
    /// A JSON object for each line.
    Json,
}
