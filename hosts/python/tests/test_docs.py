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
BLOCK = re.compile(r"^```python\n(.*?)^```$(?:\s+^```text\n(.*?)^```$)?", re.DOTALL | re.MULTILINE)
SHOWN: list[tuple[str, str]] = [found for page in PAGES for found in BLOCK.findall((ROOT / page).read_text("utf-8"))]
"""Each block with the output that the page shows for it, if it shows any."""

BLOCKS = [block for block, _ in SHOWN]


@pytest.mark.parametrize(("block", "output"), SHOWN)
def test_a_block_of_code_runs_and_prints_what_is_shown(
    block: str,
    output: str,
    serve: Serve,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if "to_pandas" in block:
        pytest.importorskip("pandas")
    monkeypatch.setenv("HW_AUTH_TOKEN", "example-token")
    monkeypatch.chdir(tmp_path)
    here: dict[str, Any]
    if "find_project" in block:
        here = {"iam_endpoint": serve("find_project")}
    else:
        here = {"endpoint": serve("thousand_records" if output else "every_status"), "project_id": PROJECT}

    class Led(Client):
        def __init__(self, **options: Any) -> None:
            super().__init__(**options | here)

    class LedAsync(AsyncClient):
        def __init__(self, **options: Any) -> None:
            super().__init__(**options | here)

    monkeypatch.setattr(servicestage_pipelines, "Client", Led)
    monkeypatch.setattr(servicestage_pipelines, "AsyncClient", LedAsync)
    exec(compile(block, "docs", "exec"), {})
    assert capsys.readouterr().out == output or not output


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
