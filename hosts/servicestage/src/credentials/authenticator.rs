//! Holds credentials for as long as a host runs, and obtains and renews those that are temporary.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use component_runtime::Layer;
use component_runtime::keyed_cache::KeyedCache;
use model::error::message;

use super::{AccessKey, Identity, token};
use crate::credentials_error::CredentialsError;
use crate::error::{Error, ErrorKind};
use crate::origin::Scope;
use crate::redact::Redaction;
use crate::secret::Secret;
use crate::types::Connection;

/// So long before its end a token is renewed: longer than a call may take.
const TOKEN_MARGIN: Duration = Duration::from_secs(5 * 60);

/// So long before its end the key of a cloud server is renewed, as in the official Terraform provider.
const KEY_MARGIN: Duration = Duration::from_secs(10 * 60);

/// So long a refusal holds for everyone who asks: several wrong passwords lock a user.
const REFUSAL: Duration = Duration::from_secs(60);

/// For so many regions and projects tokens are kept at most; then all are forgotten, and obtained anew.
const MOST_SCOPES: usize = 256;

/// Returns the time.
pub type Clock = Arc<dyn Fn() -> SystemTime + Send + Sync>;

/// Credentials, and what was obtained for them. Shared by all calls.
///
/// ```
/// use std::sync::Arc;
/// use std::time::SystemTime;
///
/// use component_runtime::Policy;
/// use servicestage::{AccessKey, Authenticator, Identity, Secret};
///
/// let key = AccessKey { id: "EXAMPLEAK0123456789A".to_owned(), secret: Secret::new("hush"), security_token: None };
/// // A permanent key asks nobody, so the layer may deny everything.
/// let layer = Arc::new(Policy::default());
/// let authenticator = Authenticator::new(Identity::AccessKey(key), layer, Arc::new(SystemTime::now));
/// assert!(matches!(authenticator.identity(), Identity::AccessKey(_)));
/// assert!(!format!("{authenticator:?}").contains("hush"));
/// ```
pub struct Authenticator {
    identity: Identity,
    http: Arc<dyn Layer>,
    clock: Clock,
    issued: KeyedCache<Option<Scope>, State>,
}

/// The state of one scope. A caller that waits for its entry waits for the one request that is under way.
#[derive(Default)]
enum State {
    #[default]
    Empty,
    Issued {
        credential: KeyOrToken,
        expires: Option<SystemTime>,
    },
    Refused {
        error: CredentialsError,
        since: SystemTime,
    },
}

/// The key or the token that authenticates a request.
#[derive(Clone, Debug)]
pub(crate) enum KeyOrToken {
    Key(AccessKey),
    Token(Secret),
}

impl Authenticator {
    /// Holds these credentials. Requests for tokens and keys go through this layer, which must complete them.
    #[must_use]
    pub fn new(identity: Identity, http: Arc<dyn Layer>, clock: Clock) -> Self {
        Self { identity, http, clock, issued: KeyedCache::up_to(MOST_SCOPES) }
    }

    /// Other credentials, for a single call.
    pub(crate) fn with(&self, identity: Identity) -> Self {
        Self::new(identity, Arc::clone(&self.http), Arc::clone(&self.clock))
    }

    /// The credentials.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Obtains the access key that is behind metadata, to show its id; other identities are as they are.
    ///
    /// # Errors
    /// The key cannot be obtained. The record names this operation.
    pub async fn resolve(&self, operation: &str) -> Result<Identity, Box<Error>> {
        match &self.identity {
            Identity::Metadata(_) => match self.renewed(None, None).await {
                Ok(KeyOrToken::Key(key)) => Ok(Identity::AccessKey(key)),
                Ok(KeyOrToken::Token(token)) => Ok(Identity::Token(token)),
                Err(error) => Err(Box::new(error.into_error(operation))),
            },
            identity => Ok(identity.clone()),
        }
    }

    /// Returns the token of these credentials, or one that IAM issues for the project of this connection.
    pub(crate) async fn token(&self, operation: &str, connection: &Connection) -> Result<Secret, Box<Error>> {
        let scope = match &self.identity {
            Identity::Token(token) => return Ok(token.clone()),
            Identity::AccessKey(_) | Identity::Metadata(_) => return Err(Box::new(no_token(operation))),
            Identity::Password(_) => Scope::of(connection),
        };
        let scope = scope.map_err(|invalid| Box::new(Error::invalid_argument(operation, invalid)))?;
        match self.renewed(Some(&scope), None).await {
            Ok(KeyOrToken::Token(token)) => Ok(token),
            Ok(KeyOrToken::Key(_)) => Err(Box::new(no_token(operation))),
            Err(error) => {
                let mut error = Box::new(error.into_error(operation));
                let password: Vec<Secret> = self.identity.password().cloned().into_iter().collect();
                Redaction::of(&[], &password).error(&mut error);
                Err(error)
            }
        }
    }

    pub(crate) fn now(&self) -> SystemTime {
        (self.clock)()
    }

