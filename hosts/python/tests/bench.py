"""The time of a listing of 1,000 release tasks, from the request to the last task, over a connection that is kept.

    python hosts/python/tests/bench.py [--json]

Beside it the same answer is fetched without a component, and with the transport and the decoding of the vendor's SDK if
`requirements-bench.txt` is installed. They take turns, so that what else the machine does falls on all. Then come the
import, the first call of a process, and the memory after 1,000 calls.
"""

import argparse
import json
import multiprocessing
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from multiprocessing.connection import Connection

import urllib3

import bench_sdk
from conftest import FIXTURES, PROJECT
from servers import Server
from servicestage_pipelines import Client

ROUNDS = 300
RECORDS = 1000
STARTS = 20

Run = Callable[[], int]
"""Fetches the listing, and returns how long it is."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true", help="prints one JSON object in place of the lines")
    as_json = parser.parse_args().json
    receiver, sender = multiprocessing.Pipe(duplex=False)
    server = multiprocessing.Process(target=_serve, args=(sender,), daemon=True)
    server.start()
    url = receiver.recv()
    taken = measured(runs(url))
    medians = {what: statistics.median(times) for what, times in taken.items()}
    sdk = medians.get(SDK)
    if as_json:
        server.kill()
        print(json.dumps({"python": medians[OURS], "vs-sdk": medians[OURS] / sdk if sdk else None}))
        return
    for what, times in taken.items():
        print(f"{what}: {min(times):.1f} µs a record at best, {medians[what]:.1f} in the median")
    print(f"over the SDK: {medians[OURS] / sdk:.2f}" if sdk else "The SDK is not installed: requirements-bench.txt")
    for what, value in starts(url).items():
        print(f"{what}: {value:.1f}")
    server.kill()


OURS, BARE, SDK = "list_pipelines", "urllib3 and json.loads", "the SDK"

KEY, SECRET = "EXAMPLEAK0123456789A", "example-secret"


def runs(url: str) -> dict[str, Run]:
    """The figures that are measured."""
    client = Client(region="cn-north-4", project_id=PROJECT, endpoint=url, access_key=KEY, secret_key=SECRET)
    pool = urllib3.PoolManager()
    found: dict[str, Run] = {
        OURS: lambda: len(client.list_pipelines()),
        BARE: lambda: len(pool.request("GET", f"{url}/").json()["pipelines"]),
    }
    if sdk := bench_sdk.listing(url, PROJECT, KEY, SECRET):
        found[SDK] = sdk
    return found


def measured(found: dict[str, Run]) -> dict[str, list[float]]:
    """Microseconds a record, which are milliseconds a thousand, of each round."""
    taken: dict[str, list[float]] = {what: [] for what in found}
    for _ in range(ROUNDS):
        for what, run in found.items():
            began = time.perf_counter()
            assert run() == RECORDS
            taken[what].append((time.perf_counter() - began) * 1000)
    return taken


# msgspec imports typing_extensions where that is installed, as it is here for the type checker. The package does not
# need it.
START = """
import sys, time
sys.modules["typing_extensions"] = None
began = time.perf_counter()
from servicestage_pipelines import Client
imported = time.perf_counter()
client = Client(region="cn-north-4", project_id="0" * 32, endpoint=sys.argv[1], token="example-token")
client.list_pipelines(limit=1)
first = time.perf_counter()
for _ in range(int(sys.argv[2])):
    client.list_pipelines(limit=1)
memory = {line.split(":")[0]: int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmRSS")}
print([(imported - began) * 1000, (first - imported) * 1000, memory["VmRSS"] / 1000])
"""


def starts(url: str) -> dict[str, float]:
    """Medians of processes of their own."""

    def started(calls: int) -> list[float]:
        command = [sys.executable, "-c", START, url, str(calls)]
        values: list[float] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
        return values

    each = [started(0) for _ in range(STARTS)]
    imports, firsts, memory = (statistics.median(values) for values in zip(*each, strict=True))
    return {
        "import, ms": imports,
        "first call after it, ms": firsts,
        "RSS after a call, MB": memory,
        "RSS after 1,000 calls, MB": started(1000)[2],
    }


def _serve(sender: "Connection[str, str]") -> None:
    """Answers from a process of its own."""
    recorded = (FIXTURES / "thousand_records" / "response-1.http").read_bytes()
    head, _, body = recorded.replace(b"\r\n", b"\n").partition(b"\n\n")
    answer = b"\r\n".join(head.splitlines()) + b"\r\n\r\n" + body

    def handle(stream: socket.socket) -> None:
        # A request comes in one piece.
        while stream.recv(65536):
            stream.sendall(answer)

    with Server(handle) as server:
        sender.send(server.url)
        server.wait()


if __name__ == "__main__":
    main()
