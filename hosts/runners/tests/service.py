"""A service on loopback that remembers what it was asked, and answers as a test says."""

import socketserver
import threading
from types import TracebackType

from conftest import FIXTURES

EMPTY = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n[]"
"""An answer without release tasks."""


class Service:
    """Answers each request on a thread of its own, and then ends the connection."""

    def __init__(self) -> None:
        self.answers: list[bytes] = []
        """The answers, in order; from then on there are no release tasks."""
        self.seen: list[str] = []
        """The heads of requests, as they came."""
        owner = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                head = "".join(iter(lambda: self.rfile.readline().decode("latin-1").rstrip("\r\n") + "\n", "\n"))
                if head:
                    owner.seen.append(head)
                    self.wfile.write(owner.answers.pop(0) if owner.answers else EMPTY)

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            request_queue_size = 128

        self._server = Server(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self._server.server_address[1]}"

    def expect(self, answers: list[bytes]) -> None:
        """Forgets what was, and answers so."""
        self.answers, self.seen = answers, []

    def __enter__(self) -> "Service":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


def recorded(fixture: str) -> list[bytes]:
    """The answers of a fixture, after each of which the connection ends."""
    answers: list[bytes] = [path.read_bytes() for path in sorted((FIXTURES / fixture).glob("response-*.http"))]
    return [answer.replace(b"\r\n\r\n", b"\r\nconnection: close\r\n\r\n", 1) for answer in answers]
