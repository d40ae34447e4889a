"""The examples of examples/embedding, each in a folder with the component and nothing else of this project."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from canonical import canonical
from conftest import COMPONENT, FIXTURES, PROJECT, ROOT, Serve, program_of_workspace
from wave_text import read

EXAMPLES = ROOT / "examples" / "embedding"
MODULES = ROOT / "hosts" / "js" / "node_modules"

Command = list[str | Path]


def python(_: pytest.FixtureRequest, folder: Path) -> Command:
    return [sys.executable, _copied("list.py", folder)]


def node(_: pytest.FixtureRequest, folder: Path) -> Command:
    if not MODULES.exists():
        pytest.skip("jco is not installed: `npm ci` in hosts/js installs it")
    (folder / "node_modules").symlink_to(MODULES)
    return ["node", _copied("list.mjs", folder)]


def wasmtime_cli(request: pytest.FixtureRequest, folder: Path) -> Command:
    (folder / "wasmtime").symlink_to(request.getfixturevalue("wasmtime"))
    return ["sh", _copied("list.sh", folder)]


def rust(_: pytest.FixtureRequest, folder: Path) -> Command:
    program = folder / "embedding-example"
    shutil.copy(program_of_workspace("embedding-example"), program)
    return [program]


def _copied(name: str, folder: Path) -> Path:
    return Path(shutil.copy(EXAMPLES / name, folder))


@pytest.mark.parametrize("example", [python, node, wasmtime_cli, rust])
@pytest.mark.parametrize("fixture", ["thousand_records", "forbidden"])
def test_an_example_lists_with_nothing_of_this_project_but_the_component(
    example: Callable[[pytest.FixtureRequest, Path], Command],
    fixture: str,
    serve: Serve,
    request: pytest.FixtureRequest,
    tmp_path: Path,
) -> None:
    command = [*example(request, tmp_path), shutil.copy(COMPONENT, tmp_path)]
    environment = os.environ | {
        "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}",
        "HW_REGION_NAME": "cn-north-4",
        "HW_PROJECT_ID": PROJECT,
        "HW_AUTH_TOKEN": "example-token",
        "SERVICESTAGE_ENDPOINT": serve(fixture),
    }
    ran = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120)

    ((outcome, expected),) = json.loads((FIXTURES / fixture / "expected.json").read_text("utf-8")).items()
    if example is wasmtime_cli:
        answer = read(ran.stdout)
        assert canonical(answer) == canonical({"ok" if outcome == "listing" else "err": expected}), ran.stderr
    elif outcome == "listing":
        assert canonical(json.loads(ran.stdout)) == canonical(expected), ran.stderr
    else:
        assert (ran.returncode, ran.stdout) == (1, "")
        assert canonical(expected["message"]) in canonical(ran.stderr)
