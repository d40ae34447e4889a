"""Every block of code in the repository's pages runs, or says why nobody runs it.

The blocks of a page run from the first to the last in one folder, against a fixture on loopback. A block of `console`
prints what it shows. `<!-- not run: REASON -->` before a block leaves it out.
"""

import json
import os
import platform
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import tomli
from conftest import PROJECT, ROOT, Serve, program_of_workspace
from pages import Block, blocks, commands, names, pages, run_elsewhere
from servers import Server, always

# The fixture that a page is about.
FIXTURES = {"README.md": "thousand_records", "README.zh-CN.md": "thousand_records"}

# The answer of the service that the pages for authors read.
RATES = b'{"rates": [{"currency": "USD", "rate": 1.0843}]}'

# Words of pages, and the words that the test types instead. A recorded release neither goes on nor ends.
TYPED = {
    "--started-after now": "--for failed",
    'region: "cn-north-4"': 'region: "cn-north-4", endpoint: "$ORIGIN", iam-endpoint: "$ORIGIN"',
    "http://127.0.0.1:8080": "$ORIGIN",
    "HW_ACCESS_KEY=... HW_SECRET_KEY=...": "HW_ACCESS_KEY=AKEXAMPLE HW_SECRET_KEY=hush-hush-key HW_AUTH_TOKEN=",
    "= ...": "= AKEXAMPLE",
}

# The answers that a command asks for.
ANSWERS = {"servicestage auth login\n": "AKEXAMPLE\nhush-hush-key\ncn-north-4\n"}

REQUIRED = 'terraform {\n  required_providers {\n    servicestage = { source = "huaweicloud/servicestage" }\n  }\n}\n'

ALL = [block for page in pages() for block in blocks(page)]
HERE = [block for block in ALL if not block.mark and not run_elsewhere(block)]


class Session:
    """A folder, the programs of the workspace and an environment, as a reader has them."""

    def __init__(self, folder: Path, origin: str) -> None:
        self.folder, self.origin, self.cwd = folder, origin, folder
        binaries = folder / "bin"
        led = f"--endpoint {origin} --iam-endpoint {origin}"
        tool = shlex.quote(str(program_of_workspace("servicestage")))
        # These commands send nothing, and take no endpoint.
        bare = f'case "$1" in config | policy) exec {tool} "$@" ;; esac'
        write(binaries / "servicestage", f'#!/bin/sh\n{bare}\nexec {tool} "$@" {led}\n').chmod(0o755)
        # The same component as the one in the guide's language, without its compiler.
        rates = shlex.quote(str(ROOT / "target/component/rates.wasm"))
        author = shlex.quote(str(program_of_workspace("data-source")))
        built = f'if [ "$1" = new ]; then cp {rates} "$3"; fi'
        write(binaries / "data-source", f'#!/bin/sh\n{author} "$@" && {built}\n').chmod(0o755)
        (folder / "rates.wasm").symlink_to(ROOT / "target/component/rates.wasm")
        # The README's way to the tool, and that of the demo.
        for profile in ("debug", "release"):
            (folder / "target" / profile).mkdir(parents=True)
            (folder / "target" / profile / "servicestage").symlink_to(binaries / "servicestage")
        (folder / "target" / "component").symlink_to(ROOT / "target" / "component")
        self.environment = os.environ | {
            "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(folder),
            # Of all pages: compiling a component takes a while.
            "XDG_CACHE_HOME": str(folder.parent / "cache"),
            "ORIGIN": origin,
            "HW_REGION_NAME": "cn-north-4",
            "HW_PROJECT_ID": PROJECT,
            "HW_AUTH_TOKEN": "example-token",
            "COLUMNS": "80",
            "TZ": "UTC",
            "CHECKPOINT_DISABLE": "1",
            "TF_CLI_ARGS": "-no-color",
            "DATA_SOURCE_PROVIDER": str(program_of_workspace("terraform-provider-servicestage")),
            "TF_CLI_CONFIG_FILE": str(write(folder / "cli.tfrc", mirror(folder / "mirror"))),
        }

    def typed(self, code: str) -> str:
        """The code that is typed in place of a block."""
        for words, typed in TYPED.items():
            code = code.replace(words, typed.replace("$ORIGIN", self.origin))
        return code

    def type(self, code: str) -> str:
        """Runs commands, and returns all that they print. A later call begins in the folder where this one ends."""
        code = self.typed(code)
        ended = self.folder / "ended"
        ran = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", f"trap 'pwd > {shlex.quote(str(ended))}' EXIT\n{code}"],  # noqa: S607
            cwd=self.cwd,
            env=self.environment,
            input=ANSWERS.get(code, ""),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
        )
        assert ran.returncode == 0, f"{code}\n{ran.stdout}"
        # wasmtime prints an error, and ends as if there were none.
        assert "err(" not in ran.stdout, ran.stdout
        self.cwd = Path(ended.read_text().strip())
        return ran.stdout


