"""What all tests share: the engines' programs, and a server of recorded answers."""

import importlib.util
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
FIXTURES = ROOT / "tests" / "fixtures"
COMPONENT = ROOT / "target" / "component" / "servicestage.wasm"
FACADE = ROOT / "target" / "facade" / "facade.wasm"
COMPOSED = ROOT / "target" / "facade" / "servicestage-facade.wasm"
PROJECT = "0123456789abcdef0123456789abcdef"

Serve = Callable[[str], str]
"""Serves the fixture of this name, and returns the server's origin."""

Tell = Callable[[str, str | None], None]
"""Tells that a fixture passed, or why the wasmtime command line lacks it."""


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
        if name.startswith(("HW_", "HUAWEICLOUD_SDK_", "SERVICESTAGE_", "WASH_")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    # Engines keep what they compile and log under the home folder.
    monkeypatch.setenv("HOME", str(tmp_path_factory.getbasetemp()))


@pytest.fixture(scope="session")
def wasmtime() -> Path:
    return program("wasmtime_cli", "wasmtime")


@pytest.fixture(scope="session")
def wash() -> Path:
    return program("wash_cli", "wash")


@pytest.fixture(scope="session")
def nats() -> Path:
    """Beside the interpreter, where its wheel puts it."""
    found = Path(sys.executable).with_name("nats-server")
    if not found.exists():
        pytest.skip("nats-server is not installed: its wheel could not be had")
    return found


def program(package: str, name: str) -> Path:
    """A program in an installed wheel, called by itself: the wheel's own script stays behind when it is killed."""
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        pytest.skip(f"{name} is not installed: its wheel could not be had")
    program = Path(found.origin).parent / name
    # One of the wheels has lost this bit.
    program.chmod(program.stat().st_mode | 0o111)
    return program


def program_of_workspace(name: str) -> Path:
    """A program that the workspace's build made."""
    return ROOT / "target" / "debug" / (f"{name}.exe" if sys.platform == "win32" else name)


@pytest.fixture
def tell(pytestconfig: pytest.Config) -> Tell:
    """For the matrix of all hosts, if it is asked for."""
    file: Path | None = pytestconfig.getoption("--conformance")

    def add(fixture: str, why: str | None) -> None:
        line = {"fixture": fixture, "host": "wasmtime-cli"}
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
        server = subprocess.Popen(
            [program_of_workspace("host-test"), "serve", FIXTURES / fixture], stdout=subprocess.PIPE, text=True
        )
        servers.append(server)
        assert server.stdout is not None
        return server.stdout.readline().strip()

    try:
        yield start
    finally:
        for server in servers:
            server.kill()
            server.communicate()


@contextmanager
def saying(command: list[str | Path], ready: str, cwd: Path | None = None) -> Iterator[str]:
    """Runs an engine until the block ends, from when it has said that it is ready. Gives what it said until then."""
    engine = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=cwd)
    assert engine.stdout is not None
    said = ""
    # One that neither starts nor ends must not hold up the tests.
    patience = threading.Timer(120, engine.kill)
    patience.start()
    try:
        for line in engine.stdout:
            said += line
            if ready in line:
                break
        patience.cancel()
        assert ready in said, f"the engine did not start: {said}"
        # Whatever it says from now on must not fill the pipe.
        threading.Thread(target=engine.stdout.read, daemon=True).start()
        yield said
    finally:
        patience.cancel()
        engine.kill()
        engine.wait()


@contextmanager
def running(command: list[str | Path], ready: str, cwd: Path | None = None) -> Iterator[str]:
    """The same for an engine that was given port 0. Gives its origin."""
    with saying(command, ready, cwd) as said:
        yield origin_in(said)


def origin_in(said: str) -> str:
    """The origin of an engine, by the first port of its own that it names."""
    port = re.search(r"127\.0\.0\.1:([1-9][0-9]*)", said)
    assert port, f"the engine names no port: {said}"
    return f"http://127.0.0.1:{port[1]}"
