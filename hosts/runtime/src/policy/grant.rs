//! The permissions of the user. The default is nothing.
//!
//! A policy file is JSON, with one line for each entry. It is read only if somebody names it. Comments and the address
//! of a schema are for people and editors, and allow nothing:
//!
//! ```json
//! {
//!   "version": 1,
//!   "comment": "For the tests.",
//!   "allow": [
//!     {"role": "service", "origin": "https://api.example.com"},
//!     {"address": "10.0.0.0/8"},
//!     {"variable": "EXAMPLE_ZONE"}
//!   ]
//! }
//! ```

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use serde::Deserialize;

use super::{Class, Origin, ParseError, Range, Role, Version};
use crate::printable::excerpt;

/// The permissions of the user. The default is nothing.
///
/// ```
/// use component_runtime::Grant;
///
/// let mut grant = Grant::from_json(r#"{"version": 1, "allow": [{"address": "10.0.0.0/8"}]}"#)?;
/// grant.allow_origin("service", "https://API.example.com:443/")?;
/// assert!(grant.has(&"service".parse()?, &"https://api.example.com".parse().unwrap()));
/// // As text it is a policy file.
/// assert_eq!(Grant::from_json(&grant.to_string())?, grant);
/// # Ok::<(), component_runtime::policy::ParseError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grant(Vec<Entry>);

/// One thing that is allowed. As text it is a line of a policy file.
///
/// ```
/// use component_runtime::Grant;
/// use component_runtime::policy::Entry;
///
/// let mut grant = Grant::default();
/// grant.allow_origin("service", "https://API.example.com:443/")?;
/// assert!(matches!(grant.entries(), [Entry::Origin { .. }]));
/// assert_eq!(grant.entries()[0].to_string(), r#"{"role": "service", "origin": "https://api.example.com"}"#);
/// # Ok::<(), component_runtime::policy::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "EntryJson")]
pub enum Entry {
    /// A role may be filled by this server.
    Origin {
        /// The role.
        role: Role,
        /// The server.
        origin: Origin,
    },
    /// Connections may be made to these addresses, though they are not on the public internet.
    Address(Range),
    /// The host may read this environment variable for the component.
    Variable(String),
}

impl Grant {
    /// Reads a policy file.
    ///
    /// # Errors
    /// The text is not a policy.
    pub fn from_json(text: &str) -> Result<Self, ParseError> {
        let file: PolicyJson =
            serde_json::from_str(text).map_err(|error| ParseError(format!("the policy cannot be read: {error}")))?;
        Ok(Self(file.allow))
    }

    /// Allows a server for a role, such as an endpoint that the caller names.
    ///
    /// # Errors
    /// One of the texts is not what it must be.
    pub fn allow_origin(&mut self, role: &str, origin: &str) -> Result<(), ParseError> {
        self.add(Entry::origin(role, origin)?);
        Ok(())
    }

    /// Allows connections to these addresses, though they are not on the public internet.
    ///
    /// # Errors
    /// The text is not a range of addresses.
    pub fn allow_address(&mut self, range: &str) -> Result<(), ParseError> {
        self.add(Entry::Address(range.parse()?));
        Ok(())
    }

    /// Allows one thing more.
    pub fn add(&mut self, entry: Entry) {
        if !self.0.contains(&entry) {
            self.0.push(entry);
        }
    }

    /// All that is allowed.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.0
    }

    /// The addresses that are allowed, in order.
    #[must_use]
    pub fn addresses(&self) -> Vec<Range> {
        let address = |entry: &Entry| if let Entry::Address(range) = entry { Some(*range) } else { None };
        let mut addresses: Vec<Range> = self.0.iter().filter_map(address).collect();
        addresses.sort_unstable();
        addresses
    }

    /// Whether a role may be filled by this server.
    #[must_use]
    pub fn has(&self, role: &Role, origin: &Origin) -> bool {
        self.0.iter().any(|entry| matches!(entry, Entry::Origin { role: r, origin: o } if r == role && o == origin))
    }

    /// Returns whether the host may read this environment variable for the component.
    #[must_use]
    pub fn has_variable(&self, name: &str) -> bool {
        self.0.iter().any(|entry| matches!(entry, Entry::Variable(variable) if variable == name))
    }

    /// Whether a connection for this origin may go to this address.
    ///
    /// An origin that names loopback must lead there, so that plain http never leaves the machine. No other origin may
    /// lead to loopback, whatever its name resolves to.
    ///
    /// # Errors
    /// It may not: the class says what the address is.
    pub fn admits(&self, origin: &Origin, address: IpAddr) -> Result<(), Class> {
        let class = Class::of(address);
        let admitted = if origin.is_loopback() {
            address.to_canonical().is_loopback()
        } else {
            class == Class::Global || self.covers(address)
        };
        if admitted { Ok(()) } else { Err(class) }
    }

    fn covers(&self, address: IpAddr) -> bool {
        self.0.iter().any(|entry| matches!(entry, Entry::Address(range) if range.contains(address)))
    }
}

