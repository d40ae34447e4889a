"""Machines that lack something: an error of this package says what, and nothing aborts."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits of Linux")

PROGRAM = """
import ctypes, os, resource, sys
from servicestage_pipelines import Client, ServiceStageError

def call():
    Client(region="cn-north-4", project_id="0" * 32, endpoint="http://127.0.0.1:1", token="t").list_pipelines()

LIMIT
try:
    call()
except ServiceStageError as error:
    print(type(error).__name__, error)
"""

LIMITS = {
    "ENOMEM": "resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))",
    "EMFILE": "resource.setrlimit(resource.RLIMIT_NOFILE, (6, 6))",
    # The limit does not hold for root.
    "EAGAIN": "resource.setrlimit(resource.RLIMIT_NPROC, (1, 1)); os.getuid() or os.setuid(65534)",
    # PR_SET_MDWE, as `MemoryDenyWriteExecute=` of systemd: memory that was written to is not executed.
    "execute memory": "ctypes.CDLL(None).prctl(65, 1, 0, 0, 0) == 0 or sys.exit(print('no such limit'))",
}


@pytest.mark.parametrize("code", LIMITS)
def test_a_lack_of_the_machine_is_reported(code: str) -> None:
    command = [sys.executable, "-c", PROGRAM.replace("LIMIT", LIMITS[code])]
    said = subprocess.run(command, capture_output=True, text=True, timeout=60)
    if said.stdout == "no such limit\n":
        pytest.skip("this kernel is too old for it")
    assert said.stderr == ""
    assert said.returncode == 0
    assert said.stdout.startswith("OtherError "), said.stdout
    assert code in said.stdout, said.stdout
