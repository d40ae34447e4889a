"""The compiled component is kept where nobody but the user can read or write."""

import os
from pathlib import Path

import pytest
from wasmtime import Engine, Module

from servicestage_pipelines import cache

WASM = b"\0asm\1\0\0\0"

pytestmark = pytest.mark.skipif(os.name != "posix", reason="elsewhere the place is private by itself")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "servicestage-pipelines"
    monkeypatch.setattr(cache, "user_cache_path", lambda *_, **__: place)
    return place


def kept(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []


def test_a_component_is_compiled_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine()
    cache.compiled(engine, WASM)
    (file,) = kept(folder)
    assert (folder.stat().st_mode & 0o777, file.stat().st_mode & 0o777) == (0o700, 0o600)

    monkeypatch.setattr(Module, "__init__", None)
    cache.compiled(engine, WASM)


def test_a_file_that_was_changed_is_not_executed(folder: Path) -> None:
    cache.compiled(Engine(), WASM)
    (file,) = kept(folder)
    whole = file.read_bytes()
    for spoilt in (whole[:-1], whole[:40] + b"x" + whole[41:], b""):
        file.write_bytes(spoilt)
        cache.compiled(Engine(), WASM)
        assert file.read_bytes() == whole


@pytest.fixture
def executed(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The code that is taken from the cache."""
    taken = []

    def deserialize(engine: Engine, code: bytes) -> Module:
        taken.append(code)
        return Module(engine, WASM)

    monkeypatch.setattr(Module, "deserialize", deserialize)
    return taken


def test_a_file_that_others_could_have_written_is_not_executed(
    folder: Path, tmp_path: Path, executed: list[bytes]
) -> None:
    cache.compiled(Engine(), WASM)
    (file,) = kept(folder)
    cache.compiled(Engine(), WASM)
    assert len(executed) == 1

    file.chmod(0o620)
    cache.compiled(Engine(), WASM)
    assert (len(executed), file.stat().st_mode & 0o777) == (1, 0o600)

    elsewhere = file.rename(tmp_path / "elsewhere")
    file.symlink_to(elsewhere)
    cache.compiled(Engine(), WASM)
    assert (len(executed), file.is_symlink()) == (1, False)


@pytest.mark.skipif(os.name != "posix" or os.getuid() != 0, reason="only root can give a file to somebody else")
def test_a_file_of_somebody_else_is_not_executed(folder: Path, executed: list[bytes]) -> None:
    cache.compiled(Engine(), WASM)
    (file,) = kept(folder)
    os.chown(file, 1, 1)
    cache.compiled(Engine(), WASM)
    assert (executed, file.stat().st_uid) == ([], 0)


def test_an_open_folder_is_closed(folder: Path) -> None:
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    cache.compiled(Engine(), WASM)
    assert folder.stat().st_mode & 0o777 == 0o700


def test_neither_a_link_nor_a_file_is_taken_for_the_folder(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    folder.symlink_to(tmp_path / "elsewhere")
    cache.compiled(Engine(), WASM)
    assert kept(tmp_path / "elsewhere") == []

    folder.unlink()
    folder.write_text("")
    cache.compiled(Engine(), WASM)
    assert folder.read_text() == ""
