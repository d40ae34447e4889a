"""What kind an address is of. Only what is global may be reached without being granted as an address.

The standard library's own verdict (`is_global`) differs between versions of Python and knows no metadata service.
"""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Range = IPv4Network | IPv6Network

_METADATA = "a cloud's metadata service, which hands out credentials"

# The first that holds an address tells its kind.
_V4: Sequence[tuple[str, str]] = (
    ("169.254.169.254/32", _METADATA),
    # A public address that leads to a cloud's own service from within that cloud.
    ("168.63.129.16/32", _METADATA),
    ("0.0.0.0/8", "unspecified"),
    ("127.0.0.0/8", "loopback"),
    ("10.0.0.0/8", "private"),
    ("172.16.0.0/12", "private"),
    ("192.168.0.0/16", "private"),
    ("169.254.0.0/16", "link-local"),
    ("100.64.0.0/10", "carrier-grade NAT"),
    ("192.0.2.0/24", "documentation"),
    ("198.51.100.0/24", "documentation"),
    ("203.0.113.0/24", "documentation"),
    ("198.18.0.0/15", "benchmarking"),
    ("224.0.0.0/4", "multicast"),
    ("255.255.255.255/32", "broadcast"),
    ("192.0.0.0/24", "reserved"),
    ("192.88.99.0/24", "reserved"),
    ("240.0.0.0/4", "reserved"),
)
_V6: Sequence[tuple[str, str | None]] = (
    ("::/128", "unspecified"),
    ("::1/128", "loopback"),
    ("fd00:ec2::254/128", _METADATA),
    ("2001:db8::/32", "documentation"),
    ("3fff::/20", "documentation"),
    ("2001:2::/48", "benchmarking"),
    ("2001::/23", "reserved"),
    ("2000::/3", None),
    ("fc00::/7", "unique-local"),
    ("fe80::/10", "link-local"),
    ("ff00::/8", "multicast"),
    # All the rest, withdrawn ways to carry IPv4 included.
    ("::/0", "reserved"),
)
_RANGES = [(ip_network(range), kind) for range, kind in (*_V4, *_V6)]
_NAT64 = IPv6Network("64:ff9b::/96")


def parse(text: str) -> Address:
    """Reads an address. What is IPv4 in IPv6's clothes is IPv4. Raises `ValueError`."""
    # Without the zone of a link, which names an interface of this machine.
    address = ip_address(text.partition("%")[0])
    return getattr(address, "ipv4_mapped", None) or address


def range_of(text: str) -> Range:
    """Reads a range, or one address alone. Raises `ValueError`."""
    return ip_network(text)


def special(address: Address) -> str | None:
    """The kind of an address that is not global; None if it is."""
    for carried in _carried(address):
        kind = next((kind for range, kind in _RANGES if carried in range), None)
        if kind:
            return kind
    return None


def _carried(address: Address) -> tuple[Address, ...]:
    """The addresses that are contacted: those of IPv4 that an address of IPv6 is made of, or itself."""
    if isinstance(address, IPv6Address):
        if address in _NAT64:
            return (IPv4Address(int(address) & 0xFFFF_FFFF),)
        if address.sixtofour:
            return (address.sixtofour,)
        if address.teredo:
            return address.teredo
    return (address,)