def write(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    return file


def mirror(folder: Path) -> str:
    """Lays the provider out for Terraform, and returns the configuration that finds it there and nowhere else."""
    machine = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    provider = folder / f"registry.terraform.io/huaweicloud/servicestage/0.1.0/{sys.platform}_{machine}"
    provider.mkdir(parents=True)
    program = program_of_workspace("terraform-provider-servicestage")
    (provider / "terraform-provider-servicestage_v0.1.0").symlink_to(program)
    return f'provider_installation {{\n  filesystem_mirror {{\n    path = "{folder}"\n  }}\n}}\n'


def run_sh(session: Session, code: str) -> None:
    printed = session.type(code)
    if "Write this into ~/.terraformrc" in printed:
        # The reader does.
        _, configuration, _, required = re.split(r":\n\n|\n\n", printed, maxsplit=3)
        write(session.folder / "cli.tfrc", configuration)
        write(session.cwd / "required.tf", required)


def run_console(session: Session, code: str) -> None:
    for command, shown in commands(code):
        printed = "\n".join(line.rstrip() for line in session.type(f"{command}\n").splitlines())
        printed = re.sub(r"complete after \d+s", "complete after 0s", printed)
        assert shown.rstrip() in printed, f"{command}\n{printed}"


def run_terraform(session: Session, code: str) -> None:
    """Checks and plans a configuration, which stays for commands in later blocks."""
    if '"servicestage_pipelines"' in code:
        if "required_providers" not in code:
            write(session.cwd / "required.tf", REQUIRED)
        # A block that the page has is completed, and one that it leaves out is added.
        name = "origin_override.tf" if 'provider "servicestage"' in code else "origin.tf"
        origins = f'endpoint = "{session.origin}"\n  iam_endpoint = "{session.origin}"'
        write(session.cwd / name, f'provider "servicestage" {{\n  {origins}\n}}\n')
    write(session.cwd / "main.tf", session.typed(code))
    session.type("terraform init -input=false && terraform validate && terraform plan -input=false\n")


def run_json(session: Session, code: str) -> None:
    if "allow" in json.loads(code):
        write(session.folder / "shown.json", code)
        assert "is granted:" in session.type("servicestage policy check --policy shown.json\n")


def run_ini(session: Session, code: str) -> None:
    """A file of profiles."""
    write(session.folder / ".huaweicloud/credentials", session.typed(code))
    assert "basic" in session.type("servicestage auth show --profile basic\n")


def run_toml(session: Session, code: str) -> None:
    """A configuration of the tool, or a part of a manifest."""
    if code.startswith("[dependencies]"):
        [dependency] = tomli.loads(code)["dependencies"].values()
        assert (ROOT / dependency["path"] / "Cargo.toml").exists(), dependency
    else:
        write(session.folder / ".config/servicestage/config.toml", code)
        listed = session.type("servicestage config list\n")
        assert all(key in listed for key in tomli.loads(code)), listed


def run_wit(_: Session, code: str) -> None:
    """Lines of the contract."""
    contract = " ".join((ROOT / "wit/servicestage/pipelines.wit").read_text("utf-8").split())
    for line in code.splitlines():
        assert " ".join(line.split()) in contract, line


RUNNERS = {
    "console": run_console,
    "hcl": run_terraform,
    "ini": run_ini,
    "json": run_json,
    "sh": run_sh,
    "terraform": run_terraform,
    "toml": run_toml,
    "wit": run_wit,
}


@pytest.fixture
def rates() -> Iterator[str]:
    """The origin of a service of exchange rates."""
    head = f"HTTP/1.1 200 OK\r\ncontent-length: {len(RATES)}\r\nconnection: close\r\n\r\n"
    with Server(always(head.encode() + RATES)) as server:
        yield server.url


@pytest.mark.parametrize("page", dict.fromkeys(block.page for block in HERE))
def test_the_blocks_of_a_page_run(
    page: str, serve: Serve, rates: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    of_page = [block for block in HERE if block.page == page]
    about_rates = any("rates" in block.code for block in of_page)
    session = Session(tmp_path, rates if about_rates else serve(FIXTURES.get(page, "project_looked_up")))
    if any("wasmtime run" in block.code for block in of_page):
        (tmp_path / "bin/wasmtime").symlink_to(request.getfixturevalue("wasmtime"))
    for block in of_page:
        assert block.language in RUNNERS, f"{block}: nobody runs {block.language}. Run it, or say why not."
        try:
            RUNNERS[block.language](session, block.code)
        except AssertionError as error:
            raise AssertionError(f"{block}: {error}") from None


@pytest.mark.parametrize("block", [block for block in ALL if not block.mark], ids=str)
def test_a_block_that_runs_elsewhere_is_of_a_page_that_its_test_names(block: Block) -> None:
    test = run_elsewhere(block)
    assert test is None or names(test, block.page), f"{test} does not name {block.page}"
