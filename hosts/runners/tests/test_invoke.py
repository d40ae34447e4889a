"""Every fixture by `wasmtime run --invoke`, with the answer of every other host."""

import subprocess
from pathlib import Path
from typing import Any

import cases
import pytest
from conftest import COMPONENT, Serve, Tell
from wave_text import read, written


@pytest.fixture
def host() -> str:
    return "wasmtime-cli"


@pytest.fixture(scope="module")
def compiled(wasmtime: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Compiled once, so that each case only runs."""
    path = tmp_path_factory.mktemp("compiled") / "servicestage.cwasm"
    subprocess.run([wasmtime, "compile", "-o", path, COMPONENT], check=True, timeout=120)
    return path


@pytest.mark.parametrize("name", cases.APPLICABLE)
def test_the_answer_is_that_of_every_host(name: str, wasmtime: Path, compiled: Path, serve: Serve, tell: Tell) -> None:
    case = cases.read(name, serve)
    if case.query is None:
        call = f"find-project({written(case.connection)})"
    else:
        call = f"list-pipelines({written(case.connection, case.query)})"

    command: list[str | Path] = [wasmtime, "run", "-S", "http", "--allow-precompiled", "--invoke", call, compiled]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr
    case.compare(_outcome(read(ran.stdout)), tell)


def test_the_others_are_not_applicable(compiled: Path, tell: Tell) -> None:
    assert compiled.exists()
    cases.tell_of_others(tell)


def _outcome(result: dict[str, Any]) -> dict[str, Any]:
    match result:
        case {"ok": str(project)}:
            return {"project": project}
        case {"ok": listing}:
            return {"listing": listing}
        case {"err": error}:
            return {"error": error}
    raise AssertionError(result)
