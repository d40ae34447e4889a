"""The resources of the host that a component holds by handles."""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Protocol

from .exchange import Exchange
from .http import Headers

MOST_HEADER_BYTES = 64 * 1024
"""The headers of one message, with 32 for each as HTTP/2 counts them: eight times what servers usually take."""


class Kind(IntEnum):
    """The types of resources."""

    POLLABLE = 1
    ERROR = 2
    INPUT_STREAM = 3
    FIELDS = 4
    OUTGOING_REQUEST = 5
    REQUEST_OPTIONS = 6
    FUTURE_INCOMING_RESPONSE = 7
    INCOMING_RESPONSE = 8
    INCOMING_BODY = 9
    FUTURE_TRAILERS = 10


class Pollable(Protocol):
    """What a component can wait for."""

    def ready(self, now: int, /) -> bool:
        """Whether there is nothing to wait for any more. Asked under the condition of the call."""


@dataclass(frozen=True, slots=True)
class Timer:
    """Is ready at a moment of the monotonic clock."""

    at: int

    def ready(self, now: int, /) -> bool:
        return now >= self.at


@dataclass(slots=True)
class Fields:
    """Headers, which may be changed until they belong to a message."""

    headers: Headers = field(default_factory=list)
    frozen: bool = False
    _size: int = 0

    def append(self, name: str, value: bytes) -> None:
        self._size += len(name) + len(value) + 32
        if self._size > MOST_HEADER_BYTES:
            raise MemoryError(f"the component makes headers of more than {MOST_HEADER_BYTES} bytes")
        self.headers.append((name, value))


@dataclass(slots=True)
class Outgoing:
    """A request that is being made."""

    fields: Fields
    method: str = "GET"
    scheme: str = "https"
    authority: str | None = None
    path: str = "/"


@dataclass(slots=True)
class Once:
    """What can be taken from an exchange once: its response, the response's body, the body's stream, the trailers."""

    exchange: Exchange
    taken: bool = False

    def take(self) -> bool:
        first, self.taken = not self.taken, True
        return first


@dataclass(frozen=True, slots=True)
class Head:
    """Waits for the head of an answer."""

    exchange: Exchange

    def ready(self, _now: int, /) -> bool:
        return self.exchange.response is not None or self.exchange.ended


@dataclass(frozen=True, slots=True)
class Body:
    """Waits for bytes of an answer's body, or its end."""

    exchange: Exchange

    def ready(self, _now: int, /) -> bool:
        return bool(self.exchange.chunks) or self.exchange.ended


@dataclass(frozen=True, slots=True)
class End:
    """Waits for the end of an answer's body."""

    exchange: Exchange

    def ready(self, _now: int, /) -> bool:
        return self.exchange.ended
