//! The caller's connection: checked, with defaults filled in.

use std::fmt;
use std::time::Duration;

use model::origin::{Origin, OriginError};
use model::region::{self, NotARegion};
use model::text::refusal;

use crate::error::Invalid;
use crate::text::{fill, number};

/// What the caller passes. The documentation of each field is the WIT's.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "documented in the WIT")]
pub struct Connection {
    pub region: Option<String>,
    pub project_id: Option<String>,
    pub endpoint: Option<String>,
    pub iam_endpoint: Option<String>,
    pub credentials: Credentials,
    pub connect_timeout_ms: Option<u32>,
    pub first_byte_timeout_ms: Option<u32>,
    pub between_bytes_timeout_ms: Option<u32>,
    pub call_timeout_ms: Option<u32>,
    pub max_attempts: Option<u32>,
    pub max_response_bytes: Option<u32>,
}

/// In whose name requests are made.
#[derive(Clone, Default)]
#[expect(missing_docs, reason = "documented in the WIT")]
pub enum Credentials {
    #[default]
    Ambient,
    Token(String),
    AccessKey {
        access_key_id: String,
        secret_access_key: String,
        security_token: Option<String>,
    },
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ambient => "Ambient",
            Self::Token(_) => "Token([redacted])",
            Self::AccessKey { .. } => "AccessKey([redacted])",
        })
    }
}

/// The project, or how to find it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Project {
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

impl Connection {
    /// Where the listing is.
    ///
    /// # Errors
    /// Neither `endpoint` nor `region` is given, or one of them is not valid.
    pub fn service(&self) -> Result<Origin, Invalid> {
        let region = self.region()?;
        match (&self.endpoint, region) {
            (Some(endpoint), _) => origin("endpoint", endpoint),
            (None, Some(region)) => default_origin("servicestage", region),
            (None, None) => {
                Err(Invalid::new("region", "it is missing; give a region, or an endpoint and a project id"))
            }
        }
    }

    /// The project that the caller names, or how to find it.
    ///
    /// # Errors
    /// `project-id` is not an id, or is missing together with `region`, or `iam-endpoint` is not valid.
    pub fn project(&self) -> Result<Project, Invalid> {
        let iam = self.iam_endpoint.as_deref().map(|endpoint| origin("iam-endpoint", endpoint)).transpose()?;
        if let Some(id) = &self.project_id {
            return if is_project_id(id) {
                Ok(Project::Known(id.clone()))
            } else {
                let reason = refusal(id, "a project id", "write its 32 hexadecimal digits");
                Err(Invalid::new("project-id", reason))
            };
        }
        let Some(region) = self.region()? else {
            return Err(Invalid::new("project-id", "it is missing, and there is no region to look it up by"));
        };
        let iam = iam.map_or_else(|| default_origin("iam", region), Ok)?;
        Ok(Project::OfRegion(Lookup { region: region.to_owned(), iam }))
    }

    /// The credentials, which can be sent as headers.
    ///
    /// # Errors
    /// A part is empty, or holds what would end or add a header.
    pub fn credentials(&self) -> Result<&Credentials, Invalid> {
        match &self.credentials {
            Credentials::Ambient => {}
            Credentials::Token(token) => header_value("credentials.token", token)?,
            Credentials::AccessKey { access_key_id, secret_access_key, security_token } => {
                header_value("credentials.access-key-id", access_key_id)?;
                if !access_key_id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_') {
                    return Err(Invalid::new(
                        "credentials.access-key-id",
                        "it holds a character other than letters, digits, hyphens and underscores",
                    ));
                }
                header_value("credentials.secret-access-key", secret_access_key)?;
                if let Some(token) = security_token {
                    header_value("credentials.security-token", token)?;
                }
            }
        }
        Ok(&self.credentials)
    }

    /// The limits, with their defaults.
    ///
    /// # Errors
    /// A limit is 0, or there are too many attempts.
    pub fn limits(&self) -> Result<Limits, Invalid> {
        let max_attempts = self.max_attempts.unwrap_or(4);
        if max_attempts > 10 {
            let reason = fill("it is {}; give 1 to 10", &[&number(max_attempts.into())]);
            return Err(Invalid::new("max-attempts", reason));
        }
        for (argument, limit) in [
            ("max-attempts", self.max_attempts),
            ("connect-timeout-ms", self.connect_timeout_ms),
            ("first-byte-timeout-ms", self.first_byte_timeout_ms),
            ("between-bytes-timeout-ms", self.between_bytes_timeout_ms),
            ("call-timeout-ms", self.call_timeout_ms),
            ("max-response-bytes", self.max_response_bytes),
        ] {
            if limit == Some(0) {
                return Err(Invalid::new(argument, "it is 0; give at least 1, or leave it out"));
            }
        }
        let timeout = |limit: Option<u32>, default| Duration::from_millis(limit.unwrap_or(default).into());
        Ok(Limits {
            connect_timeout: timeout(self.connect_timeout_ms, 10_000),
            first_byte_timeout: timeout(self.first_byte_timeout_ms, 30_000),
            between_bytes_timeout: timeout(self.between_bytes_timeout_ms, 30_000),
            call_timeout: timeout(self.call_timeout_ms, 120_000),
            max_attempts,
            max_response_bytes: self.max_response_bytes.unwrap_or(64 << 20),
        })
    }

    fn region(&self) -> Result<Option<&str>, Invalid> {
        let region = self.region.as_deref();
        region.map_or(Ok(()), region::check).map_err(not_a_region)?;
        Ok(region)
    }
}

/// Whether a text has the form of a project id, so that it can stand in a path as it is.
#[must_use]
pub fn is_project_id(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn default_origin(service: &str, region: &str) -> Result<Origin, Invalid> {
    region::origin(service, region).map_err(not_a_region)
}

fn not_a_region(error: NotARegion) -> Invalid {
    Invalid::new("region", error.to_string())
}

/// Reads an origin. The reason never repeats the text, which may hold a password.
fn origin(argument: &'static str, text: &str) -> Result<Origin, Invalid> {
    text.parse().map_err(|error: OriginError| Invalid::new(argument, error.to_string()))
}

/// Refuses what could not be sent as it is, without showing it: it may be a secret.
fn header_value(argument: &'static str, value: &str) -> Result<(), Invalid> {
    huaweicloud_sign::header::fault(value).map_or(Ok(()), |reason| Err(Invalid::new(argument, reason)))
}
