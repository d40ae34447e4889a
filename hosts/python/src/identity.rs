//! The credentials that are passed as arguments.

use servicestage::error::InvalidArgument;
use servicestage::{AccessKey, Identity, Password, Secret};

/// Credentials as they are passed, a part at a time.
#[derive(Default)]
pub struct Passed {
    pub token: Option<String>,
    pub access_key: Option<String>,
    pub secret_key: Option<String>,
    pub security_token: Option<String>,
    pub user_name: Option<String>,
    pub password: Option<String>,
    pub domain_name: Option<String>,
}

impl Passed {
    /// Returns the credentials, if any part is passed.
    ///
    /// # Errors
    /// A part is missing, there are parts of two kinds, or a profile is passed too.
    pub fn identity(self, profile: Option<&str>) -> Result<Option<Identity>, InvalidArgument> {
        let key = self.access_key.is_some() || self.secret_key.is_some() || self.security_token.is_some();
        let user = self.user_name.is_some() || self.password.is_some() || self.domain_name.is_some();
        if profile.is_some() && (self.token.is_some() || key || user) {
            return Err(InvalidArgument::new("profile", "credentials are passed too; pass one of the two"));
        }
        Ok(match (self.token, key, user) {
            (None, false, false) => None,
            (Some(token), false, false) => Some(Identity::Token(Secret::new(token))),
            (None, true, false) => Some(Identity::AccessKey(AccessKey {
                id: given("access_key", self.access_key)?,
                secret: Secret::new(given("secret_key", self.secret_key)?),
                security_token: self.security_token.map(Secret::new),
            })),
            (None, false, true) => Some(Identity::Password(Password {
                user: given("user_name", self.user_name)?,
                password: Secret::new(given("password", self.password)?),
                domain: given("domain_name", self.domain_name)?,
            })),
            _ => {
                let reason = "they are of two kinds; pass a token, an access key, or a user with a password";
                return Err(InvalidArgument::new("credentials", reason));
            }
        })
    }
}

/// Returns the value, or an error that names the argument as Python does.
fn given(argument: &str, value: Option<String>) -> Result<String, InvalidArgument> {
    value.ok_or_else(|| InvalidArgument::new(argument, "it is missing; the other part of the credentials is passed"))
}
