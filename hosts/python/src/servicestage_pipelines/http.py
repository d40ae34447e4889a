"""What a component sends and gets: the values between `wasi`, which speaks to it, and `network`, which sends."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

Headers = list[tuple[str, bytes]]
"""Names as they were written, with their values, in order."""

DEFAULT_TIMEOUT = 60.0
"""How long to wait, in seconds, where the component does not say."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long to wait, in seconds."""

    connect: float = DEFAULT_TIMEOUT
    first_byte: float = DEFAULT_TIMEOUT
    between_bytes: float = DEFAULT_TIMEOUT


@dataclass(frozen=True, slots=True)
class Request:
    """A request without a body. It is not shown: its headers may hold secrets."""

    method: str
    scheme: str
    authority: str
    path: str
    """Path and query."""
    headers: Headers

    def __repr__(self) -> str:
        return "Request(...)"


@dataclass(frozen=True, slots=True)
class Response:
    """An answer whose body is still to be read."""

    status: int
    headers: Headers
    read: Callable[[], bytes]
    """Returns the next bytes of the body, or none at its end. Raises `HttpError`."""
    close: Callable[[], None]
    """Ends the response: gives its connection back if it was read to its end, and cuts it off otherwise."""
    abort: Callable[[], None]
    """Wakes a thread that reads. May be called from any thread."""


class Sender(Protocol):
    """Sends requests over the network, or stands in for it."""

    def send(self, request: Request, timeouts: Timeouts) -> Response:
        """Sends a request and waits for the head of its answer. Raises `HttpError`."""


class HttpError(Exception):
    """Why there is no answer, as a case of wasi:http's `error-code`."""

    def __init__(self, code: str, detail: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        """The name service's return code, the alert, or the description, where the case has one."""
