"""What a listing of 1,000 release tasks costs, beside the same answer without a component.

    python hosts/python/tests/bench.py

A process of its own serves the recorded answer over a connection that is kept.
"""

import multiprocessing
import statistics
import time
from collections.abc import Callable
from multiprocessing.connection import Connection

import urllib3
from conftest import FIXTURES, PROJECT
from servers import Server, always

from servicestage_pipelines import Client, Token

ROUNDS = 200


def main() -> None:
    receiver, sender = multiprocessing.Pipe(duplex=False)
    server = multiprocessing.Process(target=_serve, args=(sender,), daemon=True)
    server.start()
    url = receiver.recv()
    client = Client(region="cn-north-4", project_id=PROJECT, endpoint=url, credentials=Token("example-token"))
    pool = urllib3.PoolManager()
    _measure("list_pipelines", lambda: len(client.list_pipelines()))
    _measure("urllib3 and json.loads", lambda: len(pool.request("GET", f"{url}/").json()["pipelines"]))
    server.kill()


def _serve(sender: "Connection[str, str]") -> None:
    recorded = (FIXTURES / "thousand_records" / "response-1.http").read_bytes()
    head, _, body = recorded.replace(b"\r\n", b"\n").partition(b"\n\n")
    with Server(always(b"\r\n".join(head.splitlines()) + b"\r\n\r\n" + body)) as server:
        sender.send(server.url)
        server.wait()


def _measure(what: str, run: Callable[[], int]) -> None:
    """Prints microseconds a record, which are milliseconds a thousand."""
    walls, processors = [], []
    for _ in range(ROUNDS):
        wall, processor = time.perf_counter(), time.process_time()
        assert run() == 1000
        walls.append((time.perf_counter() - wall) * 1000)
        processors.append((time.process_time() - processor) * 1000)
    median, best = statistics.median(walls), min(walls)
    print(f"{what}: {best:.1f} µs a record at best, {median:.1f} in the median; processor {min(processors):.1f}")


if __name__ == "__main__":
    main()
