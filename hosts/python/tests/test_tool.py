"""The command-line tool in the package, which is the one in Rust."""

import importlib
import os
import signal
import socket
import subprocess
import sys
import threading

import pytest
import tomli

import servicestage_pipelines
from conftest import PROJECT, ROOT, Serve
from recorded import program_of_workspace
from servers import EMPTY, Server, request
from servicestage_pipelines.__main__ import main

TOOL = [sys.executable, "-m", "servicestage_pipelines"]


def tool(*arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*TOOL, *arguments], capture_output=True, text=True, timeout=60, env={**os.environ, **variables}
    )


def place(url: str) -> list[str]:
    return ["pipelines", "list", "--region", "cn-north-4", "--project-id", PROJECT, "--endpoint", url]


def test_it_lists(serve: Serve) -> None:
    listed = tool(*place(serve("every_status")), "--status", "failed", "--output", "csv", HW_AUTH_TOKEN="example-token")
    assert (listed.returncode, listed.stderr) == (0, "")
    assert "failed" in listed.stdout


@pytest.mark.parametrize("arguments", [["--help"], ["pipelines", "list", "--help"], ["--version"], ["--nonsense"], []])
def test_it_says_what_the_executable_says(arguments: list[str]) -> None:
    # In both the variables of Python: `readline` adds COLUMNS to those of the process.
    executable = subprocess.run(
        [program_of_workspace("servicestage"), *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        env=dict(os.environ),
    )
    here = tool(*arguments)
    assert (here.returncode, here.stdout, here.stderr) == (executable.returncode, executable.stdout, executable.stderr)


@pytest.mark.parametrize(
    ("fixture", "code"), [("unauthenticated_token", 3), ("forbidden", 4), ("not_found", 5), ("redirected", 1)]
)
def test_its_exit_code_is_that_of_the_kind(fixture: str, code: int, serve: Serve) -> None:
    failed = tool(*place(serve(fixture)), HW_AUTH_TOKEN="example-token")
    assert (failed.returncode, failed.stdout) == (code, "")
    assert failed.stderr.startswith("error: list-pipelines failed: ")


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
def test_ctrl_c_ends_it_as_it_ends_any_program() -> None:
    def never(stream: socket.socket) -> None:
        request(stream)
        stream.recv(1)

    with Server(never) as server:
        process = subprocess.Popen(
            [*TOOL, *place(server.url)], stderr=subprocess.PIPE, env={**os.environ, "HW_AUTH_TOKEN": "example-token"}
        )
        server.wait_for_connection()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert process.returncode == -signal.SIGINT
    assert b"Traceback" not in err


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
def test_ctrl_c_does_not_end_it_if_its_parent_ignores_ctrl_c() -> None:
    """As under `nohup`, or in the background of a script."""
    arrived = threading.Event()
    answer = threading.Event()

    def late(stream: socket.socket) -> None:
        request(stream)
        arrived.set()
        answer.wait(30)
        stream.sendall(EMPTY)

    with Server(late) as server:
        usual = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            process = subprocess.Popen(
                [*TOOL, *place(server.url)],
                stdout=subprocess.DEVNULL,
                env={**os.environ, "HW_AUTH_TOKEN": "example-token"},
            )
        finally:
            signal.signal(signal.SIGINT, usual)
        assert arrived.wait(30)
        process.send_signal(signal.SIGINT)
        answer.set()
        assert process.wait(30) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of Unix")
def test_a_reader_that_leaves_early_is_not_an_error(serve: Serve) -> None:
    process = subprocess.Popen(
        [*TOOL, *place(serve("thousand_records"))],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "HW_AUTH_TOKEN": "example-token"},
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == b"1000 of 1000 release tasks\n"
    assert process.wait(30) == 0


def test_the_wheel_installs_it_as_a_program() -> None:
    """`cargo xtask python` runs what it installs."""
    scripts = tomli.loads((ROOT / "hosts/python/pyproject.toml").read_text("utf-8"))["project"]["scripts"]
    module, _, function = scripts["servicestage"].partition(":")
    assert getattr(importlib.import_module(module), function) is main


def test_the_versions_are_one() -> None:
    assert tool("--version").stdout == f"servicestage {servicestage_pipelines.__version__}\n"
