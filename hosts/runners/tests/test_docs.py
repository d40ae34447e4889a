"""The guide to other engines runs, with a server of recorded answers in place of the service."""

import os
import re
import subprocess
from pathlib import Path

import pytest
from conftest import PROJECT, ROOT, Serve, running
from engines import READY

Block = tuple[str, str]


def sections(page: str) -> dict[str, list[Block]]:
    """The blocks of code under each heading, with their languages."""
    text = (ROOT / "docs" / page).read_text("utf-8")
    _, *parts = re.split(r"^## ", text, flags=re.MULTILINE)
    blocks = {part.partition("\n")[0]: re.findall(r"```(\w+)\n(.*?)```", part, re.DOTALL) for part in parts}
    return {heading: found for heading, found in blocks.items() if found}


@pytest.fixture
def here(serve: Serve, wasmtime: Path, wash: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which the guides' programs and files are where they say, and ask a fixture server."""
    origin = serve("project_looked_up")
    binaries = tmp_path / "bin"
    binaries.mkdir()
    for name, program in {"wasmtime": wasmtime, "wash": wash}.items():
        (binaries / name).symlink_to(program)
    (tmp_path / "target").symlink_to(ROOT / "target")

    monkeypatch.setenv("PATH", f"{binaries}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("ORIGIN", origin)
    for name in ("SERVICESTAGE_ENDPOINT", "SERVICESTAGE_IAM_ENDPOINT"):
        monkeypatch.setenv(name, origin)
    monkeypatch.setenv("HW_REGION_NAME", "cn-north-4")
    monkeypatch.setenv("HW_PROJECT_ID", PROJECT)
    monkeypatch.setenv("HW_AUTH_TOKEN", "example-token")
    return tmp_path


def led(block: str) -> str:
    """The same code, with the fixture server's origin where the region leads to the service, and any port."""
    origin = os.environ["ORIGIN"]
    settings = "".join(f"      {name}: {origin}\n" for name in ("SERVICESTAGE_ENDPOINT", "SERVICESTAGE_IAM_ENDPOINT"))
    block = block.replace("      HW_REGION_NAME: cn-north-4\n", f"      HW_REGION_NAME: cn-north-4\n{settings}")
    block = re.sub(r"- (servicestage|iam)\.cn-north-4\.myhuaweicloud\.com", "- 127.0.0.1", block)
    return re.sub(r"(address: |--addr )127\.0\.0\.1:[0-9]+", r"\g<1>127.0.0.1:0", block)


def run(block: str, folder: Path) -> str:
    ran = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", block],  # noqa: S607
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.returncode == 0, f"{block}\n{ran.stdout}{ran.stderr}"
    # An error of wasmtime's is printed, and no failure.
    assert "err(" not in ran.stdout, ran.stdout
    return ran.stdout


def test_the_guide_to_wasmtime_serve_runs(here: Path) -> None:
    (_, server), (_, client) = sections("runners.md")["wasmtime serve"]
    with running(["bash", "-c", f"exec {led(server)}"], READY["wasmtime"], here) as origin:
        answer = run(client.replace("http://127.0.0.1:8080", origin), here)
    assert answer.startswith('{"pipelines":[')


@pytest.mark.parametrize("configuration", [0, 1], ids=["composed", "linked"])
def test_the_guide_to_wasmcloud_runs(configuration: int, here: Path) -> None:
    *files, (_, server) = sections("runners.md")["wasmCloud"]
    (here / ".wash").mkdir()
    (here / ".wash" / "config.yaml").write_text(led(files[configuration][1]))
    with running(["bash", "-c", f"exec {server}"], READY["wash"], here) as origin:
        answer = run(f'curl --silent --fail --header "X-Auth-Token: example-token" {origin}/pipelines', here)
    assert answer.startswith('{"pipelines":[')
