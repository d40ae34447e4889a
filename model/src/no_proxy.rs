//! The rules of `NO_PROXY`: the origins that are reached without a proxy.
//!
//! `NO_PROXY` has no standard. Entries are separated by commas, white space or both, and case does not matter:
//!
//! | entry | what it covers | tools that agree |
//! | --- | --- | --- |
//! | `*` | every host | curl, Go, Node |
//! | `example.com` | the name and every name below it | curl, Go |
//! | `.example.com` | the same | curl, Node; Go covers the names below alone |
//! | `*.example.com` | the names below it, not the name itself | Go, Node; curl covers nothing |
//! | `10.1.2.3`, `::1`, `[::1]` | the address | curl, Go |
//! | `10.0.0.0/8`, `fd00::/8` | the addresses of the range | curl, Go |
//! | `example.com:8443`, `10.1.2.3:8443`, `[::1]:8443` | the same on that port alone | Go, Node; curl ignores the port |
//!
//! curl and Go ignore an entry that they cannot read. Here it is an error, as an unreadable `HTTPS_PROXY` is. Otherwise
//! a request could go through a proxy that its user did not want. A name is compared as it is written and is never
//! resolved.
//!
//! Sources: curl's `CURLOPT_NOPROXY`, the package `golang.org/x/net/http/httpproxy`, `ProxyConfig` in Node's
//! `lib/internal/http.js`.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

use ipnet::IpNet;

use crate::origin::{Host, Origin, port};
use crate::text::quoted;

/// The origins that are reached without a proxy. The default is an empty set.
///
/// ```
/// use model::no_proxy::NoProxy;
///
/// let no_proxy: NoProxy = "localhost, .example.com 10.0.0.0/8".parse()?;
/// assert!(no_proxy.covers(&"https://api.example.com".parse().unwrap()));
/// assert!(no_proxy.covers(&"https://10.1.2.3:8443".parse().unwrap()));
/// assert!(!no_proxy.covers(&"https://notexample.com".parse().unwrap()));
/// # Ok::<(), model::no_proxy::NoProxyError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NoProxy(Vec<Entry>);

/// An entry that cannot be read. The message shows the entry, unless that may hold a password.
///
/// ```
/// use model::no_proxy::NoProxy;
///
/// let error = "example.com,10.0.0.0/33".parse::<NoProxy>().unwrap_err();
/// assert!(error.to_string().starts_with(r#"the entry "10.0.0.0/33" cannot be read"#));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoProxyError(String);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    hosts: Hosts,
    /// None means every port.
    port: Option<u16>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Hosts {
    All,
    /// The name itself and every name below it.
    Name(String),
    /// Every name below it.
    Below(String),
    Address(IpAddr),
    Range(IpNet),
}

impl NoProxy {
    /// Returns whether the origin is reached without a proxy.
    #[must_use]
    pub fn covers(&self, origin: &Origin) -> bool {
        let covers = |entry: &Entry| {
            entry.port.is_none_or(|port| port == origin.port())
                && match (&entry.hosts, origin.host()) {
                    (Hosts::All, _) => true,
                    (Hosts::Name(above), Host::Name(name)) => name == above || is_below(name, above),
                    (Hosts::Below(above), Host::Name(name)) => is_below(name, above),
                    (Hosts::Address(one), Host::Address(address)) => one == address,
                    (Hosts::Range(range), Host::Address(address)) => range.contains(address),
                    _ => false,
                }
        };
        self.0.iter().any(covers)
    }
}

fn is_below(name: &str, above: &str) -> bool {
    name.strip_suffix(above).is_some_and(|before| before.ends_with('.'))
}

impl FromStr for NoProxy {
    type Err = NoProxyError;

    fn from_str(text: &str) -> Result<Self, NoProxyError> {
        let entries = text.split(|c: char| c == ',' || c.is_whitespace()).filter(|entry| !entry.is_empty());
        entries
            .map(|text| Entry::read(text).ok_or_else(|| NoProxyError(text.to_owned())))
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

impl Entry {
    fn read(text: &str) -> Option<Self> {
        if text.contains('/') {
            return Some(Self { hosts: Hosts::Range(range(text)?), port: None });
        }
        // curl reads an IPv6 address without brackets.
        if text.parse::<Ipv6Addr>().is_ok() {
            return Some(Self { hosts: Hosts::read(&format!("[{text}]"))?, port: None });
        }
        // The colons of an IPv6 address are within its brackets.
        match text.rsplit_once(':') {
            Some((host, end)) if !end.ends_with(']') => {
                Some(Self { hosts: Hosts::read(host)?, port: Some(port(end)?) })
            }
            _ => Some(Self { hosts: Hosts::read(text)?, port: None }),
        }
    }
}

impl Hosts {
    fn read(text: &str) -> Option<Self> {
        if text == "*" {
            return Some(Self::All);
        }
        // As in curl, a fully qualified name may end in a dot.
        let text = text.strip_suffix('.').unwrap_or(text);
        if let Some(above) = text.strip_prefix("*.") {
            return name(above).map(Self::Below);
        }
        if let Some(above) = text.strip_prefix('.') {
            return name(above).map(Self::Name);
        }
        match text.parse().ok()? {
            Host::Name(name) => Some(Self::Name(name)),
            Host::Address(address) => Some(Self::Address(address)),
        }
    }
}

fn name(text: &str) -> Option<String> {
    match text.parse().ok()? {
        Host::Name(name) => Some(name),
        Host::Address(_) => None,
    }
}

/// Reads a range of addresses. Refuses leading zeros, which readers disagree about. Refuses a range of IPv4 written as
/// IPv6, which would cover no origin.
fn range(text: &str) -> Option<IpNet> {
    let (address, length) = text.split_once('/')?;
    let address: IpAddr = address.parse().ok()?;
    let plain = length.bytes().all(|byte| byte.is_ascii_digit()) && (length == "0" || !length.starts_with('0'));
    match address {
        IpAddr::V6(address) if address.to_ipv4_mapped().is_some() => None,
        _ if !plain => None,
        _ => IpNet::new(address, length.parse().ok()?).ok(),
    }
}

impl fmt::Display for NoProxyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.contains('@') {
            f.write_str("an entry that holds `@`, and so is not shown, cannot be read")?;
        } else {
            write!(f, "the entry {} cannot be read", quoted(&self.0))?;
        }
        f.write_str(
            "; write a name, an address, a range such as 10.0.0.0/8, or `*`; all but a range may be followed by :port",
        )
    }
}

impl std::error::Error for NoProxyError {}
