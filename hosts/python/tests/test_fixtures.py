"""Every fixture, over real HTTP, with the answer that every other host gives.

The component asks the endpoints of the fixture. Behind the policy the requests are led to the fixture server, so that
messages and signatures are those of the fixture. The clock is the fixture's: waits take no time.
"""

import json
import re
import threading
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import tomli
from conftest import FIXTURES, Serve, Tell

import servicestage_pipelines as package
from servicestage_pipelines import AccessKey, Ambient, Client, OtherConfigMode, OtherStatus, ServiceStageError, Token
from servicestage_pipelines.http import HttpError, Request, Response, Timeouts
from servicestage_pipelines.model import time_of
from servicestage_pipelines.network import Network
from servicestage_pipelines.policy import Origin, Policy, needs_of

_MARGIN = "it depends on a millisecond, which a real server cannot keep; test_network.py times out really"
LACKING = {
    "bad_range_open": "a range without ends is no argument here, and so no filter",
    "bad_term_twice": "Python itself refuses an argument that is given twice",
    "between_bytes_timeout": _MARGIN,
    "call_timeout": _MARGIN,
    "call_timeout_in_body": _MARGIN,
    "first_byte_timeout": _MARGIN,
    "slow_but_in_time": _MARGIN,
}
"""The fixtures that this host lacks, and why."""

CASES = sorted(folder.name for folder in FIXTURES.iterdir())


@pytest.mark.parametrize("name", CASES)
def test_the_answer_is_that_of_every_host(name: str, serve: Serve, tell: Tell) -> None:
    if name in LACKING:
        tell(name, LACKING[name])
        pytest.skip(LACKING[name])
    folder = FIXTURES / name
    case = tomli.loads((folder / "case.toml").read_text("utf-8"))
    expected = json.loads((folder / "expected.json").read_text("utf-8"))
    client = Client(**_connection(case["connection"]))
    sender = client._sender = _ToServer(client, serve(name), case.get("exchange", []))
    client._clock = _FixtureClock(case["clock"])

    assert _call(client, case) == expected
    requests = sorted(folder.glob("request-*.http"))
    assert len(sender.sent) == len(requests)
    for sent, request in zip(sender.sent, requests, strict=True):
        assert _is_as_recorded(sent, request.read_text("utf-8"), case.get("vary", [])), (sent, request)
    tell(name, None)


def test_what_is_lacking_exists() -> None:
    assert set(LACKING) <= set(CASES)


def _call(client: Client, case: dict[str, Any]) -> dict[str, Any]:
    try:
        if case.get("operation") == "find-project":
            return {"project": client.find_project()}
        return {"listing": client.list_pipelines(**_filters(case.get("query", []))).to_dict()}
    except ServiceStageError as error:
        return {"error": error.to_dict()} if type(error) is _class_of(error.kind) else {"class": type(error)}


def _class_of(kind: str) -> object:
    return getattr(package, kind.title().replace("_", "") + "Error")


def _connection(connection: dict[str, Any]) -> dict[str, Any]:
    arguments = {name: value for name, value in connection.items() if not name.endswith("_ms")}
    for name in connection.keys() - arguments.keys():
        arguments[name.removesuffix("_ms")] = connection[name] / 1000
    match connection["credentials"]:
        case {"token": token}:
            arguments["credentials"] = Token(token)
        case {"access_key": key}:
            arguments["credentials"] = AccessKey(**key)
        case "ambient":
            arguments["credentials"] = Ambient()
    return arguments


def _filters(query: list[dict[str, Any]]) -> dict[str, Any]:
    filters: dict[str, Any] = {}
    for term in query:
        match term:
            case {"status": statuses}:
                filters["status"] = [OtherStatus(**_other(one)) if isinstance(one, dict) else one for one in statuses]
            case {"config_mode": {"other": text}}:
                filters["config_mode"] = OtherConfigMode(text)
            case {"order_by": {"key": key, "direction": direction}}:
                filters |= {"order_by": key, "order": direction}
            case {"created": ends} | {"updated": ends} | {"last_run": ends}:
                (name,) = term
                filters |= {f"{name}_{end}": time_of(value) for end, value in ends.items()}
            case _:
                filters |= term
    return filters


def _other(status: dict[str, int]) -> dict[str, int]:
    return {"number": status["other"]}


def _is_as_recorded(sent: Request, recorded: str, vary: list[str]) -> bool:
    first, *lines = recorded.rstrip().splitlines()
    method, target, _ = first.split(" ")
    found = {name.lower(): value.decode() for name, value in sent.headers} | {"host": sent.authority}
    wanted = dict(line.split(": ", 1) for line in lines)
    patterns = {
        name: ".*" if name in vary else re.escape(value).replace(r"\{signature\}", "[0-9a-f]{64}")
        for name, value in wanted.items()
    }
    same = all(re.fullmatch(pattern, found.get(name, "")) for name, pattern in patterns.items())
    return same and (sent.method, sent.path) == (method, target) and found.keys() == wanted.keys()


_FAULTS = {
    "connection-refused": HttpError("connection-refused"),
    "connection-terminated": HttpError("connection-terminated"),
    "connection-timeout": HttpError("connection-timeout"),
    "dns-error": HttpError("DNS-error", "NXDOMAIN"),
    "http-request-denied": HttpError("HTTP-request-denied"),
    "tls-certificate-error": HttpError("TLS-certificate-error"),
}


class _ToServer:
    """Leads what the client's policy lets pass to the fixture server, or fails as the fixture says."""

    def __init__(self, client: Client, server: str, exchanges: list[dict[str, Any]]) -> None:
        self.sent: list[Request] = []
        self._policy = client._network._policy
        self._exchanges = exchanges
        origin = Origin.parse(server)
        assert origin is not None
        self._authority = server.removeprefix("http://")
        declaration = (Path(package.__file__).parent / "servicestage.needs.json").read_text("utf-8")
        self._network = Network(Policy(needs_of(declaration), {"service": origin, "iam": origin}, ()), None, {})

    def send(self, request: Request, timeouts: Timeouts) -> Response:
        self._policy.check(request)
        place = len(self.sent)
        self.sent.append(request)
        fault = self._exchanges[place].get("fault") if place < len(self._exchanges) else None
        led = Request(request.method, "http", self._authority, request.path, request.headers)
        try:
            return self._network.send(led, timeouts)
        except HttpError as error:
            # All that the server can do for a fault is to end the connection.
            raise _FAULTS[fault] if fault else error from None


class _FixtureClock:
    """Begins when the fixture says, and jumps over waits during which no request is under way."""

    def __init__(self, begin: str) -> None:
        self._begin = int(datetime.fromisoformat(begin.replace("Z", "+00:00")).timestamp()) * 10**9
        self._now = 0

    def wall(self) -> int:
        return self._begin + self._now

    def monotonic(self) -> int:
        return self._now

    def wait(self, changed: threading.Condition, nanoseconds: int) -> None:
        if any(thread.name == "exchange" for thread in threading.enumerate()):
            changed.wait(0.01)
        else:
            self._now += nanoseconds
