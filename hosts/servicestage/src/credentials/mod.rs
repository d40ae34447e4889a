//! Credentials: their kinds, their sources, and their way into a request.
//!
//! # Layout
//! - this file: the kinds of credentials, checked
//! - [`chain`]: the sources, in their order: `environment`, `profile` (of the SDK), `koocli`, `metadata`
//! - `parts`: the rules that all sources share; `ini`: the format of the SDK's file
//! - [`store`]: writes a profile into the SDK's file; `edit` is the text of that
//! - [`authenticator`]: holds credentials, and obtains and renews temporary ones: tokens (`token`) and the keys of an
//!   instance (`metadata`). `exchange` makes the request for each.

pub mod authenticator;
pub mod chain;
mod edit;
mod environment;
mod exchange;
mod ini;
mod koocli;
pub mod metadata;
mod parts;
mod profile;
pub mod store;
mod token;

use std::fmt;
use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::LazyLock;

use model::text::is_padded;

use crate::error::InvalidArgument;
use crate::secret::{Secret, masked_id};
use crate::types;

pub use metadata::Metadata;

/// The longest name or password, in bytes. IAM allows far fewer.
const LONGEST_TEXT: usize = 4096;

/// In whose name requests are made.
///
/// ```
/// use servicestage::{Identity, Secret};
///
/// assert_eq!(Identity::Token(Secret::new("hush")).check(), Ok(()));
/// let refused = Identity::Token(Secret::new("hush\n")).check().unwrap_err();
/// assert_eq!(refused.argument, "credentials.token");
/// assert!(!refused.reason.contains("hush"));
/// ```
#[derive(Clone, Debug)]
pub enum Identity {
    /// An access key, permanent or temporary.
    AccessKey(AccessKey),
    /// An IAM token.
    Token(Secret),
    /// A user, for whom IAM issues a token.
    Password(Password),
    /// The cloud server that this runs on: its metadata holds a temporary access key.
    Metadata(Metadata),
}

/// An access key of an IAM user.
///
/// ```
/// use servicestage::{AccessKey, Client, Environment, Identity, Secret};
///
/// let key = AccessKey {
///     id: "EXAMPLEAK0123456789A".to_owned(),
///     secret: Secret::new("hush"),
///     security_token: Some(Secret::new("hush-hush")),
/// };
/// assert_eq!(format!("{key:?}"), "AccessKey(EXAM…)");
/// let builder = Client::builder().region("cn-north-4").credentials(Identity::AccessKey(key));
/// assert!(builder.environment(Environment::of(|_| None, None)).build().is_ok());
/// ```
#[derive(Clone)]
pub struct AccessKey {
    /// The access key id ("AK"). It is not secret, but it is shown only in part.
    pub id: String,
    /// The secret access key ("SK").
    pub secret: Secret,
    /// The security token that belongs to a temporary access key.
    pub security_token: Option<Secret>,
}

/// A user of IAM and the password.
///
/// ```
/// use servicestage::{Identity, Password, Secret};
///
/// let user = Password { user: "ann".to_owned(), password: Secret::new("hush"), domain: "example".to_owned() };
/// assert!(!format!("{user:?}").contains("hush"));
/// assert_eq!(Identity::Password(user).check(), Ok(()));
/// ```
#[derive(Clone, Debug)]
pub struct Password {
    /// The user's name.
    pub user: String,
    /// The user's password.
    pub password: Secret,
    /// The name of the account ("domain") that the user belongs to.
    pub domain: String,
}

impl Identity {
    /// Returns the credentials within a connection, or `None` if the host adds its own.
    #[must_use]
    pub fn of(credentials: &types::Credentials) -> Option<Self> {
        match credentials {
            types::Credentials::Ambient => None,
            types::Credentials::Token(token) => Some(Self::Token(Secret::new(token.as_str()))),
            types::Credentials::AccessKey(key) => Some(Self::AccessKey(AccessKey {
                id: key.access_key_id.clone(),
                secret: Secret::new(key.secret_access_key.as_str()),
                security_token: key.security_token.as_deref().map(Secret::new),
            })),
        }
    }

    /// Checks what the component checks where it sees credentials: that they can be sent as headers.
    ///
    /// # Errors
    /// A part is empty, or holds what would end or add a header. The reason shows nothing of it.
    pub fn check(&self) -> Result<(), InvalidArgument> {
        match self {
            Self::AccessKey(key) => key.check(),
            Self::Token(token) => header_value("credentials.token", token.expose()),
            Self::Password(Password { user, password, domain }) => {
                text("credentials.user-name", user)?;
                text("credentials.domain-name", domain)?;
                text("credentials.password", password.expose())
            }
            Self::Metadata(_) => Ok(()),
        }
    }

    /// Returns a text that differs for each identity and shows no secret. A wrong secret is another identity.
    #[must_use]
    pub(crate) fn fingerprint(&self) -> String {
        match self {
            Self::AccessKey(key) => {
                let token = key.security_token.as_ref().map(Secret::expose);
                format!("access key {} {:016x}", key.id, keyed_hash(&(key.secret.expose(), token)))
            }
            Self::Token(token) => format!("token {:016x}", keyed_hash(token.expose())),
            Self::Password(Password { user, password, domain }) => {
                format!("user {user} of {domain} {:016x}", keyed_hash(password.expose()))
            }
            Self::Metadata(metadata) => format!("instance at {}", metadata.base()),
        }
    }

