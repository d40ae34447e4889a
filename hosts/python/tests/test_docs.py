"""The code of the guides, of the README and of the package's page runs."""

import re
import subprocess
import sys
from pathlib import Path
from textwrap import indent
from typing import Any

import pytest

import servicestage_pipelines
from conftest import PROJECT, ROOT, Serve
from servicestage_pipelines import AsyncClient, Client

PAGES = [
    "README.md",
    "README.zh-CN.md",
    "docs/getting-started.md",
    "docs/getting-started.zh-CN.md",
    "docs/python.md",
    "hosts/python/README.md",
]
BLOCKS = [
    block for page in PAGES for block in re.findall(r"```python\n(.*?)```", (ROOT / page).read_text("utf-8"), re.DOTALL)
]


@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_of_code_runs(block: str, serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if "to_pandas" in block:
        pytest.importorskip("pandas")
    monkeypatch.setenv("HW_AUTH_TOKEN", "example-token")
    monkeypatch.chdir(tmp_path)
    here: dict[str, Any]
    if "find_project" in block:
        here = {"iam_endpoint": serve("find_project")}
    else:
        here = {"endpoint": serve("every_status"), "project_id": PROJECT}

    class Led(Client):
        def __init__(self, **options: Any) -> None:
            super().__init__(**options | here)

    class LedAsync(AsyncClient):
        def __init__(self, **options: Any) -> None:
            super().__init__(**options | here)

    monkeypatch.setattr(servicestage_pipelines, "Client", Led)
    monkeypatch.setattr(servicestage_pipelines, "AsyncClient", LedAsync)
    exec(compile(block, "docs", "exec"), {})


def test_the_code_has_the_types_that_the_package_declares(tmp_path: Path) -> None:
    program = tmp_path / "guide.py"
    program.write_text(
        "\n".join(f"def block_{number}() -> None:\n{indent(block, '    ')}" for number, block in enumerate(BLOCKS))
    )
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", tmp_path / "cache", program],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert checked.stdout.startswith("Success"), checked.stdout + checked.stderr
