//! The caller's connection: checked, with defaults filled in.

use std::time::Duration;

use model::connection::Connection;
use model::credentials::{AccessKey, Credentials};
use model::error::InvalidArgument;
use model::origin::{Origin, OriginError};
use model::region::{self, RegionError};
use model::text::refusal;

/// The project, or how to find it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProjectSource {
    /// The caller named it.
    Known(String),
    /// It is the one that has the region's name.
    OfRegion(Lookup),
}

/// How to find the project of a region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lookup {
    /// The region, which is also the project's name.
    pub region: String,
    /// Where IAM is.
    pub iam: Origin,
}

/// How long and how much to accept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "documented in the WIT")]
pub struct Limits {
    pub connect_timeout: Duration,
    pub first_byte_timeout: Duration,
    pub between_bytes_timeout: Duration,
    pub call_timeout: Duration,
    pub max_attempts: u32,
    pub max_response_bytes: u32,
}

/// Returns where the listing is.
///
/// # Errors
/// Neither `endpoint` nor `region` is given, or one of them is not valid.
pub fn service(connection: &Connection) -> Result<Origin, InvalidArgument> {
    let region = region(connection)?;
    match (&connection.endpoint, region) {
        (Some(endpoint), _) => origin("endpoint", endpoint),
        (None, Some(region)) => default_origin("servicestage", region),
        (None, None) => {
            Err(InvalidArgument::new("region", "it is missing; give a region, or an endpoint and a project id"))
        }
    }
}

/// Returns the project that the caller names, or how to find it.
///
/// # Errors
/// `project-id` is not an id, or is missing together with `region`, or `iam-endpoint` is not valid.
pub fn project(connection: &Connection) -> Result<ProjectSource, InvalidArgument> {
    let iam = connection.iam_endpoint.as_deref().map(|endpoint| origin("iam-endpoint", endpoint)).transpose()?;
    if let Some(id) = &connection.project_id {
        check_project_id(id)?;
        return Ok(ProjectSource::Known(id.clone()));
    }
    let Some(region) = region(connection)? else {
        return Err(InvalidArgument::new("project-id", "it is missing, and there is no region to look it up by"));
    };
    let iam = iam.map_or_else(|| default_origin("iam", region), Ok)?;
    Ok(ProjectSource::OfRegion(Lookup { region: region.to_owned(), iam }))
}

/// Checks that the credentials can be sent as headers.
///
/// # Errors
/// A part is empty, or holds what would end or add a header.
pub fn check_credentials(credentials: &Credentials) -> Result<(), InvalidArgument> {
    match credentials {
        Credentials::Ambient => Ok(()),
        Credentials::Token(token) => header_value("credentials.token", token),
        Credentials::AccessKey(AccessKey { access_key_id, secret_access_key, security_token }) => {
            header_value("credentials.access-key-id", access_key_id)?;
            if !access_key_id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_') {
                let reason = "it holds a character other than letters, digits, hyphens and underscores";
                return Err(InvalidArgument::new("credentials.access-key-id", reason));
            }
            header_value("credentials.secret-access-key", secret_access_key)?;
            security_token.as_deref().map_or(Ok(()), |token| header_value("credentials.security-token", token))
        }
    }
}

/// Returns the limits, with their defaults.
///
/// # Errors
/// A limit is 0, or there are too many attempts.
pub fn limits(connection: &Connection) -> Result<Limits, InvalidArgument> {
    let max_attempts = connection.max_attempts.unwrap_or(4);
    if max_attempts > 10 {
        return Err(InvalidArgument::new("max-attempts", format!("it is {max_attempts}; give 1 to 10")));
    }
    for (argument, limit) in [
        ("max-attempts", connection.max_attempts),
        ("connect-timeout-ms", connection.connect_timeout_ms),
        ("first-byte-timeout-ms", connection.first_byte_timeout_ms),
        ("between-bytes-timeout-ms", connection.between_bytes_timeout_ms),
        ("call-timeout-ms", connection.call_timeout_ms),
        ("max-response-bytes", connection.max_response_bytes),
    ] {
        if limit == Some(0) {
            return Err(InvalidArgument::new(argument, "it is 0; give at least 1, or leave it out"));
        }
    }
    let timeout = |limit: Option<u32>, default| Duration::from_millis(limit.unwrap_or(default).into());
    Ok(Limits {
        connect_timeout: timeout(connection.connect_timeout_ms, 10_000),
        first_byte_timeout: timeout(connection.first_byte_timeout_ms, 30_000),
        between_bytes_timeout: timeout(connection.between_bytes_timeout_ms, 30_000),
        call_timeout: timeout(connection.call_timeout_ms, 120_000),
        max_attempts,
        max_response_bytes: connection.max_response_bytes.unwrap_or(64 << 20),
    })
}

fn region(connection: &Connection) -> Result<Option<&str>, InvalidArgument> {
    let region = connection.region.as_deref();
    region.map_or(Ok(()), check_region)?;
    Ok(region)
}

/// Refuses what is not the name of a region.
pub(crate) fn check_region(text: &str) -> Result<(), InvalidArgument> {
    region::check(text).map_err(not_a_region)
}

/// Refuses what is not a project id.
pub(crate) fn check_project_id(text: &str) -> Result<(), InvalidArgument> {
    if is_project_id(text) {
        return Ok(());
    }
    let reason = refusal(text, "a project id", "write its 32 hexadecimal digits");
    Err(InvalidArgument::new("project-id", reason))
}

/// Returns whether a text has the form of a project id, so that it can stand in a path as it is.
#[must_use]
pub fn is_project_id(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn default_origin(service: &str, region: &str) -> Result<Origin, InvalidArgument> {
    region::origin(service, region).map_err(not_a_region)
}

fn not_a_region(error: RegionError) -> InvalidArgument {
    InvalidArgument::new("region", error.to_string())
}

/// Reads an origin. The reason never repeats the text, which may hold a password.
pub(crate) fn origin(argument: &str, text: &str) -> Result<Origin, InvalidArgument> {
    text.parse().map_err(|error: OriginError| InvalidArgument::new(argument, error.to_string()))
}

/// Refuses what could not be sent as it is, without showing it: it may be a secret.
fn header_value(argument: &str, value: &str) -> Result<(), InvalidArgument> {
    huaweicloud_sign::header::fault(value).map_or(Ok(()), |reason| Err(InvalidArgument::new(argument, reason)))
}
