"""Waiting for a release task. When a wait ends is tried in Rust, in virtual time."""

import json
import logging
import socket
import time
from datetime import datetime, timezone
from typing import Any

import pytest

from conftest import PROJECT
from servers import Server, request
from servicestage_pipelines import AsyncClient, Client, InvalidArgumentError, NotFoundError, Status

RUNS = 1_739_865_312_582


def answering(*statuses: int | None) -> Any:
    """Serves a task with one status after the other, and then the last one on. None stands for a missing task."""
    left = list(statuses)

    def handle(stream: socket.socket) -> None:
        while request(stream):
            status = left.pop(0) if len(left) > 1 else left[0]
            task = {"id": "1", "name": "release", "status": status, "last_trigger_at": RUNS}
            body = json.dumps({"pipelines": [] if status is None else [task]}).encode()
            head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
            stream.sendall(head.encode() + body)

    return handle


def client(url: str) -> Client:
    return Client(region="cn-north-4", project_id=PROJECT, endpoint=url, token="example-token")


def test_a_wait_ends_at_the_status_that_it_is_for(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "servicestage_pipelines")
    with Server(answering(5, 2)) as server:
        waited = client(server.url).wait("release", interval=1)
    assert (waited.reached, waited.pipeline.status) == (True, Status.SUCCEEDED)
    assert any("pending_approval" in record.getMessage() for record in caplog.records)


def test_another_final_status_ends_it_too() -> None:
    with Server(answering(3)) as server:
        waited = client(server.url).wait(id="1")
        assert (waited.reached, waited.pipeline.status) == (False, Status.FAILED)
        assert client(server.url).wait("release", for_status=["failed"]).reached
    with Server(answering(7)) as server:
        assert not client(server.url).wait("release", fail_on=["paused"]).reached


def test_an_earlier_run_does_not_count() -> None:
    began = datetime.fromtimestamp(RUNS / 1000 + 1, timezone.utc)
    with Server(answering(2)) as server, pytest.raises(TimeoutError) as caught:
        client(server.url).wait("release", started_after=began, timeout=1.5)
    assert "started_after" in str(caught.value)


def test_a_task_that_is_missing_is_an_error_unless_it_is_waited_for() -> None:
    with Server(answering(None, 2)) as server:
        with pytest.raises(NotFoundError, match="wait_for_task"):
            client(server.url).wait("release")
        assert client(server.url).wait("release", wait_for_task=True).reached


@pytest.mark.parametrize(
    ("arguments", "argument"),
    [
        ({}, "name"),
        ({"name": "a", "id": "1"}, "name"),
        ({"name": ""}, "name"),
        ({"id": ""}, "id"),
        ({"name": "a", "timeout": 0}, "timeout"),
        ({"name": "a", "for_status": []}, "for_status"),
        ({"name": "a", "for_status": ["done"]}, "for_status"),
        ({"name": "a", "fail_on": ["succeeded"]}, "fail_on"),
        ({"name": "a", "interval": 0.5}, "interval"),
        ({"name": "a", "timeout": float("nan")}, "timeout"),
        ({"name": "a", "started_after": "now"}, "started_after"),
    ],
)
def test_an_argument_that_is_not_allowed_is_named(arguments: dict[str, Any], argument: str) -> None:
    with Server(answering(2)) as server:
        with pytest.raises(InvalidArgumentError) as caught:
            client(server.url).wait(**arguments)
        assert server.connections == 0
    assert (caught.value.argument, caught.value.operation) == (argument, "wait")


def test_asyncio_waits_too_and_ends_when_it_is_cancelled() -> None:
    import asyncio

    async def main(url: str) -> None:
        many = AsyncClient(region="cn-north-4", project_id=PROJECT, endpoint=url, token="example-token")
        async with many:
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(many.wait("release"), 0.5)

    began = time.monotonic()
    with Server(answering(4)) as server:
        asyncio.run(main(server.url))
    assert time.monotonic() - began < 20
