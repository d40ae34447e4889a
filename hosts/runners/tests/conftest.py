"""Fixtures of all tests: the engines' programs, and the Python package's tools for recorded answers."""

import importlib.util
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[2] / "python" / "tests"))
from recorded import (
    FIXTURES,
    PROJECT,
    ROOT,
    UNSERVED,
    Serve,
    Tell,
    program_of_workspace,
    pytest_addoption,
    pytest_terminal_summary,
    serve,
    tell,
)

__all__ = [
    "FIXTURES",
    "PROJECT",
    "ROOT",
    "UNSERVED",
    "Serve",
    "Tell",
    "program_of_workspace",
    "pytest_addoption",
    "pytest_terminal_summary",
    "serve",
    "tell",
]

COMPONENT = ROOT / "target" / "component" / "servicestage.wasm"
FACADE = ROOT / "target" / "facade" / "facade.wasm"
COMPOSED = ROOT / "target" / "facade" / "servicestage-facade.wasm"


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


@contextmanager
def saying(command: list[str | Path], ready: str, cwd: Path | None = None) -> Iterator[str]:
    """Runs an engine until the block ends, from when it has said that it is ready. Yields its output until then."""
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
    """The same for an engine that was given port 0. Yields its origin."""
    with saying(command, ready, cwd) as said:
        yield origin_in(said)


def origin_in(said: str) -> str:
    """The origin of an engine, by the first port of its own that it names."""
    port = re.search(r"127\.0\.0\.1:([1-9][0-9]*)", said)
    assert port, f"the engine names no port: {said}"
    return f"http://127.0.0.1:{port[1]}"
