"""Event loops: asyncio, gevent and eventlet, each in a program of its own."""

import socket
import sys
import time

import pytest

from programs import run, start
from servers import EMPTY, Server, always, request

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the libraries are for Unix")


def test_asyncio_calls_at_one_time_and_cancels() -> None:
    with Server(always(EMPTY, after=0.2)) as server:
        said = run(
            """
            import asyncio
            async def main():
                async with AsyncClient(**place) as many:
                    began = time.monotonic()
                    found = await asyncio.gather(*(many.list_pipelines() for _ in range(64)))
                    # One after another they would take 12.8 seconds.
                    print(len(found), time.monotonic() - began < 6)
            asyncio.run(main())
            """,
            server.url,
        )
    assert said == "64 True\n"

    with Server(_never) as server:
        began = time.monotonic()
        said = run(
            """
            import asyncio
            async def main():
                try:
                    await asyncio.wait_for(AsyncClient(**place).list_pipelines(), 0.3)
                except asyncio.TimeoutError:
                    print("given up")
            asyncio.run(main())
            """,
            server.url,
        )
    assert said == "given up\n"
    # The interpreter waits for its threads; the call itself would take two minutes.
    assert time.monotonic() - began < 30


def test_a_program_that_ends_does_not_wait_for_a_call_of_a_loop_that_stopped() -> None:
    with Server(_never) as server:
        said = run(
            """
            import asyncio
            loop = asyncio.new_event_loop()
            many = AsyncClient(**place)
            calls = [loop.create_task(many.list_pipelines()) for _ in range(100)]
            loop.run_until_complete(asyncio.sleep(0.3))
            print("ended", flush=True)
            """,
            server.url,
            timeout=20,
        )
    assert said == "ended\n"


def test_loops_of_several_threads_call_while_others_close() -> None:
    with Server(always(EMPTY)) as server:
        said = run(
            """
            import asyncio
            many, found = AsyncClient(**place), []
            async def main():
                for _ in range(20):
                    found.extend(await asyncio.gather(*(many.list_pipelines() for _ in range(5))))
                    await many.close()
            threads = [threading.Thread(target=lambda: asyncio.run(main())) for _ in range(8)]
            [thread.start() for thread in threads]
            [thread.join() for thread in threads]
            print(len(found))
            """,
            server.url,
        )
    assert said == "800\n"


PATCH = {
    "gevent": "from gevent import monkey; monkey.patch_all()\nimport gevent\n"
    "spawn, wait = gevent.spawn, gevent.joinall\n",
    "eventlet": "import eventlet; eventlet.monkey_patch()\nspawn = eventlet.spawn\n"
    "wait = lambda threads: [thread.wait() for thread in threads]\n",
}


@pytest.mark.parametrize("library", PATCH)
def test_green_threads_run_on_while_a_call_waits(library: str) -> None:
    pytest.importorskip(library)

    with Server(always(EMPTY, after=0.3)) as server:
        said = run(
            """
            client.list_pipelines()
            ticks, done = [], []
            def tick():
                while len(done) < 4:
                    ticks.append(1)
                    time.sleep(0.01)
            def call():
                done.append(len(client.list_pipelines()))
            began = time.monotonic()
            wait([spawn(tick), *(spawn(call) for _ in range(4))])
            # One after another they would take 1.2 seconds.
            print(done, len(ticks) > 5, time.monotonic() - began < 1.1)
            try:
                client.list_pipelines(limit=0)
            except ValueError as error:
                print(error.argument)
            """,
            server.url,
            before=PATCH[library],
        )
    assert said == "[0, 0, 0, 0] True True\nlimit\n"


@pytest.mark.parametrize("library", PATCH)
def test_a_call_that_a_green_thread_gives_up_ends_without_a_word(library: str) -> None:
    pytest.importorskip(library)
    with Server(_never) as never, Server(always(EMPTY)) as server:
        process = start(
            f"""
            try:
                with Timeout(0.3):
                    Client(**place | {{"endpoint": {never.url!r}}}).list_pipelines()
            except Timeout:
                print("given up", flush=True)
            # The thread of the call that was given up is free by then.
            print([len(client.list_pipelines()) for _ in range(3)])
            time.sleep(0.3)
            """,
            server.url,
            before=f"{PATCH[library]}from {library} import Timeout\n",
        )
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (0, "given up\n[0, 0, 0]\n")
    assert "failed" not in err


def _never(stream: socket.socket) -> None:
    """Takes a request, and does not answer."""
    request(stream)
    stream.recv(1)