/// Writes a whole policy file, which [`Grant::from_json`] reads.
impl fmt::Display for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> = self.0.iter().map(|entry| format!("    {entry}")).collect();
        write!(f, "{{\n  \"version\": 1,\n  \"allow\": [\n{}\n  ]\n}}", lines.join(",\n"))
    }
}

impl Extend<Entry> for Grant {
    fn extend<T: IntoIterator<Item = Entry>>(&mut self, entries: T) {
        entries.into_iter().for_each(|entry| self.add(entry));
    }
}

impl IntoIterator for Grant {
    type Item = Entry;
    type IntoIter = std::vec::IntoIter<Entry>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl Entry {
    fn origin(role: &str, origin: &str) -> Result<Self, ParseError> {
        let role: Role = role.parse()?;
        // The text may hold a password, so it is not repeated.
        let origin =
            origin.parse().map_err(|error| ParseError(format!("the origin for {role} is not valid: {error}")))?;
        Ok(Self::Origin { role, origin })
    }

    /// Returns the entry that allows the host to read an environment variable for the component.
    ///
    /// # Errors
    /// The text is not the name of a variable.
    pub fn variable(name: &str) -> Result<Self, ParseError> {
        let inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        if name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && name.bytes().all(inner) {
            return Ok(Self::Variable(name.to_owned()));
        }
        let shown = excerpt(name);
        Err(ParseError(format!("\"{shown}\" is not the name of an environment variable, such as EXAMPLE_ZONE")))
    }

    /// Returns the flag of a command line that allows the same, if there is one.
    #[must_use]
    pub fn flag(&self) -> Option<String> {
        match self {
            Self::Origin { .. } | Self::Variable(_) => None,
            Self::Address(range) => Some(format!("--allow-address {range}")),
        }
    }
}

/// None of the parts holds a character that JSON escapes.
impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Origin { role, origin } => write!(f, r#"{{"role": "{role}", "origin": "{origin}"}}"#),
            Self::Address(range) => write!(f, r#"{{"address": "{range}"}}"#),
            Self::Variable(name) => write!(f, r#"{{"variable": "{name}"}}"#),
        }
    }
}

impl FromStr for Entry {
    type Err = ParseError;

    fn from_str(line: &str) -> Result<Self, ParseError> {
        serde_json::from_str(line)
            .map_err(|error| ParseError(format!("\"{}\" is not a line of a policy: {error}", excerpt(line))))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PolicyJson {
    #[serde(rename = "$schema")]
    _schema: Option<String>,
    #[serde(rename = "version")]
    _version: Version,
    #[serde(rename = "comment")]
    _comment: Option<Comment>,
    allow: Vec<Entry>,
}

/// A comment: a text, or a text for each line.
#[derive(Deserialize)]
#[serde(untagged)]
enum Comment {
    Text(#[expect(dead_code, reason = "read by people alone")] String),
    Lines(#[expect(dead_code, reason = "read by people alone")] Vec<String>),
}

/// An entry as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EntryJson {
    role: Option<String>,
    origin: Option<String>,
    address: Option<String>,
    variable: Option<String>,
    #[serde(rename = "comment")]
    _comment: Option<Comment>,
}

impl TryFrom<EntryJson> for Entry {
    type Error = ParseError;

    fn try_from(line: EntryJson) -> Result<Self, ParseError> {
        match (line.role, line.origin, line.address, line.variable) {
            (Some(role), Some(origin), None, None) => Self::origin(&role, &origin),
            (None, None, Some(address), None) => Ok(Self::Address(address.parse()?)),
            (None, None, None, Some(name)) => Self::variable(&name),
            _ => {
                Err(ParseError("a line has a role and an origin, or an address alone, or a variable alone".to_owned()))
            }
        }
    }
}
