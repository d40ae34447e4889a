//! The credentials of requests. The WIT documents each case and field. No `Debug` shows a secret.
#![expect(missing_docs, reason = "documented in the WIT")]

use std::fmt;

use serde::Deserialize;
#[cfg(feature = "wasmtime")]
use wasmtime::component::{ComponentType, Lower};

/// The credentials of requests.
///
/// ```
/// use model::credentials::Credentials;
///
/// let credentials = Credentials::Token("example-token".to_owned());
/// assert_eq!(format!("{credentials:?}"), "Token([redacted])");
/// ```
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "wasmtime", derive(ComponentType, Lower), component(variant))]
#[serde(rename_all = "snake_case")]
pub enum Credentials {
    #[default]
    #[cfg_attr(feature = "wasmtime", component(name = "ambient"))]
    Ambient,
    #[cfg_attr(feature = "wasmtime", component(name = "token"))]
    Token(String),
    #[cfg_attr(feature = "wasmtime", component(name = "access-key"))]
    AccessKey(AccessKey),
}

/// An access key of an IAM user, permanent or temporary.
///
/// ```
/// use model::credentials::AccessKey;
///
/// let json = r#"{"access_key_id": "EXAMPLE", "secret_access_key": "hush", "security_token": null}"#;
/// let key: AccessKey = serde_json::from_str(json)?;
/// assert_eq!(format!("{key:?}"), "AccessKey([redacted])");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "wasmtime", derive(ComponentType, Lower), component(record))]
#[serde(deny_unknown_fields)]
pub struct AccessKey {
    #[cfg_attr(feature = "wasmtime", component(name = "access-key-id"))]
    pub access_key_id: String,
    #[cfg_attr(feature = "wasmtime", component(name = "secret-access-key"))]
    pub secret_access_key: String,
    #[cfg_attr(feature = "wasmtime", component(name = "security-token"))]
    pub security_token: Option<String>,
}

/// Shows no secret.
impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ambient => f.write_str("Ambient"),
            Self::Token(_) => f.write_str("Token([redacted])"),
            Self::AccessKey(key) => key.fmt(f),
        }
    }
}

/// Shows no secret.
impl fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessKey([redacted])")
    }
}
