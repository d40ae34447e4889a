//! The values that a recording must not hold, and their placeholders: the same one for the same value.

use std::cell::RefCell;
use std::collections::BTreeMap;

/// The access key and the tokens that fixtures are made with.
pub const ACCESS_KEY_ID: &str = "EXAMPLEAK0123456789A";
/// The secret of that access key.
pub const SECRET_ACCESS_KEY: &str = "ExampleSecretKey0123456789abcdefABCDEFxy";
/// Its security token, where it is temporary.
pub const SECURITY_TOKEN: &str = "ExampleSecurityToken+/=0123456789";
/// The token of fixtures without an access key.
pub const TOKEN: &str = "example-token";
/// The placeholder for the text that a query wants names to contain.
pub const PART: &str = "part";

const PROJECT_ID: u128 = 0x0123_4567_89ab_cdef_0123_4567_89ab_cdef;
const REQUEST_ID: u128 = 0x7b1a_3c5d_9e2f_4a6b_8c0d_1e2f_3a4b_5c6d;
const ACCOUNT_ID: u128 = 0xacc0_0000_0000_0000_0000_0000_0000_0000;
const USER_ID: u128 = 0x05e4_0000_0000_0000_0000_0000_0000_0000;
const OTHER_ID: u128 = 0x1d00_0000_0000_0000_0000_0000_0000_0000;

/// The kind of a value. One of several kinds counts as the first of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Token,
    SecretAccessKey,
    SecurityToken,
    Signature,
    Password,
    AccessKeyId,
    Host,
    ProjectId,
    AccountId,
    UserId,
    TaskId,
    RequestId,
    OtherId,
    TaskName,
    ProjectName,
    AccountName,
    UserName,
    Text,
}

impl Kind {
    /// Its name for people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::SecretAccessKey => "secret access key",
            Self::SecurityToken => "security token",
            Self::Signature => "signature",
            Self::Password => "password",
            Self::AccessKeyId => "access key id",
            Self::Host => "host",
            Self::ProjectId => "project id",
            Self::AccountId => "account id",
            Self::UserId => "user id",
            Self::TaskId => "release task id",
            Self::RequestId => "request id",
            Self::OtherId => "other id",
            Self::TaskName => "release task name",
            Self::ProjectName => "project name",
            Self::AccountName => "account name",
            Self::UserName => "user name",
            Self::Text => "description or other text",
        }
    }

    /// Whether a machine made it as a secret. Then a part of it reveals as much as the whole.
    #[must_use]
    pub fn is_made_secret(self) -> bool {
        matches!(self, Self::Token | Self::SecretAccessKey | Self::SecurityToken | Self::Signature)
    }

    /// Whether people chose it, so that it may be a word like any other.
    #[must_use]
    pub fn is_chosen(self) -> bool {
        self == Self::Password || self >= Self::TaskName
    }
}

/// The values that are found, before they are numbered.
#[derive(Default)]
pub struct FoundValues {
    values: BTreeMap<String, Kind>,
    hosts: BTreeMap<String, &'static str>,
    region: Option<String>,
    /// The text that the query wants names to contain.
    pub part: Option<String>,
}

impl FoundValues {
    /// Nothing yet. The region is nobody's, and stays: the project of a region has its name.
    #[must_use]
    pub fn in_region(region: Option<String>) -> Self {
        Self { region, ..Self::default() }
    }

    /// Adds a value, unless it is empty.
    pub fn add(&mut self, kind: Kind, value: &str) {
        if value.is_empty() || self.region.as_deref() == Some(value) {
            return;
        }
        let known = self.values.entry(value.to_owned()).or_insert(kind);
        *known = kind.min(*known);
    }

    /// Adds a host, with its placeholder.
    pub fn add_host(&mut self, host: &str, placeholder: &'static str) {
        self.hosts.entry(host.to_owned()).or_insert(placeholder);
        self.add(Kind::Host, host);
    }

    /// Sets the placeholder of each value. Those of a kind are numbered in their order, so that what is sorted by them
    /// stays as it is.
    #[must_use]
    pub fn numbered(self) -> Names {
        let width = self.values.len().to_string().len();
        let mut last: BTreeMap<Kind, u128> = BTreeMap::new();
        let mut placeholders = BTreeMap::new();
        for (value, kind) in &self.values {
            let number = last.entry(*kind).or_default();
            *number += 1;
            let placeholder = self.placeholder(*kind, value, *number, width);
            placeholders.insert(value.clone(), (*kind, placeholder));
        }
        Names { placeholders, region: self.region, used: RefCell::default() }
    }

