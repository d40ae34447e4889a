//! The credentials that are passed as arguments.

use servicestage::error::InvalidArgument;
use servicestage::{AccessKey, Identity, Password, Secret};

/// Credentials as they are passed, a part at a time.
#[derive(Default)]
pub struct CredentialArguments {
    pub token: Option<String>,
    pub access_key: Option<String>,
    pub secret_key: Option<String>,
    pub security_token: Option<String>,
    pub user_name: Option<String>,
    pub password: Option<String>,
    pub domain_name: Option<String>,
}

impl CredentialArguments {
    /// Returns the credentials, if any part is passed.
    ///
    /// # Errors
    /// A part is missing, there are parts of two kinds, or a profile is passed too.
    pub fn identity(self, profile: Option<&str>) -> Result<Option<Identity>, InvalidArgument> {
        let token = first([("token", &self.token)]);
        let key = first([
            ("access_key", &self.access_key),
            ("secret_key", &self.secret_key),
            ("security_token", &self.security_token),
        ]);
        let user =
            first([("user_name", &self.user_name), ("password", &self.password), ("domain_name", &self.domain_name)]);
        let kinds: Vec<&str> = [token, key, user].into_iter().flatten().collect();
        match kinds.as_slice() {
            [] => return Ok(None),
            _ if profile.is_some() => {
                return Err(InvalidArgument::new("profile", "credentials are passed too; pass one of the two"));
            }
            [one, other, ..] => {
                let reason = format!(
                    "`{one}` is passed too; pass a token, an access key with its secret, or a user with a password"
                );
                return Err(InvalidArgument::new(other, reason));
            }
            [_] => {}
        }
        Ok(Some(match self.token {
            Some(token) => Identity::Token(Secret::new(token)),
            None if key.is_some() => Identity::AccessKey(AccessKey {
                id: given("access_key", self.access_key)?,
                secret: Secret::new(given("secret_key", self.secret_key)?),
                security_token: self.security_token.map(Secret::new),
            }),
            None => Identity::Password(Password {
                user: given("user_name", self.user_name)?,
                password: Secret::new(given("password", self.password)?),
                domain: given("domain_name", self.domain_name)?,
            }),
        }))
    }
}

/// Returns the name of the first argument that is passed.
fn first<const N: usize>(arguments: [(&'static str, &Option<String>); N]) -> Option<&'static str> {
    arguments.into_iter().find_map(|(name, value)| value.is_some().then_some(name))
}

/// Returns the value, or an error that names the argument as Python does.
fn given(argument: &str, value: Option<String>) -> Result<String, InvalidArgument> {
    value.ok_or_else(|| InvalidArgument::new(argument, "it is missing; the other part of the credentials is passed"))
}
