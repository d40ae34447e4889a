//! The parts of credentials: each source has named values, which make up one kind of credentials.

use std::path::PathBuf;

use super::{AccessKey, Identity, Password};
use crate::error::InvalidArgument;
use crate::secret::Secret;

/// Credentials, and where they came from.
///
/// ```
/// use servicestage::Environment;
/// use servicestage::settings::{Arguments, Settings};
///
/// let environment = Environment::of(|name| (name == "HW_AUTH_TOKEN").then(|| "hush".to_owned()), None);
/// let found = Settings::resolve(Arguments::default(), &environment)?.credentials;
/// assert_eq!(found.origin(), "HW_AUTH_TOKEN");
/// assert_eq!((found.region, found.project_id), (None, None));
/// # Ok::<(), servicestage::error::InvalidArgument>(())
/// ```
#[derive(Clone, Debug)]
pub struct ResolvedCredentials {
    /// The credentials.
    pub identity: Identity,
    /// The source that had them.
    pub source: Source,
    /// The parts, each with its value in the source.
    pub parts: Vec<Part>,
    /// The region that the source names beside the credentials.
    pub region: Option<String>,
    /// The project's id that the source names beside the credentials.
    pub project_id: Option<String>,
}

/// Where credentials come from.
///
/// ```
/// use servicestage::credentials::chain::{Source, Sources};
/// use servicestage::{Identity, Secret};
///
/// let explicit = Some(Identity::Token(Secret::new("hush")));
/// let sources = Sources { explicit, profile: None, variable: &|_| None, home: None, metadata: None, default_profile: None };
/// assert_eq!(sources.find()?.source, Source::Explicit);
/// # Ok::<(), servicestage::error::InvalidArgument>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The program that uses this library.
    Explicit,
    /// Environment variables.
    Environment,
    /// A profile in a file.
    Profile {
        /// The profile's name.
        name: String,
        /// The file.
        file: PathBuf,
    },
    /// The metadata of the cloud server that this runs on.
    Metadata,
}

/// A part of credentials.
///
/// ```
/// use servicestage::credentials::chain::{Part, PartKind};
///
/// let part = Part { kind: PartKind::SecretAccessKey, name: "HW_SECRET_KEY" };
/// assert_eq!(part.kind.argument(), "credentials.secret-access-key");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// The kind of the part.
    pub kind: PartKind,
    /// The name of the variable, or of the key in a file.
    pub name: &'static str,
}

/// The parts that credentials have.
///
/// ```
/// use servicestage::credentials::chain::PartKind;
///
/// assert_eq!(PartKind::UserName.argument(), "credentials.user-name");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartKind {
    /// An IAM token.
    Token,
    /// The id of an access key.
    AccessKeyId,
    /// The secret of an access key.
    SecretAccessKey,
    /// The security token of a temporary access key.
    SecurityToken,
    /// The name of a user.
    UserName,
    /// The password of a user.
    Password,
    /// The name of the user's account.
    DomainName,
}

impl PartKind {
    /// Its name as an argument.
    #[must_use]
    pub fn argument(self) -> &'static str {
        match self {
            Self::Token => "credentials.token",
            Self::AccessKeyId => "credentials.access-key-id",
            Self::SecretAccessKey => "credentials.secret-access-key",
            Self::SecurityToken => "credentials.security-token",
            Self::UserName => "credentials.user-name",
            Self::Password => "credentials.password",
            Self::DomainName => "credentials.domain-name",
        }
    }
}

/// The names that a source has for the parts, in an order of its own. A source without a kind leaves its parts out.
pub(super) type Names = &'static [(PartKind, &'static str)];

const KEY: &[PartKind] = &[PartKind::AccessKeyId, PartKind::SecretAccessKey, PartKind::SecurityToken];
const USER: &[PartKind] = &[PartKind::UserName, PartKind::Password, PartKind::DomainName];

