//! Where a request goes, in one normal form. Requests and grants are compared in this form.
//!
//! A host can be written in many ways, and readers disagree about some of them. Such a text is refused.
//!
//! The normal form is in lower case, without the scheme's default port and without a trailing slash. An IPv6 address is
//! written as in RFC 5952, section 4. Plain http is accepted for `localhost`, 127.0.0.0/8 and `[::1]` alone.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use crate::text::is_padded;

/// Scheme, host and port. The scheme is https, or http on loopback.
///
/// ```
/// use model::origin::{Origin, OriginError};
///
/// let origin: Origin = "HTTPS://Example.com:443/".parse()?;
/// assert_eq!(origin.to_string(), "https://example.com");
/// assert_eq!("https://example.com/path".parse::<Origin>(), Err(OriginError::Path));
/// # Ok::<(), OriginError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    secure: bool,
    host: Host,
    port: u16,
}

/// A server's name or address.
///
/// ```
/// use model::origin::Host;
///
/// assert_eq!("Example.COM".parse(), Ok(Host::Name("example.com".to_owned())));
/// assert_eq!("[0:0::1]".parse::<Host>().unwrap().to_string(), "[::1]");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Host {
    /// A name in lower case, without a trailing dot.
    Name(String),
    /// An address, which is not IPv4 written as IPv6.
    Address(IpAddr),
}

/// Why a text is not an origin. The message never repeats the text, which may hold a password.
///
/// ```
/// use model::origin::Origin;
///
/// let error = "https://user:secret@example.com".parse::<Origin>().unwrap_err();
/// assert_eq!(error.to_string(), "it holds a user name or a password; remove it from the URL");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OriginError {
    /// It begins or ends with white space or a control character.
    Padded,
    /// It has no scheme.
    NoScheme,
    /// The scheme is neither https nor http.
    Scheme,
    /// Plain http to something that is not loopback.
    Plain,
    /// It holds a user name or a password.
    UserInfo,
    /// It holds white space or a control character.
    WhiteSpace,
    /// It holds a backslash, which some readers take for a slash.
    Backslash,
    /// It has a path.
    Path,
    /// It has a query.
    Query,
    /// It has a fragment.
    Fragment,
    /// It has no host.
    NoHost,
    /// It holds characters beyond ASCII.
    NotAscii,
    /// It holds a percent sign.
    Percent,
    /// The port is not a number from 1 to 65535.
    Port,
    /// The host ends in a dot.
    TrailingDot,
    /// The host ends in a number, and is not an IPv4 address in four parts.
    Numeric,
    /// The text in brackets is not an IPv6 address.
    Ipv6,
    /// The address is IPv4 written as IPv6.
    Mapped,
    /// The host has more than 253 characters.
    Long,
    /// A label of the host is not valid.
    Label,
}

impl Origin {
    /// Reads the scheme and the authority of a URL.
    ///
    /// # Errors
    /// They do not form an origin.
    ///
    /// ```
    /// use model::origin::Origin;
    ///
    /// let origin = Origin::from_parts("https", "api.example.com:8443").unwrap();
    /// assert_eq!(origin.port(), 8443);
    /// ```
    pub fn from_parts(scheme: &str, authority: &str) -> Result<Self, OriginError> {
        let secure = match scheme.to_ascii_lowercase().as_str() {
            "https" => true,
            "http" => false,
            _ => return Err(OriginError::Scheme),
        };
        check_characters(authority)?;
        // The colons of an IPv6 address are within its brackets.
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, text)) if !text.ends_with(']') => (host, port(text).ok_or(OriginError::Port)?),
            _ => (authority, default_port(secure)),
        };
        let origin = Self { secure, host: host.parse()?, port };
        if origin.secure || origin.is_loopback() { Ok(origin) } else { Err(OriginError::Plain) }
    }

    /// Returns the host.
    #[must_use]
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// Returns the port, also where it is the scheme's default.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Returns the host, and the port unless it is the scheme's default: the value of a `Host` header.
    #[must_use]
    pub fn authority(&self) -> String {
        if self.port == default_port(self.secure) {
            self.host.to_string()
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }

    /// Returns whether the scheme is https.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.secure
    }

    /// Returns whether the host is `localhost` or a loopback address. A name that only leads to one is not loopback.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        match &self.host {
            Host::Name(name) => name == "localhost",
            Host::Address(address) => address.is_loopback(),
        }
    }
}

