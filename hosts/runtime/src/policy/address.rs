//! The kinds of addresses. Only a global address may be reached without being granted as an address.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A kind of addresses. Source: IANA's special-purpose address registries.
///
/// ```
/// use component_runtime::policy::Class;
///
/// assert_eq!(Class::of("8.8.8.8".parse().unwrap()), Class::Global);
/// assert_eq!(Class::of("169.254.169.254".parse().unwrap()), Class::Metadata);
/// assert_eq!(Class::of("::ffff:10.0.0.1".parse().unwrap()), Class::Private);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// On the public internet.
    Global,
    /// Of a private network: 10/8, 172.16/12, 192.168/16.
    Private,
    /// The machine itself: 127/8, `::1`.
    Loopback,
    /// On the same link: 169.254/16, `fe80::/10`.
    LinkLocal,
    /// Behind a provider's translator: 100.64/10.
    CarrierGrade,
    /// Of a private network: `fc00::/7`.
    UniqueLocal,
    /// Many at once: 224/4, `ff00::/8`.
    Multicast,
    /// All of a network: 255.255.255.255.
    Broadcast,
    /// None in particular, which systems take for their own: 0/8, `::`.
    Unspecified,
    /// Examples: 192.0.2/24 and the like.
    Documentation,
    /// Measurements: 198.18/15, `2001:2::/48`.
    Benchmarking,
    /// Where a cloud tells its machines their credentials: 169.254.169.254, `fd00:ec2::254` and the like.
    Metadata,
    /// Not given to anybody, or for protocols.
    Reserved,
}

impl Class {
    /// The class of an address. One that carries an IPv4 address is of that one's class: translators unpack it.
    #[must_use]
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => of_v4(address),
            IpAddr::V6(address) => of_v6(address),
        }
    }
}

fn of_v4(address: Ipv4Addr) -> Class {
    match address.octets() {
        // The second is a public address that leads to a cloud's own service from within that cloud.
        [169, 254, 169, 254] | [168, 63, 129, 16] => Class::Metadata,
        [0, ..] => Class::Unspecified,
        [127, ..] => Class::Loopback,
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => Class::Private,
        [169, 254, ..] => Class::LinkLocal,
        [100, 64..=127, ..] => Class::CarrierGrade,
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => Class::Documentation,
        [198, 18..=19, ..] => Class::Benchmarking,
        [224..=239, ..] => Class::Multicast,
        [255, 255, 255, 255] => Class::Broadcast,
        [192, 0, 0, _] | [192, 88, 99, _] | [240..=255, ..] => Class::Reserved,
        _ => Class::Global,
    }
}

fn of_v6(address: Ipv6Addr) -> Class {
    match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0] => Class::Unspecified,
        [0, 0, 0, 0, 0, 0, 0, 1] => Class::Loopback,
        [0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254] => Class::Metadata,
        // NAT64, then 6to4.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => of_v4(embedded(high, low)),
        // Teredo: the server, and the client with its bits turned over. Both are contacted.
        [0x2001, 0, server_high, server_low, _, _, high, low] => match of_v4(embedded(server_high, server_low)) {
            Class::Global => of_v4(embedded(!high, !low)),
            class => class,
        },
        [0x2001, 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => Class::Documentation,
        [0x2001, 2, 0, ..] => Class::Benchmarking,
        [0x2001, 0..=0x1ff, ..] => Class::Reserved,
        [0x2000..=0x3fff, ..] => Class::Global,
        [0xfc00..=0xfdff, ..] => Class::UniqueLocal,
        [0xfe80..=0xfebf, ..] => Class::LinkLocal,
        [0xff00..=0xffff, ..] => Class::Multicast,
        // All the rest, withdrawn ways to carry IPv4 included.
        _ => Class::Reserved,
    }
}

fn embedded(high: u16, low: u16) -> Ipv4Addr {
    Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low))
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Global => "global",
            Self::Private => "private",
            Self::Loopback => "loopback",
            Self::LinkLocal => "link-local",
            Self::CarrierGrade => "carrier-grade NAT",
            Self::UniqueLocal => "unique-local",
            Self::Multicast => "multicast",
            Self::Broadcast => "broadcast",
            Self::Unspecified => "unspecified",
            Self::Documentation => "documentation",
            Self::Benchmarking => "benchmarking",
            Self::Metadata => "a cloud's metadata service, which hands out credentials",
            Self::Reserved => "reserved",
        })
    }
}
