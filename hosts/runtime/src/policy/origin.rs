//! Where a request goes, in one normal form, so that what is asked and what is granted are compared as they are.
//!
//! There are many ways to write one host, and some that different readers take for different hosts. What has one meaning
//! is brought into normal form (lower case, the port always known, no trailing dot, IPv4 out of IPv6); what readers
//! could disagree about is refused.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use http::Uri;

/// Scheme, host and port. The scheme is https, or http on loopback.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    secure: bool,
    host: Host,
    port: u16,
}

/// A server's name or address.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Host {
    /// A name in lower case, without a trailing dot.
    Name(String),
    /// An address. What is IPv4 in IPv6's clothes is IPv4.
    Address(IpAddr),
}

/// Why something is no origin. It never repeats the text, which may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OriginError {
    /// There is no scheme, or no host.
    Incomplete,
    /// The scheme is neither https nor http.
    Scheme,
    /// Plain http to something that is not loopback.
    Plain,
    /// A user name or password.
    UserInfo,
    /// A path, a query or a fragment.
    Longer,
    /// Characters beyond ASCII, which look like others.
    NotAscii,
    /// A host that some readers take for a name and others for an IPv4 address.
    Numeric,
    /// Neither a name nor an address.
    Host,
    /// No port from 1 to 65535.
    Port,
}

impl Origin {
    /// The origin that a URL leads to.
    ///
    /// # Errors
    /// It leads nowhere, or not to one place for every reader.
    pub fn of(uri: &Uri) -> Result<Self, OriginError> {
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(OriginError::Incomplete);
        };
        Self::new(scheme, authority.as_str())
    }

    /// The server.
    #[must_use]
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// The port, also where it is the scheme's own.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Whether the scheme is https.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.secure
    }

    /// Whether the host is `localhost` or a loopback address: loopback by what it says, not by what it leads to.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        match &self.host {
            Host::Name(name) => name == "localhost",
            Host::Address(address) => address.is_loopback(),
        }
    }

    fn new(scheme: &str, authority: &str) -> Result<Self, OriginError> {
        let secure = match scheme.to_ascii_lowercase().as_str() {
            "https" => true,
            "http" => false,
            _ => return Err(OriginError::Scheme),
        };
        if authority.contains('@') {
            return Err(OriginError::UserInfo);
        }
        // The colons of an IPv6 address are within its brackets.
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, text)) if !text.ends_with(']') => (host, port(text)?),
            _ => (authority, if secure { 443 } else { 80 }),
        };
        let origin = Self { secure, host: host.parse()?, port };
        if origin.secure || origin.is_loopback() { Ok(origin) } else { Err(OriginError::Plain) }
    }
}

impl FromStr for Origin {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, OriginError> {
        let (scheme, rest) = text.split_once("://").ok_or(OriginError::Incomplete)?;
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        // Some readers take a backslash for a slash.
        match authority.find(['/', '\\', '?', '#']) {
            Some(at) if authority.get(..at).is_some_and(|before| before.contains('@')) => Err(OriginError::UserInfo),
            Some(_) => Err(OriginError::Longer),
            None => Self::new(scheme, authority),
        }
    }
}

impl FromStr for Host {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, OriginError> {
        if text.is_empty() {
            return Err(OriginError::Incomplete);
        }
        if !text.is_ascii() {
            return Err(OriginError::NotAscii);
        }
        if let Some(rest) = text.strip_prefix('[') {
            let address = rest.strip_suffix(']').and_then(|address| address.parse::<Ipv6Addr>().ok());
            return address.map(|address| Self::Address(address.to_canonical())).ok_or(OriginError::Host);
        }
        let name = text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase();
        if let Ok(address) = name.parse::<Ipv4Addr>() {
            return Ok(Self::Address(address.into()));
        }
        if ends_in_number(&name) {
            return Err(OriginError::Numeric);
        }
        if is_name(&name) { Ok(Self::Name(name)) } else { Err(OriginError::Host) }
    }
}

/// Octal, hexadecimal, short and one-number forms of IPv4: resolvers read `0177.1` as 127.0.0.1. No top-level domain
/// is a number. Source: the WHATWG URL standard, "ends in a number checker".
fn ends_in_number(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or(name);
    let digits = !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit());
    digits || last.strip_prefix("0x").is_some_and(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn is_name(name: &str) -> bool {
    name.len() <= 253
        && name.split('.').all(|label| {
            !label.is_empty()
                && label.len() <= 63
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
        })
}

fn port(text: &str) -> Result<u16, OriginError> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let port = digits.then(|| text.parse::<u16>().ok()).flatten();
    port.filter(|port| *port != 0).ok_or(OriginError::Port)
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, default_port) = if self.secure { ("https", 443) } else { ("http", 80) };
        write!(f, "{scheme}://{}", self.host)?;
        if self.port == default_port { Ok(()) } else { write!(f, ":{}", self.port) }
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Address(IpAddr::V4(address)) => write!(f, "{address}"),
            Self::Address(IpAddr::V6(address)) => write!(f, "[{address}]"),
        }
    }
}

impl fmt::Display for OriginError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Incomplete => "it has no scheme or no host; write https://host or https://host:port",
            Self::Scheme => "its scheme is not https",
            Self::Plain => "plain http is for loopback only; write https://",
            Self::UserInfo => "it holds user information; pass credentials as such",
            Self::Longer => "it has a path, a query or a fragment; write https://host or https://host:port",
            Self::NotAscii => "its host holds characters beyond ASCII; write the xn-- form of the name",
            Self::Numeric => "its host is a number that readers disagree about; write an IPv4 address as 192.0.2.1",
            Self::Host => "its host is neither a name nor an address; an IPv6 address stands in brackets",
            Self::Port => "its port is none from 1 to 65535",
        })
    }
}

impl std::error::Error for OriginError {}
