"""Processes, threads, signals and event loops, each in a program of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from programs import checked, run, start
from servers import EMPTY, Server, always, request

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the programs fork and send signals")

EACH = 20
"""So many calls that those of two processes overlap."""


def test_a_client_that_was_used_before_a_fork_lists_in_the_child_and_in_the_parent() -> None:
    with Server(always(EMPTY)) as server:
        said = run(
            f"""
            client.list_pipelines()
            children = []
            for _ in range(4):
                if (child := os.fork()) == 0:
                    os._exit(0 if all(client.list_pipelines().attempts == 1 for _ in range({EACH})) else 1)
                children.append(child)
            mine = all(client.list_pipelines().attempts == 1 for _ in range({EACH}))
            print(mine, [os.waitpid(child, 0)[1] for child in children])
            """,
            server.url,
        )
    assert said == "True [0, 0, 0, 0]\n"


def test_a_child_of_a_child_lists_too() -> None:
    with Server(always(EMPTY)) as server:
        said = run(
            """
            client.list_pipelines()
            if (child := os.fork()) == 0:
                client.list_pipelines()
                if (grandchild := os.fork()) == 0:
                    os._exit(7 if len(client.list_pipelines()) == 0 else 1)
                os._exit(os.waitstatus_to_exitcode(os.waitpid(grandchild, 0)[1]))
            print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
            """,
            server.url,
        )
    assert said == "7\n"


def test_a_fork_while_another_thread_is_within_a_call_harms_neither() -> None:
    with Server(always(EMPTY, after=0.3)) as server:
        said = run(
            """
            client.list_pipelines()
            found = []
            busy = threading.Thread(target=lambda: found.append(client.list_pipelines().attempts))
            busy.start()
            time.sleep(0.1)
            if (child := os.fork()) == 0:
                os._exit(client.list_pipelines().attempts)
            print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
            busy.join()
            print(found)
            """,
            server.url,
        )
    assert said == "1\n[1]\n"


def test_the_end_of_a_child_does_not_end_the_connections_of_its_parent() -> None:
    with Server(always(EMPTY)) as server:
        run(
            """
            client.list_pipelines()
            if (child := os.fork()) == 0:
                del client
                sys.exit()
            os.waitpid(child, 0)
            assert client.list_pipelines().attempts == 1
            """,
            server.url,
        )
        assert server.connections == 1


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_multiprocessing_lists_in_every_process(method: str, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        """
import multiprocessing, sys
from servicestage_pipelines import Client

def count(place):
    return len(Client(**place).list_pipelines())

if __name__ == "__main__":
    place = dict(region="cn-north-4", project_id="0" * 32, endpoint=sys.argv[1], token="example-token")
    count(place)
    with multiprocessing.get_context(sys.argv[2]).Pool(3) as pool:
        print(pool.map(count, [place] * 9))
"""
    )
    with Server(always(EMPTY)) as server:
        command = [sys.executable, str(program), server.url, method]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert checked(process, 120) == f"{[0] * 9}\n"


def test_gunicorn_may_load_a_client_before_it_forks(tmp_path: Path) -> None:
    pytest.importorskip("gunicorn")
    (tmp_path / "app.py").write_text(
        """
import os
from servicestage_pipelines import Client

client = Client(region="cn-north-4", project_id="0" * 32, endpoint=os.environ["ENDPOINT"], token="example-token")
client.list_pipelines()

def application(environ, start_response):
    start_response("200 OK", [("content-type", "text/plain")])
    return [f"{len(client.list_pipelines())} in {os.getpid()}".encode()]
