//! Ranges of addresses, as they are granted.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use super::{Malformed, denial};

/// Addresses that share their first bits, such as `10.0.0.0/8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Range {
    first: IpAddr,
    prefix: u32,
}

impl Range {
    /// One address alone.
    #[must_use]
    pub fn of(address: IpAddr) -> Self {
        let first = address.to_canonical();
        Self { first, prefix: width(first) }
    }

    /// Whether an address is in the range. IPv4 in IPv6's clothes is IPv4.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_ipv4() == self.first.is_ipv4() && (bits(address) ^ bits(self.first)) & self.mask() == 0
    }

    /// The bits that all addresses of the range share.
    fn mask(&self) -> u128 {
        let free = width(self.first) - self.prefix;
        u128::MAX.checked_shl(free).unwrap_or(0)
    }
}

fn width(address: IpAddr) -> u32 {
    if address.is_ipv4() { 32 } else { 128 }
}

fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(address.to_bits()),
        IpAddr::V6(address) => address.to_bits(),
    }
}

impl FromStr for Range {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let malformed =
            |why: &str| Malformed(format!("\"{}\" is not a range of addresses: {why}", denial::shown(text)));
        let (address, prefix) = text.split_once('/').map_or((text, None), |(address, prefix)| (address, Some(prefix)));
        let address: IpAddr =
            address.parse().map_err(|_| malformed("write 10.0.0.0/8, fd00::/8 or one address alone"))?;
        let prefix = match prefix {
            None => width(address),
            // `parse` alone would take a sign.
            Some(prefix) if prefix.bytes().all(|byte| byte.is_ascii_digit()) => {
                prefix.parse().map_err(|_| malformed("what follows the slash is not a number"))?
            }
            Some(_) => return Err(malformed("what follows the slash is not a number")),
        };
        if prefix > width(address) {
            return Err(malformed("it has more bits than the address"));
        }

        let first = address.to_canonical();
        // What IPv6 says in front of a mapped IPv4 address.
        let extra = width(address) - width(first);
        let Some(prefix) = prefix.checked_sub(extra) else {
            return Err(malformed("it holds mapped IPv4 addresses and others; write the IPv4 range"));
        };
        let range = Self { first, prefix };
        if bits(first) & !range.mask() == 0 {
            return Ok(range);
        }
        // A slip of the prefix would grant more than was meant.
        Err(malformed("the address has bits behind the prefix; write the first address of the range"))
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.first, self.prefix)
    }
}
