"""Reads arguments, for the extension.

A value of the wrong type is a `TypeError`, one that is not allowed an `InvalidArgumentError`. Both name the argument.
The component checks the rest.
"""

from __future__ import annotations

import operator
import os
import re
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from enum import Enum
from typing import Any, Literal, TypeVar

import msgspec

from .errors import invalid_argument
from .model import ConfigMode, Direction, OrderKey, OtherConfigMode, OtherStatus, Status, milliseconds

StatusWord = Literal[
    "initialized",
    "succeeded",
    "failed",
    "releasing",
    "pending_approval",
    "pending-approval",
    "paused",
    "skipped",
    "rolling_back",
    "rolling-back",
    "rolled_back",
    "rolled-back",
    "rollback_failed",
    "rollback-failed",
    "stopping",
    "restarting",
]
"""A documented status as a word."""

ConfigModeWord = Literal["ui", "template"]
"""A documented deployment mode as a word."""

OrderWord = Literal["creation", "update", "last_run", "last-run", "name"]
"""The value that a listing is ordered by, as a word."""

DirectionWord = Literal["ascending", "descending"]
"""The direction of an order, as a word."""

Time = datetime | str | timedelta
"""A point in time: an aware `datetime`, RFC 3339 text with a zone, or a `timedelta` before now."""

_WordT = TypeVar("_WordT", bound=Enum)

_U32, _S64 = range(2**32), range(-(2**63), 2**63)

_TEXT = str | bytes | bytearray | memoryview
"""Types that can be iterated over, and are not lists."""

_RFC3339 = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d:\d\d)", re.ASCII)

_MAX_SHOWN = 64
"""The most characters of a refused text that are shown."""

_BROKEN = "it holds half of a surrogate pair, which is not valid Unicode"


class ArgumentReader:
    """Reads the arguments of one operation. None is passed on as None."""

    def __init__(self, operation: str) -> None:
        self._operation = operation

    def refuse(self, argument: str, reason: str) -> Exception:
        return invalid_argument(self._operation, argument, reason)

    def text(self, argument: str, value: Any) -> str | None:
        if value is None:
            return None
        if not isinstance(value, str):
            raise _type_error(argument, value, "a str")
        if _is_broken(value):
            raise self.refuse(argument, _BROKEN)
        return str(value)

    def flag(self, argument: str, value: Any) -> bool:
        if not isinstance(value, bool):
            raise _type_error(argument, value, "a bool")
        return value

    def path(self, argument: str, value: Any) -> str | None:
        if value is not None and not isinstance(value, str | os.PathLike):
            raise _type_error(argument, value, "a str or a path")
        return self.text(argument, None if value is None else os.fspath(value))

    def texts(self, argument: str, values: Any) -> list[str]:
        listed = _listed(argument, values, "a list of str")
        return [text for value in listed if (text := self._required(argument, value)) is not None]

    def whole(self, argument: str, value: Any, within: range = _U32) -> int | None:
        if value is None:
            return None
        number = _int(argument, value, "an int")
        if number not in within:
            raise self.refuse(argument, f"{_shown(number)} is not a number from {within.start} to {within.stop - 1}")
        return number

    def duration(self, argument: str, value: Any) -> int | None:
        """Seconds as milliseconds. Zero stays zero, which the component refuses; more is at least a millisecond."""
        if value is None:
            return None
        if isinstance(value, timedelta):
            value = value.total_seconds()
        if not isinstance(value, float):
            value = _int(argument, value, "a number of seconds or a timedelta")
        if not 0 <= value <= _U32[-1] / 1000:
            raise self.refuse(argument, f"{_shown(value)} is not a number of seconds from 0 to {_U32[-1] // 1000}")
        # Halves are rounded up, as in the other hosts.
        return max(int(value * 1000 + 0.5), 1) if value > 0 else 0

    def time(self, argument: str, value: Any) -> int | None:
        """Milliseconds since the Unix epoch."""
        match value:
            case None:
                return None
            case timedelta():
                if value < timedelta():
                    raise self.refuse(argument, f"{value} is negative; a timedelta counts back from now")
                time = self._before_now(argument, value)
            case datetime():
                time = self._with_zone(argument, value)
            case str():
                time = self._rfc3339(argument, value)
            case _:
                raise _type_error(argument, value, "a datetime, RFC 3339 text or a timedelta")
        count = milliseconds(time)
        if count < 0:
            raise self.refuse(argument, f"{time.isoformat()} is before 1970")
        return count

    def statuses(self, argument: str, values: Any) -> list[Any] | None:
        if values is None:
            return None
        return [self._status(argument, value) for value in _listed(argument, values, "a list, such as ['failed']")]

    def config_mode(self, argument: str, value: Any) -> Any:
        if isinstance(value, OtherConfigMode):
            return {"other": self._required(argument, value.text)}
        return self.word(argument, value, ConfigMode)

    def word(self, argument: str, value: Any, words: type[_WordT]) -> str | None:
        """A word with hyphens or with underscores, as the component's JSON form has it."""
        if value is None:
            return None
        if not isinstance(value, str):
            raise _type_error(argument, value, f"a str or one of {words.__name__}")
        try:
            return str(words(value.replace("-", "_")))
        except ValueError:
            known = ", ".join(str(word) for word in words)
        raise self.refuse(argument, f"{_quoted(value)} is not one of {known}")

    def _required(self, argument: str, value: Any) -> str | None:
        if value is None:
            raise _type_error(argument, value, "a str")
        return self.text(argument, value)

    def _status(self, argument: str, value: Any) -> Any:
        match value:
            case str():
                return self.word(argument, value, Status)
            case OtherStatus(other):
                number = _int(argument, other, "an OtherStatus of an int")
            case _:
                number = _int(argument, value, "a status, as a str, a Status or an int")
        return {"other": self.whole(argument, number, _S64)}

    def _with_zone(self, argument: str, time: datetime) -> datetime:
        try:
            if time.utcoffset() is not None:
                return time
            reason = "it is a datetime without a time zone; pass tzinfo"
        except ValueError:
            # That of pandas for a missing time.
            reason = f"{time} is not a time"
        raise self.refuse(argument, reason)

    def _before_now(self, argument: str, span: timedelta) -> datetime:
        try:
            return datetime.now(timezone.utc) - span
        except OverflowError:
            reason = f"{span} is before the year 1"
        raise self.refuse(argument, reason)

    def _rfc3339(self, argument: str, text: str) -> datetime:
        if found := _RFC3339.fullmatch(text):
            date, time, fraction, zone = found.groups()
            zone = "+00:00" if zone in "Zz" else zone
            try:
                return datetime.fromisoformat(f"{date}T{time}.{(fraction or '0')[:6]:0<6}{zone}")
            except ValueError:
                pass
        reason = f"{_quoted(text)} is not a time with a zone; write 2025-02-18T15:55:12Z"
        raise self.refuse(argument, reason)