"""
    )
    with Server(always(EMPTY)) as server:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        command = [sys.executable, "-m", "gunicorn", "--preload", "--workers", "2", "--bind", f"127.0.0.1:{port}"]
        process = subprocess.Popen(
            [*command, "--chdir", str(tmp_path), "--pid", str(tmp_path / "pid"), "app"],
            env={**os.environ, "ENDPOINT": server.url},
            stderr=subprocess.DEVNULL,
        )
        try:
            answers = [_asked(f"http://127.0.0.1:{port}/") for _ in range(10)]
        finally:
            process.terminate()
            process.wait(30)
    assert all(answer.startswith("0 in ") for answer in answers)
    assert str(process.pid) not in {answer.removeprefix("0 in ") for answer in answers}


def _asked(url: str) -> str:
    for _ in range(100):
        try:
            with urllib.request.urlopen(url) as answer:
                return str(answer.read().decode())
        except urllib.error.URLError:
            time.sleep(0.1)
    raise AssertionError("gunicorn does not answer")


def test_threads_share_a_client_and_run_at_one_time() -> None:
    with Server(always(EMPTY, after=0.2)) as server:
        said = run(
            """
            client.list_pipelines()
            began = time.monotonic()
            threads = [threading.Thread(target=client.list_pipelines) for _ in range(16)]
            [thread.start() for thread in threads]
            ticks = 0
            while any(thread.is_alive() for thread in threads):
                ticks += 1
                time.sleep(0.01)
            # One after another they would take 3.2 seconds.
            print(ticks > 5, time.monotonic() - began < 2.5)
            """,
            server.url,
        )
    assert said == "True True\n"


def test_a_program_that_ends_does_not_wait_for_a_call_on_a_daemon_thread() -> None:
    with Server(_never) as server:
        said = run(
            """
            threading.Thread(target=client.list_pipelines, daemon=True).start()
            time.sleep(0.3)
            print("ended")
            """,
            server.url,
            timeout=20,
        )
    assert said == "ended\n"


def test_a_program_ends_well_while_daemon_threads_log_their_calls() -> None:
    """An interpreter that ends also ends threads within a handler, and a thread that Rust waits in would abort."""
    with Server(always(EMPTY)) as server:
        said = run(
            """
            import logging

            class Slow(logging.Handler):
                def emit(self, record):
                    time.sleep(0.1)

            logger = logging.getLogger("servicestage_pipelines")
            logger.addHandler(Slow())
            logger.setLevel(logging.DEBUG)

            def always():
                while True:
                    client.list_pipelines()

            for _ in range(8):
                threading.Thread(target=always, daemon=True).start()
            time.sleep(0.5)
            print("ended")
            """,
            server.url,
        )
    assert said == "ended\n"


def test_ctrl_c_ends_a_call_that_waits() -> None:
    with Server(_never) as server:
        process = start(
            """
            print("calling", flush=True)
            try:
                client.list_pipelines()
            except KeyboardInterrupt:
                print("interrupted", flush=True)
            """,
            server.url,
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "calling\n"
        server.wait_for_connection()
        process.send_signal(signal.SIGINT)
        began = time.monotonic()
        assert process.stdout.readline() == "interrupted\n"
        # 200 ms are promised; a busy machine gets some more.
        assert time.monotonic() - began < 2
        checked(process)


def test_ctrl_c_ends_what_asyncio_waits_for() -> None:
    with Server(_never) as server:
        process = start(
            """
            import asyncio
            try:
                asyncio.run(AsyncClient(**place).list_pipelines())
            except KeyboardInterrupt:
                print("interrupted", flush=True)
            """,
            server.url,
        )
        server.wait_for_connection()
        process.send_signal(signal.SIGINT)
        assert checked(process, 20) == "interrupted\n"


def test_a_handler_of_a_signal_may_call_and_the_call_goes_on() -> None:
    with Server(always(EMPTY, after=0.5)) as server:
        said = run(
            """
            import signal
            signal.signal(signal.SIGALRM, lambda *_: print("within", len(client.list_pipelines())))
            signal.setitimer(signal.ITIMER_REAL, 0.15)
            print("after", len(client.list_pipelines()))
            """,
            server.url,
        )
    assert said == "within 0\nafter 0\n"


def _never(stream: socket.socket) -> None:
    """Takes a request, and does not answer."""
    request(stream)
    stream.recv(1)