    /// Whether a credential can be had anew when the service says that it expired.
    pub(crate) fn renews(&self) -> bool {
        matches!(self.identity, Identity::Password(_) | Identity::Metadata(_))
    }

    /// Returns what to authenticate with now, renewed if it is one of these secrets that the service calls expired. Of
    /// several callers with the same ones, the first renews it, and the others find it renewed.
    pub(crate) async fn renewed(
        &self,
        scope: Option<&Scope>,
        expired: Option<&[Secret]>,
    ) -> Result<KeyOrToken, CredentialsError> {
        let margin = match &self.identity {
            Identity::AccessKey(key) => return Ok(KeyOrToken::Key(key.clone())),
            Identity::Token(token) => return Ok(KeyOrToken::Token(token.clone())),
            Identity::Password(_) => TOKEN_MARGIN,
            Identity::Metadata(_) => KEY_MARGIN,
        };
        // The key of a cloud server is good everywhere.
        let scope_of_entry = scope.filter(|_| matches!(self.identity, Identity::Password(_))).cloned();
        let entry = self.issued.entry(&scope_of_entry);
        let mut state = entry.lock().await;
        let now = self.now();
        let mut fallback = None;
        match &*state {
            State::Issued { credential, expires } if !expired.is_some_and(|sent| credential.is_among(sent)) => {
                if expires.is_none_or(|expires| now + margin < expires) {
                    return Ok(credential.clone());
                }
                fallback = expires.filter(|expires| now < *expires).map(|_| credential.clone());
            }
            State::Refused { error, since } if now.duration_since(*since).is_ok_and(|age| age < REFUSAL) => {
                return Err(error.clone());
            }
            _ => {}
        }
        match self.obtain(scope).await {
            Ok((credential, expires)) => {
                *state = State::Issued { credential: credential.clone(), expires };
                Ok(credential)
            }
            // A credential that is about to expire is valid until then.
            Err(error) => match fallback {
                Some(credential) => Ok(credential),
                None => {
                    if error.kind == ErrorKind::Unauthenticated {
                        *state = State::Refused { error: error.clone(), since: now };
                    }
                    Err(error)
                }
            },
        }
    }

    async fn obtain(&self, scope: Option<&Scope>) -> Result<(KeyOrToken, Option<SystemTime>), CredentialsError> {
        match (&self.identity, scope) {
            (Identity::AccessKey(key), _) => Ok((KeyOrToken::Key(key.clone()), None)),
            (Identity::Token(token), _) => Ok((KeyOrToken::Token(token.clone()), None)),
            (Identity::Metadata(metadata), _) => {
                let (key, expires) = metadata.key(&*self.http).await?;
                Ok((KeyOrToken::Key(key), expires))
            }
            (Identity::Password(user), Some(scope)) => {
                let (token, expires) = token::issue(&*self.http, user, scope).await?;
                Ok((KeyOrToken::Token(token), expires))
            }
            (Identity::Password(_), None) => {
                let what = "a token is issued for a region or a project, and the call names none";
                Err(CredentialsError::new(ErrorKind::Other(what.to_owned()), format!("{what}.")))
            }
        }
    }
}

impl fmt::Debug for Authenticator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authenticator").field("identity", &self.identity).finish_non_exhaustive()
    }
}

impl KeyOrToken {
    pub(crate) fn secrets(&self) -> Vec<Secret> {
        match self {
            Self::Key(key) => key.secrets(),
            Self::Token(token) => vec![token.clone()],
        }
    }

    /// Whether these secrets are those of this credential, and perhaps a signature.
    fn is_among(&self, sent: &[Secret]) -> bool {
        self.secrets().iter().all(|own| sent.iter().any(|secret| secret.expose() == own.expose()))
    }
}

/// The error of an access key, for which there is no token.
fn no_token(operation: &str) -> Error {
    let message = message(
        operation,
        "the credentials are an access key",
        "A token needs a user: IAM issues it for a name and a password.",
        "Set HW_USER_NAME, HW_USER_PASSWORD and HW_DOMAIN_NAME, and unset the access key or name no profile.",
    );
    Error::unsent(operation, ErrorKind::Unauthenticated, message)
}

/// Reads a time as IAM and the metadata write it, such as `2022-10-17T18:51:25.231000Z`.
pub(super) fn time(text: &str) -> Option<SystemTime> {
    humantime::parse_rfc3339(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_with_and_without_a_fraction() {
        let expected = SystemTime::UNIX_EPOCH + Duration::from_secs(1_666_032_685);
        assert_eq!(time("2022-10-17T18:51:25.231000Z"), Some(expected + Duration::from_millis(231)));
        assert_eq!(time("2022-10-17T18:51:25Z"), Some(expected));
        for text in ["", "soon", "2022-10-17", "2022-10-17T18:51:25+08:00", "2022-13-17T18:51:25Z"] {
            assert_eq!(time(text), None, "{text}");
        }
    }
}
