"""The component: compiled once, instantiated anew for every call, and limited in memory and time.

A component is a core module, and what joins that to its imports. This host does the joining itself: wasmtime's
interface for components takes a value for each byte of an answer, at 28 ns, and the one for modules takes all at once.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from wasmtime import Config, Engine, FuncType, InstancePre, Linker, Module, Store, Trap, WasmtimeError

from . import cache, wasi, wasi_http
from .guest import Export, Guest, HostFailed, define
from .world import Overdue, World

MEMORY_BYTES = 512 << 20
"""The component's linear memory: it holds a response of 64 MiB and what is usually decoded from it."""

TABLE_ELEMENTS = 65_536
"""What a table of functions holds at most; the largest programs have some ten thousand."""

TICK = 0.05
"""How often, in seconds, a component that computes can be ended."""

_PREAMBLE = b"\0asm\x0d\0\x01\0"
"""What a component begins with. Source: the component model's `Binary.md`."""

_CORE_MODULE = 1
"""The section of a component that is a core module."""

_GRANTED = wasi.FUNCTIONS | wasi_http.FUNCTIONS
"""All that can be imported: a component that imports anything else does not load."""

_FUNCTION = "(i32) -> (i32)"
"""A function whose parameters and result pass through memory."""

_EXPORTS = {"memory": "MemoryType", "cabi_realloc": "(i32 i32 i32 i32) -> (i32)"}
"""What values pass through, under the names that `wit-component` requires of modules."""


class LoadError(Exception):
    """The component cannot be used here. The message says why."""


class Trapped(Exception):
    """The component ended in the middle of a call: it panicked, or ran out of memory."""


class Plugin:
    """A compiled component. Any number of threads may call it."""

    def __init__(self, wasm: bytes) -> None:
        config = Config()
        config.epoch_interruption = True
        self._engine = Engine(config)
        module = cache.compiled(self._engine, core_module(wasm))
        self._exports = {export.name: _signature(export.type) for export in module.exports}
        for name, signature in _EXPORTS.items():
            self._check(name, signature)
        self._instantiate = _linked(self._engine, module).instantiate
        self._epoch = _Epoch(self._engine)

    def call(self, world: World, seconds: float, function: Export, arguments: Any) -> Any:
        """Calls a function in an instance of its own, for so many seconds at most, and lifts its result. Raises
        `Trapped`, `Overdue`, `LoadError`, and what interrupts the program."""
        self._check(function.name, _FUNCTION)
        store = Store(self._engine)
        store.set_limits(MEMORY_BYTES, TABLE_ELEMENTS, instances=1, tables=1, memories=1)
        guest = Guest(world)
        try:
            with self._epoch.running():
                store.set_epoch_deadline(int(seconds / TICK) + 2)
                return guest.call(store, self._instantiate, function, arguments)
        except (WasmtimeError, Trap, HostFailed, ValueError, IndexError) as error:
            if isinstance(guest.failure, Overdue) or world.is_overdue:
                raise Overdue from None
            if guest.failure and not isinstance(guest.failure, Exception):
                raise guest.failure from None
            raise Trapped(_reason(guest.failure or error)) from None
        finally:
            world.close()
            store.close()

    def _check(self, name: str, signature: str) -> None:
        if self._exports.get(name) != signature:
            raise LoadError(f"the component exports no {name} as this host calls it")


def core_module(wasm: bytes) -> bytes:
    """The module of a component that holds its program: the first. Others, if any, only join it to its imports."""
    if not wasm.startswith(_PREAMBLE):
        raise LoadError("it is not a WebAssembly component")
    place = len(_PREAMBLE)
    while place < len(wasm):
        section = wasm[place]
        size, place = _number(wasm, place + 1)
        if section == _CORE_MODULE:
            return wasm[place : place + size]
        place += size
    raise LoadError("the component holds no module")


def _number(wasm: bytes, place: int) -> tuple[int, int]:
    """A number in LEB128, and where it ends."""
    number = shift = 0
    while True:
        byte = wasm[place]
        number |= (byte & 0x7F) << shift
        place, shift = place + 1, shift + 7
        if byte < 0x80:
            return number, place


def _signature(kind: object) -> str:
    """What an export is, in one word."""
    if not isinstance(kind, FuncType):
        return type(kind).__name__
    return f"({' '.join(map(str, kind.params))}) -> ({' '.join(map(str, kind.results))})"


def _linked(engine: Engine, module: Module) -> InstancePre:
    """The module with what it imports, all of which must be granted."""
    linker = Linker(engine)
    for wanted in module.imports:
        interface, _, version = wanted.module.partition("@")
        function = _GRANTED.get((interface, wanted.name or ""))
        if function is None or not version.startswith("0.2."):
            raise LoadError(f"the component imports {wanted.name} of {wanted.module}, which this host does not grant")
        define(linker, wanted.module, wanted.name or "", function)
    try:
        return linker.instantiate_pre(module)
    except WasmtimeError as error:
        raise LoadError(f"the component cannot be linked: {_reason(error)}") from None


def _reason(error: BaseException) -> str:
    """What trapped, without the stack of the component, which means nothing to its user."""
    message = error.message if isinstance(error, Trap) else str(error)
    _, _, cause = message.rpartition("Caused by:")
    return next((line.strip() for line in cause.splitlines() if line.strip()), "no reason given")


class _Epoch:
    """Advances an engine's epoch while calls are running, so that one that computes comes to its deadline."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._calls = 0
        self._ticker: threading.Thread | None = None

    @contextmanager
    def running(self) -> Iterator[None]:
        with self._lock:
            self._calls += 1
            # In a process that was forked, it is there and does not live.
            if self._ticker is None or not self._ticker.is_alive():
                self._ticker = threading.Thread(target=self._tick, name="epoch", daemon=True)
                self._ticker.start()
        try:
            yield
        finally:
            with self._lock:
                self._calls -= 1

    def _tick(self) -> None:
        while True:
            time.sleep(TICK)
            self._engine.increment_epoch()
            with self._lock:
                if not self._calls:
                    self._ticker = None
                    return
