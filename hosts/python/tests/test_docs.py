"""The code of the guide and of the package's page runs."""

import functools
import re
from typing import Any

import pytest
from conftest import PROJECT, ROOT, Serve

import servicestage_pipelines

PAGES = ["docs/python.md", "hosts/python/README.md"]
BLOCKS = [
    block for page in PAGES for block in re.findall(r"```python\n(.*?)```", (ROOT / page).read_text("utf-8"), re.DOTALL)
]


@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_of_code_runs(block: str, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    if "to_pandas" in block:
        pytest.importorskip("pandas")
    monkeypatch.setenv("HW_AUTH_TOKEN", "example-token")
    here: dict[str, Any]
    if "find_project" in block:
        here = {"iam_endpoint": serve("find_project")}
    else:
        here = {"endpoint": serve("every_status"), "project_id": PROJECT}
    monkeypatch.setattr(servicestage_pipelines, "Client", functools.partial(servicestage_pipelines.Client, **here))
    exec(compile(block, "docs", "exec"), {})
