"""Programs of users, each in a process of its own."""

import os
import subprocess
import sys
import textwrap

from recorded import PROJECT

BEGIN = f"""
import os, sys, threading, time
from servicestage_pipelines import AsyncClient, Client, ServiceStageError
place = dict(region="cn-north-4", project_id="{PROJECT}", endpoint=sys.argv[1], token="example-token")
client = Client(**place)
"""
"""The beginning of each program: a client of the server that it is given."""


def run(program: str, url: str, before: str = "", timeout: float = 60) -> str:
    """Runs a program and returns what it printed. `before` stands above its imports."""
    return checked(start(program, url, before), timeout)


def start(program: str, url: str, before: str = "") -> "subprocess.Popen[str]":
    text = before + BEGIN + textwrap.dedent(program)
    # On newer interpreters, a fork beside other threads warns.
    command = [sys.executable, "-W", "error::DeprecationWarning", "-c", text, url]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(os.environ))


def checked(process: "subprocess.Popen[str]", timeout: float = 60) -> str:
    """Returns the output of a program, which must have ended well."""
    try:
        out, err = process.communicate(timeout=timeout)
    finally:
        process.kill()
    assert process.returncode == 0, f"{process.returncode}: {out}{err}"
    return out