impl FromStr for Origin {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, OriginError> {
        if is_padded(text) {
            return Err(OriginError::Padded);
        }
        let (scheme, rest) = text.split_once("://").ok_or(OriginError::NoScheme)?;
        Self::from_parts(scheme, rest.strip_suffix('/').unwrap_or(rest))
    }
}

impl FromStr for Host {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, OriginError> {
        check_characters(text)?;
        if text.is_empty() {
            return Err(OriginError::NoHost);
        }
        if let Some(rest) = text.strip_prefix('[') {
            let address: Option<Ipv6Addr> = rest.strip_suffix(']').and_then(|address| address.parse().ok());
            let address = address.ok_or(OriginError::Ipv6)?;
            return match address.to_ipv4_mapped() {
                Some(_) => Err(OriginError::Mapped),
                None => Ok(Self::Address(address.into())),
            };
        }
        if text.ends_with('.') {
            return Err(OriginError::TrailingDot);
        }
        if text.len() > 253 {
            return Err(OriginError::Long);
        }
        if let Ok(address) = text.parse::<Ipv4Addr>() {
            return Ok(Self::Address(address.into()));
        }
        let name = text.to_ascii_lowercase();
        if ends_in_number(&name) {
            return Err(OriginError::Numeric);
        }
        if name.split('.').all(is_label) { Ok(Self::Name(name)) } else { Err(OriginError::Label) }
    }
}

/// Refuses characters that no authority may hold. Checks for a user name and password first.
fn check_characters(authority: &str) -> Result<(), OriginError> {
    if authority.contains('@') {
        return Err(OriginError::UserInfo);
    }
    for c in authority.chars() {
        let error = match c {
            _ if c.is_whitespace() || c.is_control() => OriginError::WhiteSpace,
            _ if !c.is_ascii() => OriginError::NotAscii,
            '\\' => OriginError::Backslash,
            '/' => OriginError::Path,
            '?' => OriginError::Query,
            '#' => OriginError::Fragment,
            '%' => OriginError::Percent,
            _ => continue,
        };
        return Err(error);
    }
    Ok(())
}

/// Reads a port from 1 to 65535, without leading zeros.
pub(crate) fn port(text: &str) -> Option<u16> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    if plain { text.parse().ok() } else { None }
}

fn default_port(secure: bool) -> u16 {
    if secure { 443 } else { 80 }
}

/// Resolvers read `0177.1`, `0x7f.1` and `2130706433` as 127.0.0.1. No top-level domain is a number.
/// Source: the WHATWG URL standard, "ends in a number checker".
fn ends_in_number(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or(name);
    let decimal = !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit());
    decimal || last.strip_prefix("0x").is_some_and(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn is_label(label: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (1..=63).contains(&label.len()) && label.bytes().all(inner)
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", if self.secure { "https" } else { "http" }, self.authority())
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
            Self::Padded => "it begins or ends with white space or a control character; remove that",
            Self::NoScheme => "it has no scheme; write https://host or https://host:port",
            Self::Scheme => "its scheme is not https",
            Self::Plain => "plain http is accepted for loopback only; write https://",
            Self::UserInfo => "it holds a user name or a password; remove it from the URL",
            Self::WhiteSpace => "it holds white space or a control character; remove that",
            Self::Backslash => "it holds a backslash; write https://host or https://host:port",
            Self::Path => "it has a path; write https://host or https://host:port",
            Self::Query => "it has a query; write https://host or https://host:port",
            Self::Fragment => "it has a fragment; write https://host or https://host:port",
            Self::NoHost => "it has no host; write https://host or https://host:port",
            Self::NotAscii => "its host holds characters beyond ASCII; write the xn-- form of the name",
            Self::Percent => "it holds a percent sign; write the host as it is, an IPv6 address without a zone",
            Self::Port => "its port is not a number from 1 to 65535 without leading zeros",
            Self::TrailingDot => "its host ends in a dot; remove the dot",
            Self::Numeric => "its host ends in a number, which readers disagree about; write an IPv4 address as 192.0.2.1",
            Self::Ipv6 => "its host is not an IPv6 address in brackets, such as [2001:db8::1]",
            Self::Mapped => "its host is an IPv4 address written as IPv6; write it as 192.0.2.1",
            Self::Long => "its host has more than 253 characters",
            Self::Label => {
                "its host is not valid; between dots write 1 to 63 letters, digits, hyphens and underscores, and an IPv6 \
                 address in brackets"
            }
        })
    }
}

impl std::error::Error for OriginError {}
