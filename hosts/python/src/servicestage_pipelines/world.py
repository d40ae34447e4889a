"""What one call of a component sees and holds: its resources, its time, and its way to the network."""

import threading
import time
from typing import Any, Protocol

from .exchange import Exchange
from .http import HttpError, Request, Sender, Timeouts
from .policy import Denied
from .resources import Pollable, Timer

MOST_READ = 64 * 1024
"""The most bytes that one read returns."""

MOST_RESOURCES = 128
"""Requests, responses, headers and streams at one time."""


MOST_REQUESTS = 100
"""Of one call, retries included."""


class Clock(Protocol):
    """Time, of which a test brings its own."""

    def wall(self) -> int:
        """Nanoseconds since the Unix epoch."""

    def monotonic(self) -> int:
        """Nanoseconds since some moment."""

    def wait(self, changed: threading.Condition, nanoseconds: int) -> None:
        """Waits until the condition is notified, at most so long."""


class SystemClock:
    """The machine's time."""

    def wall(self) -> int:
        return time.time_ns()

    def monotonic(self) -> int:
        return time.monotonic_ns()

    def wait(self, changed: threading.Condition, nanoseconds: int) -> None:
        changed.wait(min(nanoseconds / 1e9, threading.TIMEOUT_MAX))


class Overdue(Exception):
    """The call took longer than the host allows."""


class World:
    """The host's side of one call."""

    def __init__(self, sender: Sender, clock: Clock, most_seconds: float) -> None:
        self.clock = clock
        self.changed = threading.Condition()
        """Guards every exchange of the call, and tells of each step that one makes."""
        self._sender = sender
        self._end = clock.monotonic() + int(most_seconds * 1e9)
        self._resources: dict[int, tuple[int, Any]] = {}
        self._last = 0
        self._exchanges: list[Exchange] = []

    def give(self, kind: int, resource: Any) -> int:
        """Hands a new resource to the component, and returns the handle."""
        if len(self._resources) >= MOST_RESOURCES:
            raise MemoryError(f"the component holds more than {MOST_RESOURCES} resources")
        self._last += 1
        self._resources[self._last] = kind, resource
        return self._last

    def resource(self, kind: int, handle: int) -> Any:
        """What a handle stands for."""
        found, resource = self._resources.get(handle, (None, None))
        if found != kind:
            raise ValueError(f"the component passes the handle {handle}, which it has not")
        return resource

    def take(self, kind: int, handle: int) -> Any:
        """What a handle stands for, which is the component's no more."""
        resource = self.resource(kind, handle)
        del self._resources[handle]
        return resource

    def send(self, request: Request, timeouts: Timeouts) -> Exchange:
        """Begins a request. Raises `HttpError` for one too many."""
        if len(self._exchanges) >= MOST_REQUESTS:
            raise HttpError("internal-error", f"a call makes {MOST_REQUESTS} requests at most")
        exchange = Exchange(self.changed)
        self._exchanges.append(exchange)
        exchange.start(self._sender, request, timeouts)
        return exchange

    def wait(self, pollables: list[Pollable]) -> list[int]:
        """Waits for the first of them, and returns the places of all that are ready."""
        with self.changed:
            while True:
                now = self.clock.monotonic()
                ready = [place for place, pollable in enumerate(pollables) if pollable.ready(now)]
                if ready:
                    return ready
                if now >= self._end:
                    raise Overdue
                ends = [pollable.at for pollable in pollables if isinstance(pollable, Timer)]
                self.clock.wait(self.changed, min(self._end, *ends) - now)

    @property
    def is_overdue(self) -> bool:
        """Whether the call took longer than the host allows."""
        return self.clock.monotonic() >= self._end

    @property
    def denial(self) -> Denied | None:
        """What the policy denied of this call."""
        errors = (exchange.error for exchange in self._exchanges)
        return next((error for error in errors if isinstance(error, Denied)), None)

    def close(self) -> None:
        """Ends what is still under way."""
        for exchange in self._exchanges:
            exchange.give_up()
