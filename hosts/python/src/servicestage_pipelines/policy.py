"""What the component may ask of whom: what it declares and what the client's arguments grant. Neither widens the other.

The component declares methods and paths for each role that it needs somebody in. The client's origins are granted, each
for its role. Addresses that are not on the public internet must be granted as addresses, whatever name leads there.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from . import address
from .http import HttpError, Request

_AUTHORITY = re.compile(r"(?P<host>[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::(?P<port>[0-9]{1,5}))?", re.IGNORECASE | re.ASCII)
_UNRESERVED = r"[A-Za-z0-9._~-]"
_DEFAULT_PORTS = {"https": 443, "http": 80}


class Denied(HttpError):
    """The policy does not let a request pass."""

    def __init__(self, code: str, asked: str, reason: str, advice: str) -> None:
        super().__init__(code)
        self.asked = asked
        self.reason = reason
        self.advice = advice


@dataclass(frozen=True)
class Origin:
    """Scheme, host and port, in normal form."""

    scheme: str
    host: str
    """In lower case; an address of IPv6 without brackets."""
    port: int

    @classmethod
    def parse(cls, text: str) -> "Origin | None":
        """Reads an origin. None: it is none, or readers could disagree about where it leads."""
        scheme, _, rest = text.partition("://")
        match = _AUTHORITY.fullmatch(rest.removesuffix("/"))
        port = _DEFAULT_PORTS.get(scheme.lower())
        if match is None or port is None:
            return None
        if match["port"]:
            port = int(match["port"])
        origin = cls(scheme.lower(), match["host"].lower().strip("[]").removesuffix("."), port)
        is_name = origin.address is None
        # Some readers take `127.1` or `0x7f000001` for an address.
        numeric = re.fullmatch(r"(.*\.)?(0x[0-9a-f]*|[0-9]+)", origin.host)
        if not 0 < port < 2**16 or (is_name and (numeric or ":" in origin.host)):
            return None
        return origin if origin.scheme == "https" or origin.is_loopback else None

    @property
    def address(self) -> address.Address | None:
        """The address, if the host is one."""
        try:
            return address.parse(self.host)
        except ValueError:
            return None

    @property
    def is_loopback(self) -> bool:
        """Whether it says itself that it is this machine. Source for names: RFC 6761, section 6.3."""
        own = self.address
        return own.is_loopback if own else self.host == "localhost" or self.host.endswith(".localhost")

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + (f":{self.port}" if self.port != _DEFAULT_PORTS[self.scheme] else "")


@dataclass(frozen=True)
class Need:
    """A request that the component declares."""

    role: str
    method: str
    path: "re.Pattern[str]"
    query: frozenset[str]

    def covers(self, method: str, path: str) -> bool:
        """Whether a request is this one."""
        path, question_mark, query = path.partition("?")
        if method != self.method or not self.path.fullmatch(path):
            return False
        names = [part.partition("=")[0] for part in query.split("&")] if question_mark else []
        value = rf"[^=&#]+=({_UNRESERVED}|%[0-9A-Fa-f]{{2}})*"
        plain = all(re.fullmatch(value, part) for part in query.split("&")) if question_mark else True
        return plain and len(set(names)) == len(names) and self.query.issuperset(names)


class Policy:
    """What is declared, and what is granted."""

    def __init__(
        self, needs: Sequence[Need], origins: dict[str, Origin | None], addresses: Iterable[address.Range]
    ) -> None:
        """The origins that are granted for each role, and the addresses."""
        self._needs = needs
        self._origins = origins
        self._addresses = list(addresses)

    def check(self, request: Request) -> Origin:
        """The origin that a request may be sent to. Raises `Denied`."""
        origin = Origin.parse(f"{request.scheme}://{request.authority}")
        if origin is None:
            raise Denied(
                "HTTP-request-denied",
                "a request",
                "its URL is not one to ask",
                "Nothing allows this: correct the endpoint.",
            )
        asked = f"{request.method} {origin}{request.path.partition('?')[0]}"
        roles = [need.role for need in self._needs if need.covers(request.method, request.path)]
        if not roles:
            reason = "the component does not declare this method, path and query"
            advice = "Nothing allows this: use a component that declares the request."
            raise Denied("HTTP-request-denied", asked, reason, advice)
        if not any(self._origins.get(role) == origin for role in roles):
            reason = f"the component needs it as {roles[0]}, and this origin is not granted as that"
            advice = "To allow it, name it as `endpoint` or `iam_endpoint` of the client."
            raise Denied("HTTP-request-denied", asked, reason, advice)
        if origin.address:
            self.admit(origin, [origin.address])
        return origin

    def admit(self, origin: Origin, addresses: Sequence[address.Address]) -> list[address.Address]:
        """Those of an origin's addresses that may be connected to. Raises `Denied` if there are some, but none may."""
        admitted = [one for one in addresses if self._admits(origin, one)]
        if admitted or not addresses:
            return admitted
        led = ", ".join(f"{one} ({address.special(one) or 'global'})" for one in addresses)
        code, asked = "destination-IP-prohibited", f"a connection to {origin}"
        if origin.is_loopback:
            reason = f"it says that it is loopback, and leads to {led}"
            raise Denied(code, asked, reason, "Nothing allows this: check what the system resolves that name to.")
        ranges = [f"{one}/{one.max_prefixlen}" for one in addresses]
        advice = f"To allow it, pass `allow_addresses={ranges}` to the client."
        raise Denied(code, asked, f"it leads to {led}, which is not granted", advice)

    def _admits(self, origin: Origin, one: address.Address) -> bool:
        if origin.is_loopback:
            return one.is_loopback
        return address.special(one) is None or any(one in range for range in self._addresses)


def needs_of(declaration: str) -> list[Need]:
    """Reads what a component declares, as JSON text. Raises `ValueError`."""
    declared: dict[str, Any] = json.loads(declaration)
    if declared.get("version") != 1:
        raise ValueError("the declaration's version is not 1: update the host")
    return [
        Need(
            request["role"],
            request["method"],
            re.compile(re.escape(request["path"]).replace(r"\{\}", rf"(?!\.{{1,2}}(/|$)){_UNRESERVED}+")),
            frozenset(request.get("query", ())),
        )
        for request in declared["requests"]
    ]


def origins_of(region: Any, endpoint: Any, iam_endpoint: Any) -> dict[str, Origin | None]:
    """The origins that the component derives from a connection, by role. What it refuses is none, as is what is no
    text."""

    def origin(given: Any, service: str) -> Origin | None:
        if given is not None:
            return Origin.parse(given) if isinstance(given, str) else None
        # A text that is no region could end in another host.
        if not isinstance(region, str) or not re.fullmatch(r"[a-z0-9-]+", region):
            return None
        cloud = "eu" if region.startswith("eu-west-1") else "com"
        return Origin.parse(f"https://{service}.{region}.myhuaweicloud.{cloud}")

    return {"service": origin(endpoint, "servicestage"), "iam": origin(iam_endpoint, "iam")}
