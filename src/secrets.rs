//! The caller's secrets, to keep them out of what is told.

use huaweicloud_sign as sign;

use crate::connection::Credentials;

/// The secrets of a call.
pub struct Secrets(sign::Secrets);

impl Secrets {
    /// The secrets within these credentials.
    #[must_use]
    pub fn of(credentials: &Credentials) -> Self {
        Self(match credentials {
            Credentials::Ambient => sign::Secrets::new(&[]),
            Credentials::Token(token) => sign::Secrets::new(&[token]),
            Credentials::AccessKey { secret_access_key, security_token, .. } => {
                sign::Secrets::new(&[secret_access_key, security_token.as_deref().unwrap_or_default()])
            }
        })
    }

    /// Replaces every secret within a text, and every telling part of one.
    pub fn redact(&self, text: &mut String) {
        self.0.redact(text);
    }
}
