"""The component: compiled once, instantiated anew for every call, and limited in memory and time."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from wasmtime import Config, Engine, Store, StoreContext, WasmtimeError
from wasmtime.component import Component, Linker, ResourceType

from . import abi, cache, wasi
from .world import Overdue, World

INTERFACE = "huaweicloud:servicestage/pipelines@0.1.0"

MEMORY_BYTES = 512 << 20
"""The component's linear memory: it holds a response of 64 MiB and what is usually decoded from it."""

INSTANCES = 16
"""A component is a few core modules: its own, and what joins it to its imports."""

TABLE_ELEMENTS = 65_536
"""What a table of functions holds at most; the largest programs have some ten thousand."""

TICK = 0.05
"""How often, in seconds, a component that computes can be ended."""

_thread = threading.local()


class LoadError(Exception):
    """The component cannot be used here. The message says why."""


class Trapped(Exception):
    """The component ended in the middle of a call: it panicked, or ran out of memory."""


class Plugin:
    """A compiled component. Any number of threads may call it."""

    def __init__(self, wasm: bytes) -> None:
        config = Config()
        config.epoch_interruption = True
        abi.disable_concurrency(config)
        self._engine = Engine(config)
        self._component = cache.compiled(self._engine, wasm)
        self._linker = Linker(self._engine)
        self._callbacks = _link(self._linker, self._engine, self._component)
        self._epoch = _Epoch(self._engine)

    def call(self, world: World, seconds: float, function: str, arguments: Sequence[Any]) -> Any:
        """Calls a function in an instance of its own, for so many seconds at most, and lifts its result. Raises
        `Trapped`, `Overdue` and `LoadError`."""
        store = Store(self._engine)
        store.set_limits(MEMORY_BYTES, TABLE_ELEMENTS, INSTANCES, INSTANCES, 1)
        _thread.world = world
        try:
            with self._epoch.running():
                store.set_epoch_deadline(int(seconds / TICK) + 2)
                instance = self._linker.instantiate(store, self._component)
                interface = instance.get_export_index(store, INTERFACE)
                index = instance.get_export_index(store, function, interface) if interface else None
                target = instance.get_func(store, index) if index else None
                if target is None:
                    raise LoadError(f"the component exports no {function} in {INTERFACE}")
                return abi.call(store, target, arguments)
        except WasmtimeError as error:
            if world.is_overdue:
                raise Overdue from None
            raise Trapped(_reason(str(error))) from None
        finally:
            _thread.world = None
            world.close()
            store.close()


def _link(linker: Linker, engine: Engine, component: Component) -> list[Any]:
    """Defines what the component imports, under the names by which it does."""
    callbacks = []
    with linker.root() as root:
        for name in component.type.imports(engine):
            interface, _, version = name.partition("@")
            if interface not in wasi.FUNCTIONS or not version.startswith("0.2."):
                raise LoadError(f"the component imports {name}, which this host does not grant")
            with root.add_instance(name) as instance:
                for resource, kind in wasi.RESOURCES.get(interface, {}).items():
                    instance.add_resource(resource, ResourceType.host(kind), _drop)
                for function, run in wasi.FUNCTIONS[interface].items():
                    callbacks.append(abi.define(instance, function, _in_world(run)))
    return callbacks


def _in_world(function: Callable[..., Any]) -> abi.Function:
    """The function with the world of the running call, and with what handles stand for."""

    def run(context: Any, *arguments: Any) -> Any:
        world: World = _thread.world
        world.context = context
        return function(world, *[_resolved(world, argument) for argument in arguments])

    return run


def _resolved(world: World, argument: Any) -> Any:
    match argument:
        case abi.Resource():
            return world.resource(argument)
        case [abi.Resource(), *_]:
            return [world.resource(handle) for handle in argument]
        case _:
            return argument


def _drop(_context: StoreContext, number: int) -> None:
    world: World = _thread.world
    world.drop(number)


def _reason(message: str) -> str:
    """What trapped, without the stack of the component, which means nothing to its user."""
    _, _, cause = message.rpartition("Caused by:")
    return next((line.strip() for line in cause.splitlines() if line.strip()), "no reason given")


class _Epoch:
    """Advances an engine's epoch while calls are running, so that one that computes comes to its deadline."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._calls = 0
        self._ticks = False

    @contextmanager
    def running(self) -> Iterator[None]:
        with self._lock:
            self._calls += 1
            if not self._ticks:
                self._ticks = True
                threading.Thread(target=self._tick, name="epoch", daemon=True).start()
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
                    self._ticks = False
                    return
