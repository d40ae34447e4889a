//! The rule by which a declaration covers a request.
//!
//! Servers disagree about unusual paths and queries, so a request that holds one is not covered:
//!
//! - The method is compared as it is, in upper case.
//! - A segment of the path is made of letters, digits and `-._~`. It is not empty, `.` or `..`.
//! - Each part of the query is `name=value`. A `?` without a part, `name` without `=`, and `&&` are not covered.
//! - A name appears once, and as it is declared. Percent-encoding is allowed in values only.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::text::quoted;

/// One kind of request that a component makes.
///
/// ```
/// use model::request::Need;
///
/// let need: Need = serde_json::from_str(
///     r#"{"role": "service", "method": "GET", "path": "/v1/{}/things", "query": ["name"]}"#,
/// )?;
/// assert!(need.covers("GET", "/v1/42/things?name=a%20b"));
/// assert!(!need.covers("GET", "/v1/42/things?name"));
/// assert!(!need.covers("GET", "/v1/../things"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Need {
    /// The capacity in which the server is asked.
    pub role: Role,
    /// The method, in upper case.
    pub method: Verb,
    /// The paths.
    pub path: Pattern,
    /// The names that the query may hold, each once and in any order. If empty, no query is covered.
    #[serde(default)]
    pub query: Vec<Name>,
}

/// The capacity in which a server is asked, such as `service`. What is granted for one role is not granted for another.
///
/// ```
/// use model::request::Role;
///
/// assert_eq!("service".parse::<Role>().unwrap().as_str(), "service");
/// assert!("Service".parse::<Role>().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Role(String);

/// A method in upper case. It is not `CONNECT`, which asks a proxy for a tunnel to anywhere.
///
/// ```
/// use model::request::Verb;
///
/// assert!("GET".parse::<Verb>().is_ok());
/// assert!("get".parse::<Verb>().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Verb(String);

/// A pattern of paths: `{}` stands for one segment.
///
/// ```
/// use model::request::Pattern;
///
/// let pattern: Pattern = "/v1/{}/things".parse()?;
/// assert!(pattern.matches("/v1/42/things"));
/// assert!(!pattern.matches("/v1/42/things/"));
/// # Ok::<(), model::request::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Pattern(String);

/// A name within a query, of letters, digits and `-._~`.
///
/// ```
/// use model::request::Name;
///
/// assert!("page_size".parse::<Name>().is_ok());
/// assert!("page%5Fsize".parse::<Name>().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Name(String);

/// A text of a declaration that is not valid. The message shows the text and says what to write.
///
/// ```
/// use model::request::Name;
///
/// let error = "a\nb".parse::<Name>().unwrap_err();
/// assert!(error.to_string().starts_with(r#""a\nb" is not a name"#));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError(String);

/// The segment of a pattern that stands for any one segment.
const ANY: &str = "{}";

impl Need {
    /// Returns whether the request is covered, to any origin. The target is the path and the query as they are sent.
    #[must_use]
    pub fn covers(&self, method: &str, target: &str) -> bool {
        let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
        self.method.0 == method && self.path.matches(path) && query.is_none_or(|query| self.allows(query))
    }

    /// Returns whether another need covers the same requests: the order of the names does not count.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        let within = |all: &[Name], some: &[Name]| some.iter().all(|name| all.contains(name));
        (&self.role, &self.method, &self.path) == (&other.role, &other.method, &other.path)
            && within(&self.query, &other.query)
            && within(&other.query, &self.query)
    }

    fn allows(&self, query: &str) -> bool {
        let mut seen: Vec<&str> = Vec::new();
        query.split('&').all(|part| {
            let Some((name, value)) = part.split_once('=') else { return false };
            let fresh = !seen.contains(&name);
            seen.push(name);
            fresh && self.query.iter().any(|allowed| allowed.0 == name) && is_value(value)
        })
    }
}

impl Pattern {
    /// Returns whether the pattern matches a path.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        let (mut wanted, mut found) = (self.0.split('/'), path.split('/'));
        loop {
            match (wanted.next(), found.next()) {
                (None, None) => return true,
                (Some(ANY), Some(segment)) if is_segment(segment) => {}
                (Some(literal), Some(segment)) if literal != ANY && literal == segment => {}
                _ => return false,
            }
        }
    }
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

fn is_segment(text: &str) -> bool {
    !text.is_empty() && text != "." && text != ".." && text.bytes().all(is_unreserved)
}

/// A value holds unreserved characters, and whole bytes in percent-encoding.
fn is_value(text: &str) -> bool {
    let mut parts = text.split('%');
    parts.next().is_some_and(|plain| plain.bytes().all(is_unreserved))
        && parts.all(|part| {
            let mut bytes = part.bytes();
            let mut is_hex = || bytes.next().is_some_and(|byte| byte.is_ascii_hexdigit());
            is_hex() && is_hex() && bytes.all(is_unreserved)
        })
}

impl Role {
    /// Returns the role's name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Role {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if text.len() <= 32 && text.starts_with(|c: char| c.is_ascii_lowercase()) && text.bytes().all(inner) {
            return Ok(Self(text.to_owned()));
        }
        Err(malformed(text, "a role; write a lower-case letter, then up to 31 lower-case letters, digits and hyphens"))
    }
}

impl FromStr for Verb {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let upper = (1..=16).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_uppercase());
        if upper && text != "CONNECT" {
            return Ok(Self(text.to_owned()));
        }
        Err(malformed(text, "a method; write one such as GET, other than CONNECT"))
    }
}

impl FromStr for Pattern {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let segments = text.strip_prefix('/').map(|rest| rest.split('/'));
        if text == "/" || segments.is_some_and(|mut all| all.all(|segment| segment == ANY || is_segment(segment))) {
            return Ok(Self(text.to_owned()));
        }
        Err(malformed(text, "a pattern of paths; write segments such as /v1/{}/things, of letters, digits and -._~"))
    }
}

impl FromStr for Name {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        if !text.is_empty() && text.bytes().all(is_unreserved) {
            return Ok(Self(text.to_owned()));
        }
        Err(malformed(text, "a name for a query; write letters, digits and -._~"))
    }
}

fn malformed(text: &str, what: &str) -> ParseError {
    ParseError(format!("{} is not {what}", quoted(text)))
}

/// Reads and writes a text as a string of JSON.
macro_rules! as_string {
    ($($kind:ident)*) => {$(
        impl TryFrom<String> for $kind {
            type Error = ParseError;

            fn try_from(text: String) -> Result<Self, ParseError> {
                text.parse()
            }
        }

        impl From<$kind> for String {
            fn from(text: $kind) -> Self {
                text.0
            }
        }

        impl fmt::Display for $kind {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

as_string!(Role Verb Pattern Name);

impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} {}", self.role, self.method, self.path)?;
        let names: Vec<&str> = self.query.iter().map(|name| name.0.as_str()).collect();
        if names.is_empty() { Ok(()) } else { write!(f, " with {}", names.join(", ")) }
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ParseError {}