/// The parts that a source has, with their values.
struct PartValues<'a> {
    names: Names,
    set: Vec<(Part, String)>,
    /// Where the names stand, such as ` in FILE`; nothing for variables.
    place: &'a str,
}

/// Makes credentials of the parts that a source has. Parts of two kinds do not go together, and half of a kind is not
/// enough. The account's name alone does not count: people set it for other tools too.
pub(super) fn assemble(
    names: Names,
    place: &str,
    value: impl Fn(&str) -> Option<String>,
) -> Result<Option<(Identity, Vec<Part>)>, InvalidArgument> {
    let set = names
        .iter()
        .filter_map(|&(kind, name)| Some((Part { kind, name }, value(name).filter(|value| !value.is_empty())?)));
    let values = PartValues { names, set: set.collect(), place };
    let (token, key) = (values.parts(&[PartKind::Token]), values.parts(KEY));
    let user = values.parts(USER);
    let user = if user.iter().all(|part| part.kind == PartKind::DomainName) { Vec::new() } else { user };

    let kinds: Vec<&Vec<Part>> = [&token, &key, &user].into_iter().filter(|parts| !parts.is_empty()).collect();
    let parts = match kinds.as_slice() {
        [] => return Ok(None),
        [parts] => (*parts).clone(),
        [first, others @ ..] => {
            let others = others.iter().flat_map(|parts| parts.iter()).map(|part| part.name).collect::<Vec<_>>();
            let verb = if first.len() == 1 { "is" } else { "are" };
            let (first, others) = (joined(first, " and "), others.join(", "));
            let reason = format!("{first} {verb} set together with {others}{place}; unset one or the other");
            return Err(InvalidArgument::new("credentials", reason));
        }
    };
    let identity = if !token.is_empty() {
        Identity::Token(Secret::new(values.need(PartKind::Token, &parts)?))
    } else if !key.is_empty() {
        Identity::AccessKey(AccessKey {
            id: values.need(PartKind::AccessKeyId, &parts)?,
            secret: Secret::new(values.need(PartKind::SecretAccessKey, &parts)?),
            security_token: values.value(PartKind::SecurityToken).map(Secret::new),
        })
    } else {
        Identity::Password(Password {
            user: values.need(PartKind::UserName, &parts)?,
            password: Secret::new(values.need(PartKind::Password, &parts)?),
            domain: values.need(PartKind::DomainName, &parts)?,
        })
    };
    match identity.check() {
        Ok(()) => Ok(Some((identity, parts))),
        Err(invalid) => {
            let part = parts.iter().find(|part| part.kind.argument() == invalid.argument);
            let name = part.map_or("credentials", |part| part.name);
            Err(InvalidArgument { reason: format!("{} ({name}{place})", invalid.reason), ..invalid })
        }
    }
}

impl PartValues<'_> {
    fn parts(&self, kinds: &[PartKind]) -> Vec<Part> {
        self.set.iter().map(|(part, _)| *part).filter(|part| kinds.contains(&part.kind)).collect()
    }

    fn value(&self, kind: PartKind) -> Option<String> {
        self.set.iter().find(|(part, _)| part.kind == kind).map(|(_, value)| value.clone())
    }

    /// Returns a part that the others need.
    fn need(&self, kind: PartKind, parts: &[Part]) -> Result<String, InvalidArgument> {
        self.value(kind).ok_or_else(|| {
            let name = self.names.iter().find(|(other, _)| *other == kind).map_or("a part", |(_, name)| name);
            let verb = if parts.len() == 1 { "is" } else { "are" };
            let reason = format!("{} {verb} set, {name} is missing{}", joined(parts, " and "), self.place);
            InvalidArgument::new(kind.argument(), reason)
        })
    }
}

fn joined(parts: &[Part], separator: &str) -> String {
    parts.iter().map(|part| part.name).collect::<Vec<_>>().join(separator)
}
