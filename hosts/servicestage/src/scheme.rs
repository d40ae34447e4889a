//! The scheme `sdk-hmac-sha256` by itself, for hosts that know no vendor and decide which requests it authenticates.

use std::future::ready;
use std::path::Path;
use std::time::SystemTime;

use component_runtime::Scheme;
use component_runtime::authentication::{Authenticating, SchemeError};
use http::request::Parts;

use crate::credentials::authenticator::KeyOrToken;
use crate::credentials::chain::{ResolvedCredentials, Sources};
use crate::credentials::{AccessKey, Identity, Metadata};
use crate::error::InvalidArgument;
use crate::secret::Secret;
use crate::signature;

/// Signs requests with an access key.
///
/// ```
/// use component_runtime::Scheme;
/// use servicestage::scheme::SdkHmacSha256;
/// use servicestage::{AccessKey, Secret};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let key = AccessKey { id: "EXAMPLE".to_owned(), secret: Secret::new("hush"), security_token: None };
/// let scheme = SdkHmacSha256::new(key).unwrap();
/// let (mut head, ()) = http::Request::get("https://api.example.com/v3/projects").body(()).unwrap().into_parts();
/// scheme.authenticate(&mut head, b"", None).await.unwrap();
/// let authorization = head.headers["authorization"].to_str().unwrap();
/// assert!(authorization.starts_with("SDK-HMAC-SHA256 Access=EXAMPLE, SignedHeaders="));
/// # }
/// ```
#[derive(Debug)]
pub struct SdkHmacSha256(KeyOrToken);

impl SdkHmacSha256 {
    /// Makes the scheme with this key.
    ///
    /// # Errors
    /// A part of the key cannot be sent. The reason shows nothing of it.
    pub fn new(key: AccessKey) -> Result<Self, InvalidArgument> {
        key.check()?;
        Ok(Self(KeyOrToken::Key(key)))
    }

    /// Returns the scheme with the access key from the user's environment or a profile, and what was found there.
    /// Returns `None` if they hold no access key. The metadata of a cloud server is not read, because its key would have
    /// to be renewed.
    ///
    /// # Errors
    /// The first source with credentials has only a part of them, or a value that cannot be sent.
    pub fn of_user(
        variable: &dyn Fn(&str) -> Option<String>,
        home: Option<&Path>,
    ) -> Result<Option<(Self, ResolvedCredentials)>, InvalidArgument> {
        // The metadata stands for nothing: it comes last, and finding it asks nobody.
        let metadata = Some(Metadata::default());
        let found =
            Sources { explicit: None, profile: None, variable, home, metadata, default_profile: None }.find()?;
        match &found.identity {
            Identity::AccessKey(key) => Ok(Some((Self::new(key.clone())?, found))),
            Identity::Token(_) | Identity::Password(_) | Identity::Metadata(_) => Ok(None),
        }
    }

    /// Returns the parts of the key that must stay secret.
    #[must_use]
    pub fn secrets(&self) -> Vec<Secret> {
        self.0.secrets()
    }

    fn sign(&self, head: &mut Parts, body: &[u8], now: SystemTime) -> Result<Vec<Secret>, &'static str> {
        signature::authenticate(head, body, &self.0, now)
    }
}

impl Scheme for SdkHmacSha256 {
    fn authenticate<'a>(&'a self, head: &'a mut Parts, body: &'a [u8], _: Option<&'a [Secret]>) -> Authenticating<'a> {
        Box::pin(ready(self.sign(head, body, SystemTime::now()).map_err(SchemeError::from)))
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    #[test]
    fn a_request_is_signed_in_the_name_of_the_key_alone() {
        let key = AccessKey { id: "AK".to_owned(), secret: Secret::new("hush-hush"), security_token: None };
        let scheme = SdkHmacSha256::new(key).unwrap();
        let url = "https://api.example.com/v3/0123456789abcdef0123456789abcdef/pipeline/pipelines";
        let (mut head, ()) = http::Request::get(url).body(()).unwrap().into_parts();
        let sent = scheme.sign(&mut head, b"", UNIX_EPOCH + Duration::from_secs(1)).unwrap();
        let [secret, signature] = sent.as_slice() else { panic!("{}", sent.len()) };
        assert_eq!(secret.expose(), "hush-hush");
        let header = head.headers["authorization"].to_str().unwrap();
        assert!(header.starts_with("SDK-HMAC-SHA256 Access=AK, ") && header.ends_with(signature.expose()), "{header}");
        assert_eq!(head.headers["x-project-id"], "0123456789abcdef0123456789abcdef");
        assert_eq!(head.headers["x-sdk-date"], "19700101T000001Z");
    }

    #[test]
    fn a_key_that_cannot_be_sent_is_refused_unseen() {
        let key = AccessKey { id: "AK".to_owned(), secret: Secret::new("hush\n"), security_token: None };
        let invalid = SdkHmacSha256::new(key).unwrap_err();
        assert_eq!(invalid.argument, "credentials.secret-access-key");
        assert!(!format!("{invalid:?}").contains("hush"), "{invalid:?}");
    }
}
