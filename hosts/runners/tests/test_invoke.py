"""Every fixture by `wasmtime run --invoke`, with the answer that every other host gives."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import tomli
from answers import canonical
from conftest import COMPONENT, FIXTURES, Serve, Tell
from wave_text import read, written

_FAULT = "the server can end a connection, and not fail in this way"
_MARGIN = "it depends on a millisecond, which a real server cannot keep"
_CODE = "wasmtime does not find the error code of a body that breaks, so that every one is a `reset`"
LACKING = {
    "bad_region_missing": "an endpoint is always given here, so that nothing leaves the machine",
    "between_bytes_timeout": _CODE,
    "call_timeout": _MARGIN,
    "call_timeout_in_body": _MARGIN,
    "chunk_missing": _CODE,
    "connect_timeout": _FAULT,
    "deadline_ends_backoff": _FAULT,
    "denied_by_host": _FAULT,
    "dns_unknown_name": _FAULT,
    "endpoint_normal_form": _FAULT,
    "first_byte_timeout": _MARGIN,
    "length_too_long": _CODE,
    "refused": _FAULT,
    "reset_then_success": "wasmtime takes a connection that ends without an answer for a breach of HTTP",
    "slow_but_in_time": _MARGIN,
    "tls_untrusted": _FAULT,
}
"""The fixtures that this host lacks, and why."""

CASES = sorted(folder.name for folder in FIXTURES.iterdir())


@pytest.fixture(scope="module")
def compiled(wasmtime: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Compiled once, so that each case only runs."""
    path = tmp_path_factory.mktemp("compiled") / "servicestage.cwasm"
    subprocess.run([wasmtime, "compile", "-o", path, COMPONENT], check=True, timeout=120)
    return path


@pytest.mark.parametrize("name", CASES)
def test_the_answer_is_that_of_every_host(name: str, wasmtime: Path, compiled: Path, serve: Serve, tell: Tell) -> None:
    if name in LACKING:
        tell(name, LACKING[name])
        pytest.skip(LACKING[name])
    case = tomli.loads((FIXTURES / name / "case.toml").read_text("utf-8"))
    expected = json.loads((FIXTURES / name / "expected.json").read_text("utf-8"))
    connection = _led_to(serve(name), case["connection"], expected)
    if case.get("operation") == "find-project":
        call = f"find-project({written(connection)})"
    else:
        call = f"list-pipelines({written(connection, case.get('query', []))})"

    command: list[str | Path] = [wasmtime, "run", "-S", "http", "--allow-precompiled", "--invoke", call, compiled]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr
    assert canonical(_outcome(read(ran.stdout))) == canonical(expected)
    tell(name, None)


def test_what_is_lacking_exists() -> None:
    assert set(LACKING) <= set(CASES)


def _led_to(server: str, connection: dict[str, Any], expected: dict[str, Any]) -> dict[str, Any]:
    """The case's connection, with the fixture server in place of the service."""
    led = {"endpoint": server, "iam_endpoint": server}
    nothing_sent = expected.get("error", {}).get("attempts") == 0
    # Where a part of the connection is not valid, it may be an endpoint.
    return led | connection if nothing_sent else connection | led


def _outcome(result: dict[str, Any]) -> dict[str, Any]:
    match result:
        case {"ok": str(project)}:
            return {"project": project}
        case {"ok": listing}:
            return {"listing": listing}
        case {"err": error}:
            return {"error": error}
    raise AssertionError(result)
