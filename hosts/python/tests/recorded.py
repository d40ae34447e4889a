"""Tests of recorded answers, here and in hosts/runners: hooks and fixtures that a conftest imports."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest

ROOT = Path(__file__).parents[3]
FIXTURES = ROOT / "tests" / "fixtures"
PROJECT = "0123456789abcdef0123456789abcdef"

_FAULT = "the server can end a connection, and not fail in this way"
MARGIN = "it depends on a millisecond, which a real server cannot keep"
UNSERVED = {
    "bad_region_missing": "an endpoint is always given here, so that nothing leaves the machine",
    "call_timeout": MARGIN,
    "call_timeout_in_body": MARGIN,
    "connect_timeout": _FAULT,
    "deadline_ends_backoff": _FAULT,
    "denied_by_host": _FAULT,
    "dns_unknown_name": _FAULT,
    "endpoint_normal_form": "the endpoint is that of the server",
    "first_byte_timeout": MARGIN,
    "refused": _FAULT,
    "slow_but_in_time": MARGIN,
    "tls_untrusted": _FAULT,
}
"""The fixtures that a server on loopback cannot play, and why."""

Serve = Callable[[str], str]
"""Serves the fixture of this name, and returns the server's origin."""


class Tell(Protocol):
    """Reports that a fixture passed, or why it is not applicable to the host, or why the host's answer differs."""

    def __call__(self, fixture: str, why: str | None, *, differs: bool = False) -> None: ...


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--conformance", type=Path, metavar="FILE", help="add how each fixture came out, as lines of JSON")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, exitstatus: int) -> None:
    """Ends in a line as cargo does, which `cargo xtask test` adds up."""
    count = {name: len(terminalreporter.stats.get(name, [])) for name in ("passed", "failed", "error", "skipped")}
    verdict = "FAILED" if exitstatus else "ok"
    failed = count["failed"] + count["error"]
    terminalreporter.write_line(
        f"test result: {verdict}. {count['passed']} passed; {failed} failed; {count['skipped']} ignored"
    )


def program_of_workspace(name: str) -> Path:
    """A program that the workspace's build made."""
    return ROOT / "target" / "debug" / (f"{name}.exe" if sys.platform == "win32" else name)


@pytest.fixture
def tell(pytestconfig: pytest.Config, host: str) -> Tell:
    """For the conformance matrix, if it is asked for. The fixture `host` is the name of its column."""
    file: Path | None = pytestconfig.getoption("--conformance")

    def add(fixture: str, why: str | None, *, differs: bool = False) -> None:
        line = {"fixture": fixture, "host": host}
        line |= {"result": "differs" if differs else "not-applicable", "why": why} if why else {"result": "passed"}
        if file:
            with file.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(line) + "\n")

    return add


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Ends the servers that a test starts."""
    servers: list[subprocess.Popen[str]] = []

    def start(fixture: str) -> str:
        command: list[str | Path] = [program_of_workspace("host-test"), "serve", FIXTURES / fixture]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        servers.append(server)
        assert server.stdout is not None
        return server.stdout.readline().strip()

    try:
        yield start
    finally:
        for server in servers:
            server.kill()
            server.communicate()
