"""Connections of urllib3 that lead to checked addresses, and tell what failed while it is known."""

import socket
from collections.abc import Callable
from http.client import HTTPException
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.response import HTTPResponse

from . import faults
from .http import HttpError

Reach = Callable[[float], socket.socket]
"""Makes a connection within so many seconds. Raises `HttpError`."""


class Plain(HTTPConnection):
    """A connection that others can read, for loopback."""

    def __init__(self, *arguments: Any, pause: float, reach: Reach | None = None, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._pause = pause
        self._reach = reach

    def _new_conn(self) -> socket.socket:
        # Without a way of its own it leads to a proxy.
        return self._reach(self.timeout or 0) if self._reach else super()._new_conn()

    def connect(self) -> None:
        try:
            super().connect()
        except HttpError:
            raise
        except (HTTPError, HTTPException, OSError) as error:
            # A tunnel that the proxy refuses leaves no connection to it.
            if self.proxy and not self.has_connected_to_proxy:
                raise faults.of_proxy(error, f"{self.proxy.host}:{self.proxy.port}") from None
            raise faults.of_connection(error) from None

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]
        # Afterwards it may be gone from here, because it belongs to the response alone.
        connected = self.sock
        response = super().getresponse()
        connected.settimeout(self._pause)
        return response


class Secure(Plain, HTTPSConnection):
    """A connection over TLS."""
