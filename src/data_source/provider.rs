//! The provider's configuration, which all sources share: where requests go, in whose name, and within which limits.

use declarative_plugin::Provider;
use declarative_plugin::attribute::{Attribute, number, text};
use declarative_plugin::contract::Diagnostic;
use declarative_plugin::diagnostic::{error, invalid, take};
use declarative_plugin::fields::Fields;
use declarative_plugin::network::{Authentication, Endpoint, Request};
use model::connection::Connection;
use model::credentials::{AccessKey, Credentials};
use model::error::InvalidArgument;

use super::wording::Wording;
use crate::connection;
use crate::list::{self, Transport};

/// The provider.
pub(super) const PROVIDER: Provider =
    Provider { attributes: ATTRIBUTES, check, authentication: AUTHENTICATION, endpoints: ENDPOINTS };

/// The attributes.
pub(super) const ATTRIBUTES: &[Attribute] = &[
    text("region", "The region, such as `cn-north-4`.").or(&["HW_REGION_NAME", "OS_REGION_NAME"]),
    text(
        "project_id",
        "The id of the project, 32 hexadecimal digits. Without it the project that has the region's name is looked up.",
    )
    .or(&["HW_PROJECT_ID", "OS_PROJECT_ID"]),
    text("access_key", "The id of an access key (\"AK\"), which signs requests together with `secret_key`.")
        .or(&["HW_ACCESS_KEY", "OS_ACCESS_KEY"])
        .sensitive(),
    text("secret_key", "The secret access key (\"SK\").").or(&["HW_SECRET_KEY", "OS_SECRET_KEY"]).sensitive(),
    text("security_token", "The security token that belongs to a temporary access key.")
        .or(&["HW_SECURITY_TOKEN"])
        .sensitive(),
    text("token", "An IAM token of the region's project, valid for 24 hours. It is used before an access key.")
        .or(&["HW_AUTH_TOKEN", "OS_AUTH_TOKEN"])
        .sensitive(),
    text("endpoint", "The origin of the ServiceStage API. Default: `https://servicestage.{region}.myhuaweicloud.com`."),
    text(
        "iam_endpoint",
        "The origin of the IAM API, where projects are looked up. Default: `https://iam.{region}.myhuaweicloud.com`.",
    ),
    number("max_attempts", "How often a request is tried at most, from 1 to 10. Default: 4."),
    number(
        "timeout",
        "How many seconds reading a data source may take, with its look-up, retries and waits; also how long each wait \
         for a connection or for data may take. Default: 120, and 10 for a connection, 30 for data.",
    ),
];

const AUTHENTICATION: &[Authentication] = &[
    Authentication::Header { name: "x-auth-token", prefix: "", attribute: "token" },
    Authentication::Scheme {
        name: "sdk-hmac-sha256",
        inputs: &[("access-key-id", "access_key"), ("secret-access-key", "secret_key")],
        optional: &[("security-token", "security_token")],
    },
];

/// Where requests go, and all that are ever sent. European regions are the second origin's; which ones, `model` knows.
const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        role: "service",
        attribute: "endpoint",
        defaults: &[
            "https://servicestage.{region}.myhuaweicloud.com",
            "https://servicestage.{region}.myhuaweicloud.eu",
        ],
        stable: false,
        requests: &[Request { method: "GET", path: "/v3/{}/pipeline/pipelines", query: &[] }],
    },
    Endpoint {
        role: "iam",
        attribute: "iam_endpoint",
        defaults: &["https://iam.{region}.myhuaweicloud.com", "https://iam.{region}.myhuaweicloud.eu"],
        stable: true,
        requests: &[Request { method: "GET", path: "/v3/projects", query: &["name"] }],
    },
];

/// Arguments that come from an attribute of another name.
pub(super) const NAMES: &[(&str, &str)] = &[
    ("credentials.access-key-id", "access_key"),
    ("credentials.secret-access-key", "secret_key"),
    ("credentials.security-token", "security_token"),
    ("credentials.token", "token"),
    ("connect-timeout-ms", "timeout"),
    ("first-byte-timeout-ms", "timeout"),
    ("between-bytes-timeout-ms", "timeout"),
    ("call-timeout-ms", "timeout"),
];

