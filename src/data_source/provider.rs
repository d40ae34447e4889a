//! The provider's configuration, which all sources share: endpoints, credentials and limits.

use declarative_plugin::contract::Diagnostic;
use declarative_plugin::diagnostic::{error, invalid, take};
use declarative_plugin::network::{Authentication, Endpoint, Request};
use declarative_plugin::{Entry, Number, Provider, arguments};
use model::connection::{Connection, LONGEST_TIMEOUT, timeout_ms};
use model::credentials::{AccessKey, Credentials};
use model::error::InvalidArgument;

use super::diagnostics::Diagnostics;
use super::pipelines::{Arguments, Pipelines};
use crate::connection;
use crate::list::{self, Transport};

/// The provider.
pub enum ServiceStage {}

impl Provider for ServiceStage {
    type Configuration = Configuration;
    type Context = dyn Transport;
    const NAME: &'static str = "ServiceStage";
    const DESCRIPTION: &'static str =
        "Lists the release tasks (\"pipelines\") of Huawei Cloud ServiceStage, which no other provider offers.";
    const AUTHENTICATION: &'static [Authentication] = AUTHENTICATION;
    const ENDPOINTS: &'static [Endpoint] = ENDPOINTS;
    const SOURCES: &'static [Entry<Self>] = &[Entry::of::<Pipelines>()];

    fn check(configuration: &Configuration) -> Vec<Diagnostic> {
        check(configuration)
    }
}

arguments! {
    /// The configuration.
    pub struct Configuration {
        /// The region, such as `cn-north-4`.
        region: Option<String> => or(&["HW_REGION_NAME", "OS_REGION_NAME"]),
        /// The id of the project, 32 hexadecimal digits. Without it the project that has the region's name is looked up.
        project_id: Option<String> => or(&["HW_PROJECT_ID", "OS_PROJECT_ID"]),
        /// The id of an access key ("AK"), which signs requests together with `secret_key`.
        access_key: Option<String> => or(&["HW_ACCESS_KEY", "OS_ACCESS_KEY"]).sensitive,
        /// The secret access key ("SK").
        secret_key: Option<String> => or(&["HW_SECRET_KEY", "OS_SECRET_KEY"]).sensitive,
        /// The security token that belongs to a temporary access key.
        security_token: Option<String> => or(&["HW_SECURITY_TOKEN"]).sensitive,
        /// An IAM token of the region's project, valid for 24 hours. It is used before an access key.
        token: Option<String> => or(&["HW_AUTH_TOKEN", "OS_AUTH_TOKEN"]).sensitive,
        /// The origin of the ServiceStage API. Default: `https://servicestage.{region}.myhuaweicloud.com`.
        endpoint: Option<String>,
        /// The origin of the IAM API, where projects are looked up. Default: `https://iam.{region}.myhuaweicloud.com`.
        iam_endpoint: Option<String>,
        /// How often a request is tried at most, from 1 to 10. Default: 4.
        max_attempts: Option<u32>,
        /// How many seconds reading a data source may take, with its look-up, retries and waits. Each wait for a
        /// connection or for data may take as long. Default: 120, and 10 for a connection, 30 for data.
        timeout: Option<Number>,
    }
}

const AUTHENTICATION: &[Authentication] = &[
    Authentication::Header { name: "x-auth-token", prefix: "", attribute: "token" },
    Authentication::Scheme {
        name: "sdk-hmac-sha256",
        inputs: &[("access-key-id", "access_key"), ("secret-access-key", "secret_key")],
        optional: &[("security-token", "security_token")],
    },
];

/// All requests that are ever sent, and their origins. European regions have the second one; `model::region` lists them.
const ENDPOINTS: &[Endpoint] = &[
    Endpoint::new(
        "service",
        "endpoint",
        &["https://servicestage.{region}.myhuaweicloud.com", "https://servicestage.{region}.myhuaweicloud.eu"],
    )
    .requests(&[Request { method: "GET", path: "/v3/{}/pipeline/pipelines", query: &[] }]),
    Endpoint::new(
        "iam",
        "iam_endpoint",
        &["https://iam.{region}.myhuaweicloud.com", "https://iam.{region}.myhuaweicloud.eu"],
    )
    .stable()
    .requests(&[Request { method: "GET", path: "/v3/projects", query: &["name"] }]),
];

/// Arguments that come from an attribute of another name.
pub(super) const RENAMED: &[(&str, &str)] = &[
    ("credentials.access-key-id", "access_key"),
    ("credentials.secret-access-key", "secret_key"),
    ("credentials.security-token", "security_token"),
    ("credentials.token", "token"),
    ("connect-timeout-ms", "timeout"),
    ("first-byte-timeout-ms", "timeout"),
    ("between-bytes-timeout-ms", "timeout"),
    ("call-timeout-ms", "timeout"),
];

