"""The types that editors and checkers see."""

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
from datetime import datetime, timedelta
from typing_extensions import assert_type
from servicestage_pipelines import AsyncClient, Client, Listing, Pipeline

client = Client(region="cn-north-4", timeout=timedelta(seconds=30))
assert_type(client.list_pipelines(status=["failed", "rolling-back", 6], created_from=timedelta(days=1)), Listing)
assert_type(client.list_pipelines()[0], Pipeline)
assert_type(client.list_pipelines()[1:], Listing)
assert_type(client.list_pipelines()[0].create_time, datetime | None)

async def main() -> None:
    assert_type(await AsyncClient(region="cn-north-4").list_pipelines(limit=5), Listing)
    assert_type(await AsyncClient().find_project(), str)
"""

REFUSED = [
    'client.list_pipelines(status=["faild"])',
    'client.list_pipelines(status="failed")',
    'client.list_pipelines(order_by="size")',
    'client.list_pipelines(config_mode="cli")',
    "client.list_pipelines(created_from=1)",
    "client.list_pipelines(stauts=None)",
    "client.list_pipelines().total = 5",
    "client.list_pipelines()[0].name = None",
    "Client(region=4)",
    "AsyncClient().list_pipelines(limit='5')",
]


def checked(program: str, tmp_path: Path) -> str:
    file = tmp_path / "program.py"
    file.write_text(program)
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), str(file)]
    return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True).stdout


def test_a_checker_knows_what_everything_is_and_refuses_what_is_wrong(tmp_path: Path) -> None:
    said = checked(PROGRAM, tmp_path)
    assert said.startswith("Success"), said
    said = checked(PROGRAM + "\n".join(REFUSED) + "\n", tmp_path)
    first = len(PROGRAM.splitlines()) + 1
    for line, wrong in enumerate(REFUSED, first):
        assert f"program.py:{line}: error:" in said, f"{wrong} is taken: {said}"


def test_the_stub_of_the_extension_is_right(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mypy.stubtest", "servicestage_pipelines._native"]
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert said.returncode == 0, said.stdout + said.stderr
    pytest.importorskip("servicestage_pipelines._native")
