"""What a listing of 1,000 release tasks costs, from the request to the last task, over a connection that is kept.

    python hosts/python/tests/bench.py [--json]

Beside it the same answer is fetched without a component, and with the transport and the decoding of the vendor's SDK if
`requirements-bench.txt` is installed. They take turns, so that what else the machine does falls on all.
"""

import argparse
import json
import multiprocessing
import socket
import statistics
import time
from collections.abc import Callable
from multiprocessing.connection import Connection

import urllib3

import bench_sdk
from conftest import FIXTURES, PROJECT
from servers import Server
from servicestage_pipelines import AccessKey, Client, Listing

ROUNDS = 300
RECORDS = 1000

Run = Callable[[], int]
"""Fetches the listing, and returns how long it is."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true", help="prints one JSON object in place of the lines")
    as_json = parser.parse_args().json
    receiver, sender = multiprocessing.Pipe(duplex=False)
    server = multiprocessing.Process(target=_serve, args=(sender,), daemon=True)
    server.start()
    taken = measured(runs(receiver.recv()))
    server.kill()

    medians = {what: statistics.median(times) for what, times in taken.items()}
    sdk = medians.get(SDK)
    if as_json:
        print(json.dumps({"python": medians[OURS], "vs-sdk": medians[OURS] / sdk if sdk else None}))
        return
    for what, times in taken.items():
        print(f"{what}: {min(times):.1f} µs a record at best, {medians[what]:.1f} in the median")
    print(f"over the SDK: {medians[OURS] / sdk:.2f}" if sdk else "The SDK is not installed: requirements-bench.txt")


OURS, BARE, SDK, DECODING = "list_pipelines", "urllib3 and json.loads", "the SDK", "decoding alone"


def runs(url: str) -> dict[str, Run]:
    """What is measured."""
    key = AccessKey("EXAMPLEAK0123456789A", "example-secret")
    client = Client(region="cn-north-4", project_id=PROJECT, endpoint=url, credentials=key)
    pool = urllib3.PoolManager()
    text = json.dumps(client.list_pipelines().to_dict()).encode()
    found: dict[str, Run] = {
        OURS: lambda: len(client.list_pipelines()),
        DECODING: lambda: len(Listing.from_json(text)),
        BARE: lambda: len(pool.request("GET", f"{url}/").json()["pipelines"]),
    }
    if sdk := bench_sdk.listing(url, PROJECT, key.access_key_id, key.secret_access_key):
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