    /// The secrets that machines made.
    pub(crate) fn secrets(&self) -> Vec<Secret> {
        match self {
            Self::AccessKey(key) => key.secrets(),
            Self::Token(token) => vec![token.clone()],
            Self::Password(_) | Self::Metadata(_) => Vec::new(),
        }
    }

    /// The secret that a person chose.
    pub(crate) fn password(&self) -> Option<&Secret> {
        match self {
            Self::Password(Password { password, .. }) => Some(password),
            Self::AccessKey(_) | Self::Token(_) | Self::Metadata(_) => None,
        }
    }
}

impl AccessKey {
    pub(crate) fn check(&self) -> Result<(), InvalidArgument> {
        header_value("credentials.access-key-id", &self.id)?;
        if !is_access_key_id(&self.id) {
            return Err(InvalidArgument::new(
                "credentials.access-key-id",
                "it holds a character other than letters, digits, hyphens and underscores",
            ));
        }
        header_value("credentials.secret-access-key", self.secret.expose())?;
        match &self.security_token {
            Some(token) => header_value("credentials.security-token", token.expose()),
            None => Ok(()),
        }
    }

    pub(crate) fn secrets(&self) -> Vec<Secret> {
        std::iter::once(&self.secret).chain(&self.security_token).cloned().collect()
    }
}

impl fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AccessKey({})", masked_id(&self.id))
    }
}

/// The key is random in each process, so that nobody can try out tokens against a hash that was shown.
fn keyed_hash<T: Hash + ?Sized>(secret: &T) -> u64 {
    static KEY: LazyLock<RandomState> = LazyLock::new(RandomState::new);
    KEY.hash_one(secret)
}

/// Whether a text has the form of an access key id.
pub(crate) fn is_access_key_id(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

/// Refuses what could not be sent as it is, without showing it. The reasons are those of the component.
pub(crate) fn header_value(argument: &str, value: &str) -> Result<(), InvalidArgument> {
    huaweicloud_sign::header::fault(value).map_or(Ok(()), |reason| Err(InvalidArgument::new(argument, reason)))
}

/// Refuses a text that is not one line. It travels as JSON, which can hold any other character.
fn text(argument: &str, value: &str) -> Result<(), InvalidArgument> {
    let reason = if value.is_empty() {
        "it is empty"
    } else if value.len() > LONGEST_TEXT {
        "it is longer than 4,096 bytes"
    } else if value.chars().any(char::is_control) {
        if is_padded(value) { "it begins or ends with white space" } else { "it holds a control character" }
    } else {
        return Ok(());
    };
    Err(InvalidArgument::new(argument, reason))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(id: &str, secret: &str, token: Option<&str>) -> Identity {
        Identity::AccessKey(AccessKey {
            id: id.to_owned(),
            secret: Secret::new(secret),
            security_token: token.map(Secret::new),
        })
    }

    #[test]
    fn values_that_no_header_can_hold_are_refused_unseen() {
        let cases = [
            (Identity::Token(Secret::new("hush\r\nx-evil: 1")), "credentials.token"),
            (Identity::Token(Secret::new("")), "credentials.token"),
            (key("a b", "hush", None), "credentials.access-key-id"),
            (key("a/b", "hush", None), "credentials.access-key-id"),
            (key("AK", " hush", None), "credentials.secret-access-key"),
            (key("AK", "hush\u{7f}", None), "credentials.secret-access-key"),
            (key("AK", "hush", Some("hushé")), "credentials.security-token"),
            (
                Identity::Password(Password { user: "u".into(), password: Secret::new("hush\n"), domain: "d".into() }),
                "credentials.password",
            ),
        ];
        for (identity, argument) in cases {
            let invalid = identity.check().unwrap_err();
            assert_eq!(invalid.argument, argument);
            assert!(!format!("{invalid:?} {identity:?}").contains("hush"), "{invalid:?}");
        }
        assert_eq!(key("AK-1_b", "secret+/=", Some("token")).check(), Ok(()));
    }

    #[test]
    fn a_secret_that_no_header_can_hold_is_refused_by_its_argument() {
        let longest = "h".repeat(128 << 10);
        assert_eq!(Identity::Token(Secret::new(longest.as_str())).check(), Ok(()));
        let user = Password { user: "u".into(), password: Secret::new(longest.as_str()), domain: "d".into() };
        let longer = longest + "h";
        for (identity, argument, length) in [
            (Identity::Token(Secret::new(longer.as_str())), "credentials.token", "131,072"),
            (key("AK", &longer, None), "credentials.secret-access-key", "131,072"),
            (key("AK", "hush", Some(&longer)), "credentials.security-token", "131,072"),
            (Identity::Password(user), "credentials.password", "4,096"),
        ] {
            let invalid = identity.check().unwrap_err();
            assert_eq!(invalid.argument, argument);
            assert!(invalid.reason.contains(length), "{invalid:?}");
        }
    }

    #[test]
    fn a_fingerprint_tells_tokens_apart_and_shows_nothing() {
        let [a, b] = ["hush-1", "hush-2"].map(|token| Identity::Token(Secret::new(token)).fingerprint());
        assert_ne!(a, b);
        assert_eq!(a, Identity::Token(Secret::new("hush-1")).fingerprint());
        assert!(!a.contains("hush"));
        let [right, wrong] = ["hush", "hash"].map(|secret| key("AK", secret, Some("hush")).fingerprint());
        assert_ne!(right, wrong);
        assert!(!right.contains("hush"));
    }
}
