//! In whose name requests are made. The WIT documents each case and field; wit-bindgen uses these types in place of its
//! own, which would show secrets.

use std::fmt;

/// In whose name requests are made.
#[derive(Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "documented in the WIT")]
pub enum Credentials {
    #[default]
    Ambient,
    Token(String),
    AccessKey(AccessKey),
}

/// An access key, permanent or temporary.
#[derive(Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "documented in the WIT")]
pub struct AccessKey {
    pub access_key_id: String,
    pub secret_access_key: String,
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
