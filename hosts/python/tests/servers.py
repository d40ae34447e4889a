"""Servers on loopback that do as a test says."""

import socket
import ssl
import threading
import time
from collections.abc import Callable
from types import TracebackType

Handle = Callable[[socket.socket], None]

EMPTY = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n[]"
"""An answer without release tasks."""


class Server:
    """Hands each connection to a function, on a thread of its own."""

    def __init__(self, handle: Handle, tls: ssl.SSLContext | None = None) -> None:
        self.connections = 0
        self._handle = handle
        self._tls = tls
        self._ended = threading.Event()
        self._connected = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://localhost:{self.port}"
        threading.Thread(target=self._run, daemon=True).start()

    def wait(self) -> None:
        """Waits until the test is over."""
        self._ended.wait()

    def wait_for_connection(self) -> None:
        assert self._connected.wait(30)

    def __enter__(self) -> "Server":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._listener.close()

    def _run(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._connected.set()
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with self._tls.wrap_socket(connection, server_side=True) if self._tls else connection as stream:
                self._handle(stream)
        except OSError:
            # A client that leaves early, or does not trust the server.
            connection.close()


def request(stream: socket.socket) -> bytes:
    """Reads the head of a request; nothing if the client left."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        byte = stream.recv(1)
        if not byte:
            return b""
        head += byte
    return head


def always(answer: bytes, after: float = 0) -> Handle:
    """Answers every request of a connection alike, after so many seconds."""

    def handle(stream: socket.socket) -> None:
        while request(stream):
            time.sleep(after)
            stream.sendall(answer)

    return handle


def once(answer: bytes) -> Handle:
    """Answers one request, and ends the connection."""

    def handle(stream: socket.socket) -> None:
        request(stream)
        stream.sendall(answer)

    return handle


def relay(one: socket.socket, other: socket.socket) -> None:
    """Passes on what comes, both ways, until a side ends."""

    def pass_on(source: socket.socket, sink: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            return

    there = threading.Thread(target=pass_on, args=(one, other), daemon=True)
    there.start()
    pass_on(other, one)
    there.join()