/// Checks the values that are set. Each is checked by itself, so that one fault does not hide another.
fn check(configuration: &Configuration) -> Vec<Diagnostic> {
    let mut faults = Vec::new();
    let call_timeout_ms = take(milliseconds(configuration), &mut faults);
    let credentials = take(credentials(configuration).map(Some), &mut faults).unwrap_or_default();
    let Configuration { region, project_id, endpoint, iam_endpoint, max_attempts, .. } = configuration;
    faults.extend(check_text("region", region, connection::check_region));
    faults.extend(check_text("endpoint", endpoint, |text| connection::origin("endpoint", text).map(drop)));
    faults.extend(check_text("iam_endpoint", iam_endpoint, |text| connection::origin("iam-endpoint", text).map(drop)));
    faults.extend(check_text("project_id", project_id, connection::check_project_id));
    let diagnostics = Diagnostics::of(configuration, &[]);
    let attempts = connection::limits(&Connection { max_attempts: *max_attempts, ..Connection::default() });
    let timeout = connection::limits(&Connection { call_timeout_ms, ..Connection::default() });
    let checked = [connection::check_credentials(&credentials), attempts.map(drop), timeout.map(drop)];
    faults.extend(checked.into_iter().filter_map(Result::err).map(|fault| diagnostics.invalid(&fault)));
    faults
}

/// Returns what is wrong with an argument of the provider or of a source.
pub(super) fn check_text(
    name: &str,
    text: &Option<String>,
    check: fn(&str) -> Result<(), InvalidArgument>,
) -> Option<Diagnostic> {
    let fault = check(text.as_deref()?).err()?;
    Some(invalid(name, &fault.reason))
}

/// Returns the connection for a source, and the id of its project, which is looked up if nobody names it. The source's
/// arguments override the provider's configuration.
pub(super) fn connect(
    transport: &mut (dyn Transport + 'static),
    configuration: &Configuration,
    arguments: &Arguments,
    diagnostics: &Diagnostics,
) -> Result<(Connection, String), Diagnostic> {
    let mut connection = connection(configuration)?;
    if let Some(region) = &arguments.region {
        let is_other = connection.region.as_ref().is_some_and(|own| own != region);
        if is_other && connection.endpoint.is_some() {
            return Err(invalid("region", "it is another region than the provider's, whose `endpoint` is fixed"));
        }
        if is_other {
            connection.project_id = None;
        }
        connection.region = Some(region.clone());
    }
    if let Some(id) = &arguments.project_id {
        connection.project_id = Some(id.clone());
    }
    let placed = connection.endpoint.is_some() && connection.project_id.is_some();
    if connection.region.is_none() && !placed {
        let detail = "Write the one that you use, such as `region = \"cn-north-4\"`, in the provider's configuration or \
                      here, or set the environment variable `HW_REGION_NAME`. Only with both an `endpoint` and a \
                      `project_id` none is needed.";
        return Err(error("There is no region", detail, None));
    }
    let project_id = match &connection.project_id {
        Some(id) => id.clone(),
        None => list::find_project(transport, &connection).map_err(|error| diagnostics.error(&error))?,
    };
    connection.project_id = Some(project_id.clone());
    Ok((connection, project_id))
}

fn connection(configuration: &Configuration) -> Result<Connection, Diagnostic> {
    let timeout = milliseconds(configuration)?;
    Ok(Connection {
        region: configuration.region.clone(),
        project_id: configuration.project_id.clone(),
        endpoint: configuration.endpoint.clone(),
        iam_endpoint: configuration.iam_endpoint.clone(),
        credentials: credentials(configuration)?,
        connect_timeout_ms: timeout,
        first_byte_timeout_ms: timeout,
        between_bytes_timeout_ms: timeout,
        call_timeout_ms: timeout,
        max_attempts: configuration.max_attempts,
        max_response_bytes: None,
    })
}

/// The credentials that the host did not keep for itself.
fn credentials(configuration: &Configuration) -> Result<Credentials, Diagnostic> {
    let Configuration { token, access_key, secret_key, security_token, .. } = configuration;
    if let Some(token) = token {
        return Ok(Credentials::Token(token.clone()));
    }
    match (access_key, secret_key) {
        (None, None) => Ok(Credentials::Ambient),
        (Some(id), Some(secret)) => Ok(Credentials::AccessKey(AccessKey {
            access_key_id: id.clone(),
            secret_access_key: secret.clone(),
            security_token: security_token.clone(),
        })),
        (Some(_), None) => Err(invalid("secret_key", "it is missing, and there is an `access_key`")),
        (None, Some(_)) => Err(invalid("access_key", "it is missing, and there is a `secret_key`")),
    }
}

fn milliseconds(configuration: &Configuration) -> Result<Option<u32>, Diagnostic> {
    let Some(seconds) = &configuration.timeout else { return Ok(None) };
    let milliseconds = timeout_ms(seconds.as_f64());
    let range = format!("{seconds} is not a number of seconds from 0.001 to {}", LONGEST_TIMEOUT);
    milliseconds.map(Some).ok_or_else(|| invalid("timeout", &range))
}
