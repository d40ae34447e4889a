"""Two wasmCloud hosts, each with the facade linked to the component, under load.

    python hosts/runners/tests/load.py

Prints how many requests a second both answer, and each alone. The service they ask runs in this process too, on the
same processors.
"""

import json
import statistics
import sys
import tempfile
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from conftest import PROJECT, program
from engines import deployed
from service import Service, recorded

CLIENTS = 8
REQUESTS = 400


def ask(origins: list[str], requests: int) -> list[tuple[int, float]]:
    """Asks the hosts in turn, by several clients at once. How many release tasks came, and in how many seconds."""

    def one(number: int) -> tuple[int, float]:
        url = f"{origins[number % len(origins)]}/pipelines?project_id={PROJECT}"
        request = urllib.request.Request(url, headers={"X-Auth-Token": "example-token"})  # noqa: S310
        began = time.perf_counter()
        with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310
            return len(json.load(response)["pipelines"]), time.perf_counter() - began

    with ThreadPoolExecutor(CLIENTS) as pool:
        return list(pool.map(one, range(requests)))


def main(fixture: str = "thousand_records") -> None:
    wash = program("wash_cli", "wash")
    with ExitStack() as stack:
        service = stack.enter_context(Service())
        folders = [Path(stack.enter_context(tempfile.TemporaryDirectory())) for _ in range(2)]
        hosts = [
            stack.enter_context(deployed("wasmCloud, linked", {"wash": wash}, service.origin, folder))
            for folder in folders
        ]
        for name, origins in (("both hosts", hosts), ("one host", hosts[:1]), ("the other", hosts[1:])):
            service.expect(recorded(fixture) * REQUESTS)
            began = time.perf_counter()
            answers = ask(origins, REQUESTS)
            took = time.perf_counter() - began
            median = statistics.median(seconds for _, seconds in answers) * 1000
            listed = {count for count, _ in answers}
            print(f"{name}: {REQUESTS / took:.0f} requests a second, {median:.0f} ms in the median, of {listed} tasks")


if __name__ == "__main__":
    main(*sys.argv[1:])
