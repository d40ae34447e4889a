"""Where the compiled component is kept. What lies there is executed, so nobody but the user may put anything there."""

import hashlib
import os
import stat
import tempfile
from importlib.metadata import version
from pathlib import Path

from platformdirs import user_cache_path
from wasmtime import Engine, Module, WasmtimeError

_DIGEST = hashlib.sha256().digest_size


def compiled(engine: Engine, wasm: bytes) -> Module:
    """The compiled component: from the cache, or compiled and then kept there. Without a place for it, it is compiled
    each time."""
    folder = _private_folder()
    if folder is None:
        return Module(engine, wasm)
    file = folder / f"{hashlib.sha256(wasm).hexdigest()}-{version('wasmtime')}"
    try:
        kept = _read(file)
        digest, code = kept[:_DIGEST], kept[_DIGEST:]
        # A file that was cut off must not be executed.
        if hashlib.sha256(code).digest() == digest:
            return Module.deserialize(engine, code)
    except (OSError, WasmtimeError):
        # Not there yet, or made for another processor or configuration.
        pass
    component = Module(engine, wasm)
    code = bytes(component.serialize())
    _keep(file, hashlib.sha256(code).digest() + code)
    return component


def _private_folder() -> Path | None:
    """The user's folder for this, which is readable and writable for the user alone; none if that cannot be had."""
    try:
        folder = user_cache_path("servicestage-pipelines", appauthor=False)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Not what a link leads to: that could be a folder of somebody else.
        status = folder.lstat()
        if not stat.S_ISDIR(status.st_mode):
            return None
        # On Windows the place is within the user's profile, which is private by itself.
        if os.name == "posix":
            if status.st_uid != os.getuid():
                return None
            folder.chmod(0o700)
        return folder
    except (OSError, RuntimeError):
        return None


def _read(file: Path) -> bytes:
    """Reads a file that nobody but the user can have written: before it was closed, the folder may have been open."""
    # On Windows there are no links to expect within the user's profile, and no owner to ask for.
    with open(os.open(file, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)), "rb") as kept:
        status = os.fstat(kept.fileno())
        if os.name == "posix" and (status.st_uid != os.getuid() or status.st_mode & 0o022):
            raise PermissionError(f"{file} may be somebody else's")
        return kept.read()


def _keep(file: Path, content: bytes) -> None:
    """Puts a file in its place at once: another process sees all of it or nothing. It is no harm if that fails."""
    try:
        with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as temporary:
            temporary.write(content)
        os.replace(temporary.name, file)
    except OSError:
        pass
