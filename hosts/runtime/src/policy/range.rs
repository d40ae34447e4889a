//! Ranges of addresses, as they are granted.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;

use super::ParseError;
use crate::printable::excerpt;

/// Addresses that share their first bits, such as `10.0.0.0/8`. A range of mapped IPv4 addresses is one of IPv4.
///
/// ```
/// use component_runtime::policy::Range;
///
/// let range: Range = "10.0.0.0/8".parse()?;
/// assert!(range.contains("10.1.2.3".parse().unwrap()));
/// assert!(range.contains("::ffff:10.1.2.3".parse().unwrap()));
/// assert!(!range.contains("11.0.0.1".parse().unwrap()));
/// # Ok::<(), component_runtime::policy::ParseError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Range(IpNet);

impl Range {
    /// One address alone.
    #[must_use]
    pub fn of(address: IpAddr) -> Self {
        Self(address.to_canonical().into())
    }

    /// Whether an address is in the range. A mapped IPv4 address is that of IPv4.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }
}

impl FromStr for Range {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let malformed = |why: &str| ParseError(format!("\"{}\" is not a range of addresses: {why}", excerpt(text)));
        let (address, prefix) = text.split_once('/').map_or((text, None), |(address, prefix)| (address, Some(prefix)));
        // The standard library reads the address: `ipnet` would take 010.0.0.0, which some programs read as octal.
        let address: IpAddr =
            address.parse().map_err(|_| malformed("write 10.0.0.0/8, fd00::/8 or one address alone"))?;
        if prefix.is_none() {
            return Ok(Self::of(address));
        }
        let bits = if address.is_ipv4() { 32 } else { 128 };
        let range: IpNet =
            text.parse().map_err(|_| malformed(&format!("write a number from 0 to {bits} after the slash")))?;
        // A slip of the prefix would grant more than was meant.
        let behind = || malformed("the address has bits behind the prefix; write the first address of the range");
        if range != range.trunc() {
            return Err(behind());
        }
        let first = address.to_canonical();
        // IPv6 has 96 bits in front of a mapped address. The prefix covers them, because the last of them are set.
        let front = if first.is_ipv4() && address.is_ipv6() { 96 } else { 0 };
        let prefix = range.prefix_len().checked_sub(front).ok_or_else(behind)?;
        IpNet::new(first, prefix).map(Self).map_err(|_| behind())
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
