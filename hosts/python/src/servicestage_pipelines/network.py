"""The network: names, checked addresses, TLS, proxies and kept connections, with urllib3.

Names are resolved once, the addresses checked, and those very addresses connected to. Redirects are not followed and
nothing is tried again: both are the component's to decide.
"""

import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial

import urllib3
from urllib3.exceptions import HTTPError

from . import address, faults
from .connection import Plain, Secure
from .http import HttpError, Request, Response, Timeouts
from .policy import Origin, Policy
from .proxy import Proxy

CHUNK = 64 * 1024
"""How many bytes of a body are read at once."""


class Network:
    """Sends requests that a policy lets pass. Any number of threads may use it."""

    def __init__(self, policy: Policy, ca_file: str | os.PathLike[str] | None, environment: Mapping[str, str]) -> None:
        """`ca_file` holds the authorities to trust, in place of the system's. Raises `OSError` where it cannot be read,
        and `ValueError` for a variable that names no proxy."""
        self._policy = policy
        self._proxy = Proxy.of(environment)
        self._tls = _tls(ca_file) if ca_file else None
        self._pools: dict[tuple[int, Origin, float], urllib3.HTTPConnectionPool] = {}
        self._lock = threading.Lock()

    def send(self, request: Request, timeouts: Timeouts) -> Response:
        origin = self._policy.check(request)
        headers = urllib3.HTTPHeaderDict()
        for name, value in request.headers:
            headers.add(name, value.decode("latin-1"))
        # What is signed is what is sent.
        headers["Host"] = request.authority
        headers["Accept-Encoding"] = urllib3.util.SKIP_HEADER
        try:
            response = self._pool(origin, timeouts.between_bytes).urlopen(
                request.method,
                request.path,
                headers=headers,
                timeout=urllib3.Timeout(connect=timeouts.connect, read=timeouts.first_byte),
                retries=False,
                redirect=False,
                assert_same_host=False,
                preload_content=False,
                decode_content=False,
            )
        except (HTTPError, OSError) as error:
            raise faults.of_head(error) from None
        return Response(
            status=response.status,
            headers=[(name, value.encode("latin-1", "replace")) for name, value in response.headers.items()],
            read=_reader(response.stream(CHUNK, decode_content=False)),
            close=response.close,
            abort=partial(_abort, response),
        )

    def close(self) -> None:
        """Gives up the kept connections."""
        with self._lock:
            for pool in self._pools.values():
                pool.close()
            self._pools.clear()

    def _pool(self, origin: Origin, pause: float) -> urllib3.HTTPConnectionPool:
        """The kept connections to an origin, which wait so long between two pieces of a body."""
        # A process that was forked makes its own: two would read each other's answers.
        key = os.getpid(), origin, pause
        with self._lock:
            pool = self._pools.get(key)
            if pool is None:
                pool = self._pools[key] = self._new_pool(origin, pause)
            return pool

    def _new_pool(self, origin: Origin, pause: float) -> urllib3.HTTPConnectionPool:
        def reach(seconds: float) -> socket.socket:
            return self._reach(origin, seconds)

        if origin.scheme == "http":
            pool = urllib3.HTTPConnectionPool(origin.host, origin.port, pause=pause, reach=reach)
            pool.ConnectionCls = Plain
            return pool
        tls = self._context()
        proxy = self._proxy.of_origin(origin)
        if proxy is None:
            pool = urllib3.HTTPSConnectionPool(origin.host, origin.port, ssl_context=tls, pause=pause, reach=reach)
        else:
            # The user names the proxy, so it may be anywhere.
            manager = urllib3.ProxyManager(
                proxy.url, proxy_headers=proxy.headers, proxy_ssl_context=tls, ssl_context=tls
            )
            pool = manager.connection_from_host(origin.host, origin.port, "https")
            pool.conn_kw["pause"] = pause
        pool.ConnectionCls = Secure
        return pool

    def _context(self) -> ssl.SSLContext:
        """Made when it is first needed: to read the authorities of the system takes milliseconds."""
        if self._tls is None:
            self._tls = _tls(None)
        return self._tls

    def _reach(self, origin: Origin, seconds: float) -> socket.socket:
        """Connects to the first address that answers, of those that may be connected to."""
        end = time.monotonic() + seconds
        found = [origin.address] if origin.address else _resolve(origin)
        waiting = self._policy.admit(origin, found)
        failure = HttpError("destination-not-found")
        while waiting:
            # One that swallows packets must not use up the time of all.
            share = (end - time.monotonic()) / len(waiting)
            if share <= 0:
                raise HttpError("connection-timeout")
            try:
                return socket.create_connection((str(waiting.pop(0)), origin.port), share)
            except OSError as error:
                failure = faults.of_connection(error)
        raise failure


def _tls(ca_file: str | os.PathLike[str] | None) -> ssl.SSLContext:
    """Trusts the authorities of the file, or without one those of the system, and no others."""
    context = ssl.create_default_context(cafile=ca_file)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _resolve(origin: Origin) -> list[address.Address]:
    try:
        found = socket.getaddrinfo(origin.host, origin.port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        again = error.errno == socket.EAI_AGAIN
        raise HttpError("DNS-error", "TRYAGAIN" if again else "NXDOMAIN") from None
    except UnicodeError:
        # A part of the name is longer than any name has.
        raise HttpError("DNS-error", "NXDOMAIN") from None
    return list(dict.fromkeys(address.parse(str(entry[4][0])) for entry in found))


def _reader(pieces: Iterator[bytes]) -> Callable[[], bytes]:
    def read() -> bytes:
        try:
            return next(pieces, b"")
        except (HTTPError, OSError) as error:
            raise faults.of_body(error) from None

    return read


def _abort(response: urllib3.BaseHTTPResponse) -> None:
    # It may have ended meanwhile, which is as good.
    with suppress(OSError, RuntimeError, ValueError):
        response.shutdown()
