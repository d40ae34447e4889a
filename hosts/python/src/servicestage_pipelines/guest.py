"""The other side of a call: an instance of the component's module, and how it calls the host."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from wasmtime import Caller, FuncType, Instance, Linker, Store, Val, ValType

from .canonical import I32, I64, Own, Record, Result, Type
from .world import World

MOST_RETURNED = 256 << 20
"""The bytes of a result: a hundred thousand records of a kilobyte, twice."""

MOST_PASSED = 64 * 1024
"""The bytes of a text that the component passes to the host, such as a header."""

_CORES = {I32: ValType.i32, I64: ValType.i64}
_running = threading.local()


class HostFailed(Exception):
    """A function of the host failed. What it raised is kept in the call: what passes through wasmtime is kept in a
    variable that all threads share, so that this may come out of another call that traps at the same moment."""

    def __init__(self) -> None:
        super().__init__("the reason is not known, because another call failed at the same moment")


@dataclass(frozen=True)
class Export:
    """A function of the component. Its parameters are more than fit into core values, and so is its result: both pass
    through memory."""

    name: str
    parameters: Record
    result: Result


@dataclass(frozen=True)
class Import:
    """A function of the host: it takes the world of the call and lifted arguments, and returns what is lowered."""

    parameters: Sequence[Type]
    result: Type | None
    run: Callable[..., Any]

    def type(self) -> FuncType:
        """Its type as a core function. A result that is more than one core value is written where the last says."""
        parameters = [core for parameter in self.parameters for core in parameter.cores]
        if self._through_memory:
            parameters.append(I32)
        results = self.result.cores if self.result and not self._through_memory else ()
        return FuncType([_CORES[core]() for core in parameters], [_CORES[core]() for core in results])

    def call(self, guest: "Guest", cores: Sequence[int]) -> Val | None:
        """Runs it with core values."""
        rest = iter(cores)
        arguments = [parameter.lift_flat(guest, rest) for parameter in self.parameters]
        value = self.run(guest.world, *arguments)
        if self.result is None:
            return None
        data = self.result.lower(guest, value)
        if self._through_memory:
            guest.write(next(rest) & (2**32 - 1), data)
            return None
        number = int.from_bytes(data, "little")
        return Val.i64(number) if self.result.cores == (I64,) else Val.i32(number)

    @property
    def _through_memory(self) -> bool:
        return self.result is not None and len(self.result.cores) > 1


class Imports(dict[tuple[str, str], Import]):
    """Functions of the host by interface, without the version, and name."""

    def add(
        self, interface: str, name: str, *parameters: Type, result: Type | None = None
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Adds the function that this decorates."""

        def added(function: Callable[..., Any]) -> Callable[..., Any]:
            self[interface, name] = Import(parameters, result, function)
            return function

        return added

    def add_drop(self, interface: str, resource: str, kind: Own) -> None:
        """Adds what drops a resource: to take it away from the component is all."""
        self[interface, f"[resource-drop]{resource}"] = Import([kind], None, lambda _world, _resource: None)


class Guest:
    """The instance of one call."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.failure: BaseException | None = None
        """What a function of the host raised."""
        self._most = MOST_RETURNED
        self._store: Any = None
        self._memory: Any = None
        self._realloc: Any = None

    def call(self, store: Store, instantiate: Callable[[Store], Instance], function: Export, arguments: Any) -> Any:
        """Instantiates the module, calls a function of it, and lifts the result."""
        _running.guest = self
        try:
            exports = instantiate(store).exports(store)
            target = exports[function.name]
            self._store, self._memory, self._realloc = store, exports["memory"], exports["cabi_realloc"]
            parameters = function.parameters.lower(self, arguments)
            pointer = self.allocate(function.parameters.align, len(parameters))
            self.write(pointer, parameters)
            pointer = self._called(target, pointer)
            return function.result.lift(self, self.read(pointer, function.result.size))
        finally:
            _running.guest = None

    def read(self, pointer: int, size: int) -> bytes:
        if size > self._most:
            raise ValueError(f"the component passes {size} bytes, where {self._most} are the limit")
        data: bytes = self._memory.read(self._store, pointer, pointer + size)
        if len(data) != size:
            raise IndexError(f"the component passes {size} bytes at {pointer}, beyond its memory")
        return data

    def write(self, pointer: int, data: bytes) -> None:
        if data:
            self._memory.write(self._store, data, pointer)

    def allocate(self, align: int, size: int) -> int:
        return self._called(self._realloc, 0, 0, align, size)

    def give(self, kind: int, resource: Any) -> int:
        return self.world.give(kind, resource)

    def resource(self, kind: int, handle: int) -> Any:
        return self.world.resource(kind, handle)

    def take(self, kind: int, handle: int) -> Any:
        return self.world.take(kind, handle)

    def run(self, function: Import, caller: Caller, cores: Sequence[int]) -> Val | None:
        """Runs a function of the host."""
        outside = self._store, self._most
        self._store, self._most = caller, MOST_PASSED
        try:
            return function.call(self, cores)
        # Also what interrupts the program: it must not get lost in the C code between here and the caller.
        except BaseException as error:
            self.failure = error
            raise HostFailed from None
        finally:
            self._store, self._most = outside

    def _called(self, function: Any, *cores: int) -> int:
        # With their types: to find out those of bare numbers takes wasmtime as long as the call.
        pointer: int = function(self._store, *map(Val.i32, cores))
        return pointer & (2**32 - 1)


def define(linker: Linker, interface: str, name: str, function: Import) -> None:
    """Lets instances of every thread import a function."""

    def run(caller: Caller, *cores: int) -> Val | None:
        guest: Guest = _running.guest
        return guest.run(function, caller, cores)

    linker.define_func(interface, name, function.type(), run, access_caller=True)
