"""The setting of all tests: no credentials, profiles or proxies of the machine, and the fixtures of `recorded`."""

import os

import pytest

from recorded import (
    FIXTURES,
    PROJECT,
    ROOT,
    Serve,
    Tell,
    pytest_addoption,
    pytest_terminal_summary,
    serve,
    tell,
)

__all__ = [
    "FIXTURES",
    "PROJECT",
    "ROOT",
    "Serve",
    "Tell",
    "pytest_addoption",
    "pytest_terminal_summary",
    "serve",
    "tell",
]


@pytest.fixture
def host() -> str:
    return "python"


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    for name in os.environ:
        if name.startswith(("HW_", "HUAWEICLOUD_SDK_", "SERVICESTAGE_")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    # Also for the machine code that a build with a compiler keeps.
    monkeypatch.setenv("HOME", str(tmp_path_factory.getbasetemp()))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
