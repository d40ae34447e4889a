"""Nothing is left of a call that was interrupted, nor of a client that was closed."""

import socket
import sys
import threading
from collections.abc import Callable

import pytest

from programs import start
from recorded import PROJECT
from servers import EMPTY, Server, always, request
from servicestage_pipelines import Client

LOGGED = """
import io, logging
logging.basicConfig(stream=io.StringIO(), level=logging.DEBUG)
"""

INTERRUPTED = {
    "a time-out": """
try:
    Client(**place | {"endpoint": never, "timeout": 0.3}).list_pipelines()
except TimeoutError:
    print("interrupted")
""",
    "a signal": """
import signal
def ring(*_):
    raise KeyError
signal.signal(signal.SIGALRM, ring)
signal.setitimer(signal.ITIMER_REAL, 0.3)
try:
    Client(**place | {"endpoint": never}).list_pipelines()
except KeyError:
    print("interrupted")
""",
    "asyncio": """
import asyncio
async def main():
    one = AsyncClient(**place | {"endpoint": never})
    tasks = [asyncio.create_task(one.list_pipelines()) for _ in range(10)]
    await asyncio.sleep(0.3)
    others = [asyncio.create_task(AsyncClient(**place).list_pipelines()) for _ in range(20)]
    [task.cancel() for task in tasks]
    await asyncio.gather(*others)
    print("interrupted")
asyncio.run(main())
""",
}


@pytest.mark.skipif(sys.platform == "win32", reason="the program sends a signal")
@pytest.mark.parametrize("how", INTERRUPTED)
def test_the_call_after_an_interrupted_one_succeeds_with_a_log(how: str) -> None:
    with Server(always(EMPTY)) as server, Server(_never) as never:
        program = (
            f"never = {never.url!r}\n{INTERRUPTED[how]}\nprint([len(client.list_pipelines()) for _ in range(3)])\n"
        )
        process = start(program, server.url, before=LOGGED)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (0, "interrupted\n[0, 0, 0]\n", "")


def test_connections_close_with_the_client_without_another_call() -> None:
    def within(url: str) -> None:
        with _client(url) as one:
            one.list_pipelines()

    def closed(url: str) -> None:
        one = _client(url)
        one.list_pipelines()
        one.close()
        kept.append(one)

    def dropped(url: str) -> None:
        _client(url).list_pipelines()

    def used_by_threads(url: str) -> None:
        with _client(url) as one:
            threads = [threading.Thread(target=one.list_pipelines) for _ in range(20)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

    kept: list[Client] = []
    ways: list[Callable[[str], None]] = [within, closed, dropped, used_by_threads]
    for way in ways:
        ended = threading.Semaphore(0)

        def handle(stream: socket.socket, ended: threading.Semaphore = ended) -> None:
            always(EMPTY)(stream)
            ended.release()

        with Server(handle) as server:
            way(server.url)
            assert all(ended.acquire(timeout=5) for _ in range(server.connections)), way.__name__
            assert server.connections > 0


def _client(url: str) -> Client:
    return Client(region="cn-north-4", project_id=PROJECT, endpoint=url, token="example-token")


def _never(stream: socket.socket) -> None:
    """Takes a request, and does not answer."""
    request(stream)
    stream.recv(1)
