"""The proxy that the environment names: requests by https go through a tunnel of it.

What is loopback never does, and neither does plain http, which leaves no machine. Through a tunnel the proxy resolves
the name: then only what the URL says is checked, and not where it leads.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_network

import urllib3

from .policy import Origin


@dataclass(frozen=True, repr=False)
class Tunnel:
    """How a proxy is asked. It is not shown: the headers may hold a password."""

    url: str
    headers: dict[str, str]


class Proxy:
    """Where to go through a proxy, and where not."""

    def __init__(self, tunnel: Tunnel | None = None, exceptions: tuple[str, ...] = ()) -> None:
        self._tunnel = tunnel
        self._exceptions = exceptions

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Proxy":
        """Takes the first of `HTTPS_PROXY`, `https_proxy`, `ALL_PROXY` and `all_proxy`, except for the hosts of
        `NO_PROXY` or `no_proxy`: names with all that end in them, addresses and ranges, or `*`. Raises `ValueError`
        for a variable that names no proxy, without its value, which may hold a password."""
        name = _first(environment, "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")
        if name is None:
            return cls()
        tunnel = _tunnel(environment[name])
        if tunnel is None:
            # To go straight instead would be a surprise.
            raise ValueError(f"{name} is not a usable proxy URL; write http://host:port or https://host:port")
        exceptions = _first(environment, "NO_PROXY", "no_proxy")
        hosts = environment[exceptions].split(",") if exceptions else []
        return cls(tunnel, tuple(host.strip().lower() for host in hosts if host.strip()))

    def of_origin(self, origin: Origin) -> Tunnel | None:
        """The proxy through which an origin is reached; None if it is reached straight."""
        if origin.is_loopback or any(_covers(exception, origin) for exception in self._exceptions):
            return None
        return self._tunnel


def _first(environment: Mapping[str, str], *names: str) -> str | None:
    return next((name for name in names if environment.get(name)), None)


def _tunnel(text: str) -> Tunnel | None:
    try:
        url = urllib3.util.parse_url(text if "://" in text else f"http://{text}")
    except urllib3.exceptions.LocationParseError:
        return None
    if url.scheme not in ("http", "https") or not url.host:
        return None
    headers = urllib3.util.make_headers(proxy_basic_auth=url.auth) if url.auth else {}
    return Tunnel(url._replace(auth=None, path=None, query=None, fragment=None).url, dict(headers))


def _covers(exception: str, origin: Origin) -> bool:
    if exception == "*":
        return True
    if origin.address:
        try:
            return origin.address in ip_network(exception, strict=False)
        except ValueError:
            return False
    name = exception.removeprefix("*").removeprefix(".")
    return origin.host == name or origin.host.endswith(f".{name}")