    fn placeholder(&self, kind: Kind, value: &str, number: u128, width: usize) -> String {
        let id = |first: u128, name: &str| match value.len() == 32 && value.bytes().all(|b| b.is_ascii_hexdigit()) {
            true => format!("{:032x}", first + number - 1),
            false => format!("{name}-{number}"),
        };
        match kind {
            Kind::Token => TOKEN.to_owned(),
            Kind::SecretAccessKey => SECRET_ACCESS_KEY.to_owned(),
            Kind::SecurityToken => SECURITY_TOKEN.to_owned(),
            Kind::Signature => "example-signature".to_owned(),
            Kind::Password => "example-password".to_owned(),
            Kind::AccessKeyId => ACCESS_KEY_ID.to_owned(),
            Kind::Host => self.hosts.get(value).copied().unwrap_or_default().to_owned(),
            Kind::ProjectId => id(PROJECT_ID, "project-id"),
            Kind::AccountId => id(ACCOUNT_ID, "account-id"),
            Kind::UserId => id(USER_ID, "user-id"),
            Kind::TaskId => format!("00000000-0000-4000-8000-{number:012}"),
            Kind::RequestId => id(REQUEST_ID, "request-id"),
            Kind::OtherId => id(OTHER_ID, "id"),
            Kind::TaskName => match &self.part {
                Some(part) if value.contains(part.as_str()) => format!("release-{number:0width$}-{PART}"),
                _ => format!("release-{number:0width$}"),
            },
            // A project within a region's has the region's name before its own.
            Kind::ProjectName => match self.region.as_deref().filter(|region| value.starts_with(&format!("{region}_")))
            {
                Some(region) => format!("{region}_project-{number}"),
                None => format!("project-{number}"),
            },
            Kind::AccountName => format!("account-{number}"),
            Kind::UserName => format!("user-{number}"),
            Kind::Text => format!("text-{number}"),
        }
    }
}

/// Values and their placeholders, and how often each was needed.
pub struct Names {
    placeholders: BTreeMap<String, (Kind, String)>,
    region: Option<String>,
    used: RefCell<BTreeMap<Kind, usize>>,
}

impl Names {
    /// The placeholder of a value that stands alone. The region and the empty text stay.
    #[must_use]
    pub fn instead(&self, value: &str) -> String {
        match self.placeholders.get(value) {
            Some((kind, placeholder)) => {
                self.count(*kind);
                placeholder.clone()
            }
            None if value.is_empty() || self.region.as_deref() == Some(value) => value.to_owned(),
            None => "[redacted]".to_owned(),
        }
    }

    /// The placeholder of a value, if it is one that was found.
    #[must_use]
    pub fn known(&self, value: &str) -> Option<&str> {
        self.placeholders.get(value).map(|(_, placeholder)| placeholder.as_str())
    }

    /// Every value, its kind and its placeholder.
    pub fn all(&self) -> impl Iterator<Item = (&str, Kind, &str)> {
        self.placeholders.iter().map(|(value, (kind, placeholder))| (value.as_str(), *kind, placeholder.as_str()))
    }

    /// The texts that may stand in a fixture although they may hold a value: every placeholder, and the region.
    pub fn allowed(&self) -> impl Iterator<Item = &str> {
        self.all().map(|(_, _, placeholder)| placeholder).chain(self.region.as_deref())
    }

    /// Notes that a value, or a part of one, was replaced.
    pub fn count(&self, kind: Kind) {
        *self.used.borrow_mut().entry(kind).or_default() += 1;
    }

    /// How often each kind was replaced.
    #[must_use]
    pub fn counts(&self) -> Vec<(Kind, usize)> {
        self.used.borrow().iter().map(|(kind, places)| (*kind, *places)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_value_has_one_placeholder_and_order_is_kept() {
        let mut found = FoundValues {
            region: Some("cn-north-4".to_owned()),
            part: Some("od".to_owned()),
            ..FoundValues::default()
        };
        for name in ["prod", "dev", "cn-north-4", ""] {
            found.add(Kind::TaskName, name);
        }
        found.add(Kind::UserName, "prod");
        found.add(Kind::UserName, "ann");
        found.add(Kind::ProjectName, "cn-north-4_x");
        found.add(Kind::ProjectId, &"f".repeat(32));
        found.add(Kind::ProjectId, "short");
        let names = found.numbered();
        for (value, placeholder) in [
            ("dev", "release-1"),
            ("prod", "release-2-part"),
            ("ann", "user-1"),
            ("cn-north-4_x", "cn-north-4_project-1"),
            ("cn-north-4", "cn-north-4"),
            ("", ""),
            (&"f".repeat(32), "0123456789abcdef0123456789abcdef"),
            ("short", "project-id-2"),
            ("unknown", "[redacted]"),
        ] {
            assert_eq!(names.instead(value), placeholder);
        }
        assert!(names.counts().contains(&(Kind::TaskName, 2)), "{:?}", names.counts());
    }
}
