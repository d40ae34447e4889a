"""Two hosts of wasmCloud with the facade under load, and one.

    python hosts/runners/tests/load.py [FIXTURE]

Prints how many requests a second both answer, and one alone. Who asks, and the service that the hosts ask, run here
too, on the same processors.
"""

import json
import statistics
import sys
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from cluster import cluster
from conftest import PROJECT, program
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
    wash, nats = program("wash_cli", "wash"), Path(sys.executable).with_name("nats-server")
    for linked in (False, True):
        with (
            Service() as service,
            TemporaryDirectory() as folder,
            cluster(wash, nats, linked, service.origin, Path(folder)) as hosts,
        ):
            for origins in (hosts, hosts[:1]):
                service.expect(recorded(fixture) * REQUESTS)
                began = time.perf_counter()
                answers = ask(origins, REQUESTS)
                rate = REQUESTS / (time.perf_counter() - began)
                median = statistics.median(seconds for _, seconds in answers) * 1000
                how = "linked" if linked else "composed"
                print(f"{how}, hosts: {len(origins)}: {rate:.0f} requests a second, {median:.0f} ms in the median")


if __name__ == "__main__":
    main(*sys.argv[1:])