/// Checks the configuration as far as it goes: nothing is missing yet. Each part is checked by itself, so that one does
/// not hide another.
fn check(provider: &Fields) -> Vec<Diagnostic> {
    let mut faults = Vec::new();
    let call_timeout_ms = take(milliseconds(provider), &mut faults);
    let credentials = take(credentials(provider).map(Some), &mut faults).unwrap_or_default();
    let max_attempts = take(provider.whole("max_attempts"), &mut faults);
    faults.extend(check_place(provider));
    let wording = Wording { arguments: provider, attributes: &[], names: &[] };
    let attempts = connection::limits(&Connection { max_attempts, ..Connection::default() });
    let timeout = connection::limits(&Connection { call_timeout_ms, ..Connection::default() });
    let checked = [connection::check_credentials(&credentials), attempts.map(drop), timeout.map(drop)];
    faults.extend(checked.into_iter().filter_map(Result::err).map(|fault| wording.invalid(&fault)));
    faults
}

/// Checks where requests go, of the provider or of a source.
pub(super) fn check_place(fields: &Fields) -> Vec<Diagnostic> {
    let mut faults = Vec::new();
    let mut check = |name: &str, check: fn(&str) -> Result<(), InvalidArgument>| {
        let text = take(fields.text(name), &mut faults);
        faults.extend(text.and_then(|text| check(text).err()).map(|fault| invalid(name, &fault.reason)));
    };
    check("region", connection::check_region);
    check("endpoint", |text| connection::origin("endpoint", text).map(drop));
    check("iam_endpoint", |text| connection::origin("iam-endpoint", text).map(drop));
    check("project_id", connection::check_project_id);
    faults
}

/// Returns the connection for a source whose arguments stand above the provider's configuration. Its project is known:
/// it is looked up where nobody names it.
pub(super) fn connect(
    transport: &mut (dyn Transport + 'static),
    provider: &Fields,
    wording: &Wording<'_>,
) -> Result<(Connection, String), Diagnostic> {
    let mut connection = connection(provider)?;
    if let Some(region) = wording.arguments.text("region")? {
        let elsewhere = connection.region.as_deref().is_some_and(|own| own != region);
        if elsewhere && connection.endpoint.is_some() {
            return Err(invalid("region", "it is another region than the provider's, whose `endpoint` is fixed"));
        }
        if elsewhere {
            connection.project_id = None;
        }
        connection.region = Some(region.to_owned());
    }
    if let Some(id) = wording.arguments.text("project_id")? {
        connection.project_id = Some(id.to_owned());
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
        None => list::find_project(transport, &connection).map_err(|error| wording.error(&error))?,
    };
    connection.project_id = Some(project_id.clone());
    Ok((connection, project_id))
}

fn connection(provider: &Fields) -> Result<Connection, Diagnostic> {
    let text = |name| provider.text(name).map(|text| text.map(str::to_owned));
    let timeout = milliseconds(provider)?;
    Ok(Connection {
        region: text("region")?,
        project_id: text("project_id")?,
        endpoint: text("endpoint")?,
        iam_endpoint: text("iam_endpoint")?,
        credentials: credentials(provider)?,
        connect_timeout_ms: timeout,
        first_byte_timeout_ms: timeout,
        between_bytes_timeout_ms: timeout,
        call_timeout_ms: timeout,
        max_attempts: provider.whole("max_attempts")?,
        max_response_bytes: None,
    })
}

/// What the host did not keep for itself.
fn credentials(provider: &Fields) -> Result<Credentials, Diagnostic> {
    if let Some(token) = provider.text("token")? {
        return Ok(Credentials::Token(token.to_owned()));
    }
    match (provider.text("access_key")?, provider.text("secret_key")?) {
        (None, None) => Ok(Credentials::Ambient),
        (Some(id), Some(secret)) => Ok(Credentials::AccessKey(AccessKey {
            access_key_id: id.to_owned(),
            secret_access_key: secret.to_owned(),
            security_token: provider.text("security_token")?.map(str::to_owned),
        })),
        (Some(_), None) => Err(invalid("secret_key", "it is missing, and there is an `access_key`")),
        (None, Some(_)) => Err(invalid("access_key", "it is missing, and there is a `secret_key`")),
    }
}

/// Seconds as milliseconds. Zero stays zero, which `connection` refuses; anything more is at least one.
fn milliseconds(provider: &Fields) -> Result<Option<u32>, Diagnostic> {
    let Some(seconds) = provider.number("timeout")? else { return Ok(None) };
    match seconds.as_f64().map(|seconds| (seconds * 1000.0).ceil()) {
        Some(milliseconds) if (0.0..=f64::from(u32::MAX)).contains(&milliseconds) => Ok(Some(milliseconds as u32)),
        _ => Err(invalid("timeout", &format!("{seconds} is not a number of seconds from 0.001 to 4294967"))),
    }
}
