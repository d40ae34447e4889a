"""What all tests share: no credentials or proxies of the machine, and a server of recorded answers."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
FIXTURES = ROOT / "tests" / "fixtures"
PROJECT = "0123456789abcdef0123456789abcdef"

Serve = Callable[[str], str]
"""Serves the fixture of this name, and returns the server's origin."""

Tell = Callable[[str, str | None], None]
"""Tells that a fixture passed, or why this host lacks it."""


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


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    for name in os.environ:
        if name.startswith(("HW_", "HUAWEICLOUD_SDK_")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    # Compiled once for all tests, and not into the cache of whoever runs them.
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))


@pytest.fixture
def tell(pytestconfig: pytest.Config) -> Tell:
    """For the conformance matrix, if it is asked for."""
    file: Path | None = pytestconfig.getoption("--conformance")

    def add(fixture: str, why: str | None) -> None:
        line = {"fixture": fixture, "host": "python"}
        line |= {"result": "lacks", "why": why} if why else {"result": "passed"}
        if file:
            with file.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(line) + "\n")

    return add


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Ends the servers that a test starts."""
    servers: list[subprocess.Popen[str]] = []

    def start(fixture: str) -> str:
        program = ROOT / "target" / "debug" / ("host-test.exe" if sys.platform == "win32" else "host-test")
        server = subprocess.Popen([program, "serve", FIXTURES / fixture], stdout=subprocess.PIPE, text=True)
        servers.append(server)
        assert server.stdout is not None
        return server.stdout.readline().strip()

    yield start
    for server in servers:
        server.kill()
        server.communicate()