class Secrets:
    """The arguments of a client that are secret or belong to those. Neither this object nor an error shows them.

    A program that reports an error may report the variables of each function that the error passed.
    """

    __slots__ = ("_values",)

    def __init__(self, **values: Any) -> None:
        self._values = values

    def check(self, read: ArgumentReader) -> None:
        for name in self._values:
            if not isinstance(self._values[name], str | None):
                raise _type_error(name, self._values[name], "a str")
            if self._values[name] is not None and _is_broken(self._values[name]):
                raise read.refuse(name, _BROKEN)

    def __getattr__(self, name: str) -> str | None:
        value: str | None = self._values[name]
        return value

    def __repr__(self) -> str:
        return "Secrets(...)"


def terms(**arguments: Any) -> bytes:
    """Returns the terms of a listing as JSON text. The arguments are those of `Client.list_pipelines`."""
    read = ArgumentReader("list-pipelines")
    found: dict[str, Any] = {
        name: reader(name, arguments[name])
        for name, reader in (
            ("name", read.text),
            ("name_contains", read.text),
            ("status", read.statuses),
            ("config_mode", read.config_mode),
            ("creator", read.text),
            ("enterprise_project_id", read.text),
        )
    }
    for name in ("created", "updated", "last_run"):
        ends = {end: read.time(f"{name}_{end}", arguments[f"{name}_{end}"]) for end in ("from", "to")}
        found[name] = None if ends == {"from": None, "to": None} else ends
    found["order_by"] = _order(read, arguments["order_by"], arguments["order"])
    found["limit"] = read.whole("limit", arguments["limit"])
    return msgspec.json.encode([{name: value} for name, value in found.items() if value is not None])


def _order(read: ArgumentReader, by: Any, order: Any) -> dict[str, str | None] | None:
    """Times begin with the newest and names with the first, unless a direction is given."""
    key, direction = read.word("order_by", by, OrderKey), read.word("order", order, Direction)
    if key is None and direction is None:
        return None
    natural = Direction.ASCENDING if key == OrderKey.NAME else Direction.DESCENDING
    return {"key": key or str(OrderKey.CREATION), "direction": direction or str(natural)}


def _type_error(argument: str, value: object, wanted: str) -> TypeError:
    return TypeError(f"`{argument}` must be {wanted}, not {type(value).__name__}")


def _int(argument: str, value: Any, wanted: str) -> int:
    """An int, or a whole number of another library. A bool is not a number."""
    if not isinstance(value, bool):
        try:
            return operator.index(value)
        except TypeError:
            pass
    raise _type_error(argument, value, wanted)


def _listed(argument: str, values: Any, wanted: str) -> Iterable[Any]:
    if isinstance(values, _TEXT) or not isinstance(values, Iterable):
        raise _type_error(argument, values, wanted)
    return values


def _shown(number: float) -> str:
    """A number as text, without the digits of one that is very long: Python may refuse to write them."""
    return str(number) if isinstance(number, float) or abs(number) < 10**20 else "such a long number"


def _quoted(text: str) -> str:
    """A refused text with escapes, as in every host: another kind of dash would look like the expected one."""
    return ascii(text[:_MAX_SHOWN]) + ("..." if len(text) > _MAX_SHOWN else "")


def _is_broken(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)
