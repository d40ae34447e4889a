//! What a component needs: the requests it makes, in each role.
//!
//! It is JSON, in the section [`SECTION`] of the component. `{}` in a path stands for one segment:
//!
//! ```json
//! {
//!   "version": 1,
//!   "requests": [
//!     {"role": "service", "method": "GET", "path": "/v1/{}/things", "query": ["name"]}
//!   ]
//! }
//! ```

use std::fmt;

use http::{Method, Uri};
use serde::{Deserialize, Serialize};

use super::{Malformed, Role, Version, denial, section};

/// The name of the custom section that holds a component's declaration.
pub const SECTION: &str = "network-needs";

/// What a component needs. The default is nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Declaration {
    version: Version,
    requests: Vec<Need>,
}

/// One kind of request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Need {
    /// In what capacity the server is asked.
    pub role: Role,
    /// The method, in upper case.
    pub method: Verb,
    /// The paths.
    pub path: Pattern,
    /// The names that the query may hold, each once and in any order. None: no query.
    #[serde(default)]
    pub query: Vec<Name>,
}

/// A method.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Verb(String);

/// A pattern of paths: `{}` stands for one segment of letters, digits and `-._~`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Pattern(String);

/// A name within a query.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Name(String);

/// What stands for a segment.
const ANY: &str = "{}";

impl Declaration {
    /// The declaration in a component's bytes. None: it has none.
    ///
    /// # Errors
    /// The bytes are no component, or what it declares cannot be read.
    pub fn of_component(wasm: &[u8]) -> Result<Option<Self>, Malformed> {
        let Some(bytes) = section::find(wasm, SECTION)? else { return Ok(None) };
        let text = str::from_utf8(bytes)
            .map_err(|_| Malformed(format!("the component's section {SECTION} is no UTF-8: build it anew")))?;
        Self::from_json(text).map(Some)
    }

    /// Reads a declaration.
    ///
    /// # Errors
    /// The text is no declaration.
    pub fn from_json(text: &str) -> Result<Self, Malformed> {
        serde_json::from_str(text).map_err(|error| Malformed(format!("the declaration cannot be read: {error}")))
    }

    /// What it declares.
    #[must_use]
    pub fn needs(&self) -> &[Need] {
        &self.requests
    }
}

impl Need {
    /// Whether this is such a request. The origin does not matter here.
    #[must_use]
    pub fn covers(&self, method: &Method, uri: &Uri) -> bool {
        self.method.0 == method.as_str() && self.path.matches(uri.path()) && self.allows_query(uri.query())
    }

    /// Servers disagree about repeated names, empty parts and unusual separators, so there are none.
    fn allows_query(&self, query: Option<&str>) -> bool {
        let Some(query) = query else { return true };
        let mut seen: Vec<&str> = Vec::new();
        query.split('&').all(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let fresh = !seen.contains(&name);
            seen.push(name);
            fresh && self.query.iter().any(|allowed| allowed.0 == name) && is_query_value(value)
        })
    }
}

impl Pattern {
    /// Whether a path is one of these. Dot segments, empty ones and percent-encoding are none: servers resolve them to
    /// other paths.
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

/// Unreserved characters, and whole bytes in percent-encoding.
fn is_query_value(text: &str) -> bool {
    let mut parts = text.split('%');
    parts.next().is_some_and(|plain| plain.bytes().all(is_unreserved))
        && parts.all(|part| {
            let mut bytes = part.bytes();
            bytes.next().is_some_and(is_hex) && bytes.next().is_some_and(is_hex) && bytes.all(is_unreserved)
        })
}

fn is_hex(byte: u8) -> bool {
    byte.is_ascii_hexdigit()
}

impl TryFrom<String> for Verb {
    type Error = Malformed;

    fn try_from(text: String) -> Result<Self, Malformed> {
        // CONNECT asks a proxy for a tunnel, which leads anywhere.
        let valid = (1..=16).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_uppercase());
        if valid && text != "CONNECT" {
            return Ok(Self(text));
        }
        Err(Malformed(format!("\"{}\" is no method: give one such as GET", denial::shown(&text))))
    }
}

impl TryFrom<String> for Pattern {
    type Error = Malformed;

    fn try_from(text: String) -> Result<Self, Malformed> {
        let segments = text.strip_prefix('/').map(|rest| rest.split('/'));
        if text == "/" || segments.is_some_and(|mut all| all.all(|segment| segment == ANY || is_segment(segment))) {
            return Ok(Self(text));
        }
        Err(Malformed(format!(
            "\"{}\" is no pattern of paths: give segments such as /v1/{{}}/things, of letters, digits and -._~",
            denial::shown(&text)
        )))
    }
}

impl TryFrom<String> for Name {
    type Error = Malformed;

    fn try_from(text: String) -> Result<Self, Malformed> {
        if !text.is_empty() && text.bytes().all(is_unreserved) {
            return Ok(Self(text));
        }
        Err(Malformed(format!("\"{}\" is no name for a query: use letters, digits and -._~", denial::shown(&text))))
    }
}

impl From<Verb> for String {
    fn from(verb: Verb) -> Self {
        verb.0
    }
}

impl From<Pattern> for String {
    fn from(pattern: Pattern) -> Self {
        pattern.0
    }
}

impl From<Name> for String {
    fn from(name: Name) -> Self {
        name.0
    }
}

impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} {}", self.role, self.method.0, self.path.0)?;
        let names: Vec<&str> = self.query.iter().map(|name| name.0.as_str()).collect();
        if names.is_empty() { Ok(()) } else { write!(f, " with {}", names.join(", ")) }
    }
}
