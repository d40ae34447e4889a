"""From arguments to the component's types. Whatever those can hold is passed on: the component judges it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from .credentials import AccessKey, Ambient, Credentials, Token
from .model import ConfigMode, Direction, OrderKey, OtherConfigMode, OtherStatus, Status, milliseconds

_U32, _S64, _U64 = (0, 2**32), (-(2**63), 2**63), (0, 2**64)


class Inexpressible(Exception):
    """The component's types cannot hold an argument."""

    def __init__(self, argument: str, reason: str) -> None:
        super().__init__(reason)
        self.argument = argument
        self.reason = reason


@dataclass(frozen=True)
class Connection:
    """Where requests go, in whose name, and how long and how much to accept; None leaves it to the component. Times are
    in seconds."""

    region: str | None
    project_id: str | None
    endpoint: str | None
    iam_endpoint: str | None
    credentials: Credentials
    connect_timeout: float | None
    first_byte_timeout: float | None
    between_bytes_timeout: float | None
    call_timeout: float | None
    max_attempts: int | None
    max_response_bytes: int | None

    def value(self) -> dict[str, Any]:
        """The component's `connection`. Raises `Inexpressible`."""
        return {
            "region": _optional("region", self.region, _text),
            "project-id": _optional("project-id", self.project_id, _text),
            "endpoint": _optional("endpoint", self.endpoint, _text),
            "iam-endpoint": _optional("iam-endpoint", self.iam_endpoint, _text),
            "credentials": _credentials(self.credentials),
            "connect-timeout-ms": _optional("connect-timeout-ms", self.connect_timeout, _duration),
            "first-byte-timeout-ms": _optional("first-byte-timeout-ms", self.first_byte_timeout, _duration),
            "between-bytes-timeout-ms": _optional("between-bytes-timeout-ms", self.between_bytes_timeout, _duration),
            "call-timeout-ms": _optional("call-timeout-ms", self.call_timeout, _duration),
            "max-attempts": _optional("max-attempts", self.max_attempts, _count),
            "max-response-bytes": _optional("max-response-bytes", self.max_response_bytes, _count),
        }


@dataclass(frozen=True)
class Query:
    """The filters, the order and the limit of a listing; None leaves each out."""

    name: str | None = None
    name_contains: str | None = None
    status: Iterable[Status | OtherStatus | str] | None = None
    config_mode: ConfigMode | OtherConfigMode | str | None = None
    creator: str | None = None
    enterprise_project_id: str | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None
    updated_from: datetime | None = None
    updated_to: datetime | None = None
    last_run_from: datetime | None = None
    last_run_to: datetime | None = None
    order_by: OrderKey | str | None = None
    order: Direction | str | None = None
    limit: int | None = None

    def value(self) -> list[Any]:
        """The component's `list<term>`. Raises `Inexpressible`."""
        terms = (
            _term("name", self.name, _text),
            _term("name-contains", self.name_contains, _text),
            _term("status", self.status, _statuses),
            _term("config-mode", self.config_mode, _config_mode),
            _term("creator", self.creator, _text),
            _term("enterprise-project-id", self.enterprise_project_id, _text),
            _range("created", self.created_from, self.created_to),
            _range("updated", self.updated_from, self.updated_to),
            _range("last-run", self.last_run_from, self.last_run_to),
            _order(self.order_by, self.order),
            _term("limit", self.limit, _count),
        )
        return [term for term in terms if term is not None]


Convert = Callable[[str, Any], Any]


def _optional(argument: str, value: Any, convert: Convert) -> Any:
    return None if value is None else convert(argument, value)


def _term(case: str, value: Any, convert: Convert) -> Any:
    return None if value is None else (case, convert(case, value))


def _text(argument: str, value: Any) -> Any:
    if not isinstance(value, str):
        raise Inexpressible(argument, f"it is of type {type(value).__name__}, not text")
    try:
        value.encode()
    except UnicodeEncodeError:
        # Without the cause, which would hold the text.
        raise Inexpressible(argument, "it holds half of a surrogate pair, which is no character") from None
    return value


def _whole(argument: str, value: Any, bounds: tuple[int, int]) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise Inexpressible(argument, f"it is of type {type(value).__name__}, not a whole number")
    first, end = bounds
    if not first <= value < end:
        raise Inexpressible(argument, f"{value} is not from {first} to {end - 1}")
    return value


def _count(argument: str, value: Any) -> Any:
    return _whole(argument, value, _U32)


def _duration(argument: str, seconds: Any) -> Any:
    """Zero stays zero, which the component refuses; anything more is at least a millisecond."""
    if not isinstance(seconds, int | float) or not 0 <= seconds < 2**32 / 1000:
        raise Inexpressible(argument, f"{seconds} is not a number of seconds from 0 to {2**32 // 1000 - 1}")
    return max(round(seconds * 1000), 1) if seconds > 0 else 0


def _credentials(credentials: Any) -> Any:
    match credentials:
        case Token(token):
            return ("token", _text("credentials.token", token))
        case AccessKey(key, secret, security_token):
            fields = {
                "access-key-id": _text("credentials.access-key-id", key),
                "secret-access-key": _text("credentials.secret-access-key", secret),
                "security-token": _optional("credentials.security-token", security_token, _text),
            }
            return ("access-key", fields)
        case Ambient():
            return ("ambient", None)
        case _:
            raise Inexpressible("credentials", "it is neither Token(...), AccessKey(...) nor Ambient()")


def _statuses(argument: str, statuses: Any) -> Any:
    if isinstance(statuses, str):
        raise Inexpressible(argument, "it is one text; write a list, such as ['failed']")
    if not isinstance(statuses, Iterable):
        raise Inexpressible(argument, f"it is of type {type(statuses).__name__}, not a list")
    return [_status(argument, status) for status in statuses]


def _status(argument: str, status: Any) -> Any:
    if isinstance(status, OtherStatus):
        return ("other", _whole(argument, status.number, _S64))
    return (_word(argument, status, Status), None)


def _config_mode(argument: str, mode: Any) -> Any:
    if isinstance(mode, OtherConfigMode):
        return ("other", _text(argument, mode.text))
    return (_word(argument, mode, ConfigMode), None)


def _word(argument: str, value: Any, words: type[Enum]) -> str:
    """The case of the WIT. A word may be written with hyphens too, as the WIT does."""
    try:
        return str(words(value.replace("-", "_"))).replace("_", "-")
    except (AttributeError, ValueError):
        known = ", ".join(str(word) for word in words)
        raise Inexpressible(argument, f"{value!r} is not one of {known}") from None


def _range(name: str, first: datetime | None, end: datetime | None) -> Any:
    if first is None and end is None:
        return None
    ends = {"from": _optional(f"{name}.from", first, _time), "to": _optional(f"{name}.to", end, _time)}
    return (name, ends)


def _time(argument: str, time: Any) -> Any:
    if not isinstance(time, datetime) or time.utcoffset() is None:
        raise Inexpressible(argument, "it is no datetime with a time zone")
    return _whole(argument, milliseconds(time), _U64)


def _order(key: OrderKey | str | None, direction: Direction | str | None) -> Any:
    """Times begin with the newest and names with the first, unless a direction is given."""
    if key is None and direction is None:
        return None
    case = _word("order-by.key", key or OrderKey.CREATION, OrderKey)
    natural = Direction.ASCENDING if case == "name" else Direction.DESCENDING
    fields = {
        "key": case,
        "direction": _word("order-by.direction", direction or natural, Direction),
    }
    return ("order-by", fields)
