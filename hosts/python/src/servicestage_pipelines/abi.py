"""Values of the component model, to and from the C interface of wasmtime.

wasmtime's own conversions look up every type for every value, take bytes one at a time (64 KiB in some 60 ms), and keep
what they are at in variables of their module, so that threads spoil each other's values. This module converts by what a
value is, and takes bytes as a whole. It alone sees wasmtime's bindings (`_ffi`) to the documented C interface.
"""

import ctypes
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from wasmtime import Config, Store, WasmtimeError
from wasmtime import _ffi as ffi
from wasmtime.component import Func, LinkerInstance

Value = ffi.wasmtime_component_val_t
"""A lowered value. It is freed by whoever gets it: a component, or the value that it becomes part of."""

Function = Callable[..., Any]
"""A function that components import: takes a context and lifted arguments, returns a lowered result or None."""

_SIZE = ctypes.sizeof(Value)
_PAYLOAD = Value.of.offset
_NO_FINALIZER = ctypes.CFUNCTYPE(None, ctypes.c_void_p)()
_raised = threading.local()


class Resource:
    """A handle that a component passes to a function of the host."""

    def __init__(self, pointer: Any) -> None:
        self._pointer = pointer

    def resolve(self, context: Any) -> tuple[int, bool]:
        """The number by which the host knows the resource, and whether the component gives it away. A handle that was
        lent is given back by this."""
        host = ctypes.POINTER(ffi.wasmtime_component_resource_host_t)()
        _check(ffi.wasmtime_component_resource_any_to_host(context, self._pointer, ctypes.byref(host)))
        found = ffi.wasmtime_component_resource_host_rep(host), ffi.wasmtime_component_resource_host_owned(host)
        ffi.wasmtime_component_resource_host_delete(host)
        return found


def disable_concurrency(config: Config) -> None:
    """Leaves out what only components of WASI 0.3 need. With it, wasmtime 50 does not lift a list of lent handles."""
    ffi.wasmtime_config_concurrency_support_set(config.ptr(), False)


def call(store: Store, function: Func, arguments: Sequence[Any]) -> Any:
    """Calls a function of a component and lifts its result. What a function of the host raises meanwhile is raised."""
    lowered = (Value * len(arguments))(*arguments)
    result = Value()
    target = ctypes.byref(function._func)
    try:
        _check(
            ffi.wasmtime_component_func_call(target, store._context(), lowered, len(lowered), ctypes.byref(result), 1)
        )
        return lift(result)
    finally:
        for value in (*lowered, result):
            ffi.wasmtime_component_val_delete(ctypes.byref(value))


def define(instance: LinkerInstance, name: str, function: Function) -> Any:
    """Lets components import a function. What this returns must live as long as the linker."""

    def run(_data: Any, context: Any, _type: Any, given: Any, count: int, results: Any, _results: int) -> int:
        try:
            result = function(context, *[lift(given[index]) for index in range(count)])
            if result is not None:
                results[0] = result
            return 0
        # Also what interrupts the program: it must not get lost in the C code between here and the caller.
        except BaseException as error:
            _raised.error = error
            trap = ffi.wasmtime_error_new(b"a function of the host failed")
            return ctypes.cast(trap, ctypes.c_void_p).value or 0

    callback = ffi.wasmtime_component_func_callback_t(run)
    text = name.encode()
    buffer = ctypes.create_string_buffer(text)
    _check(
        ffi.wasmtime_component_linker_instance_add_func(
            instance.ptr(), buffer, len(text), callback, None, _NO_FINALIZER
        )
    )
    return callback


def lift(value: Any) -> Any:
    """The Python value: a record is a dict, a variant a pair of case and payload, a result a pair of success and
    payload, an option its payload or None."""
    return _LIFT[value.kind](value.of)


def boolean(value: bool) -> Any:
    return Value(0, ffi.wasmtime_component_valunion_t(boolean=value))


def u16(value: int) -> Any:
    return Value(4, ffi.wasmtime_component_valunion_t(u16=value))


def u32(value: int) -> Any:
    return Value(6, ffi.wasmtime_component_valunion_t(u32=value))


def s64(value: int) -> Any:
    return Value(7, ffi.wasmtime_component_valunion_t(s64=value))


def u64(value: int) -> Any:
    return Value(8, ffi.wasmtime_component_valunion_t(u64=value))


def string(value: str) -> Any:
    return Value(12, ffi.wasmtime_component_valunion_t(string=ffi.str_to_capi(value)))


class Octets:
    """Makes values of `list<u8>`, one after the other in one place."""

    def __init__(self, most: int) -> None:
        """`most` is how many bytes a value has at most. Each takes 32."""
        self._cells = bytearray(bytes([2]).ljust(_SIZE, b"\0") * most)
        self._view = (Value * most).from_buffer(self._cells)

    def lower(self, value: bytes) -> Any:
        if value:
            # What is not the payload is the same in all.
            self._cells[_PAYLOAD : len(value) * _SIZE : _SIZE] = value
        return _list(len(value), self._view)


def octets(value: bytes) -> Any:
    """A `list<u8>`."""
    return Octets(len(value)).lower(value)


def sequence(values: Sequence[Any]) -> Any:
    """A list of anything but bytes."""
    return _list(len(values), (Value * len(values))(*values))


def record(fields: Mapping[str, Any]) -> Any:
    """Every field, in the order of the type."""
    entry = ffi.wasmtime_component_valrecord_entry_t
    entries = (entry * len(fields))(*[entry(ffi.str_to_capi(name), value) for name, value in fields.items()])
    made = ffi.wasmtime_component_valrecord_t()
    ffi.wasmtime_component_valrecord_new(ctypes.byref(made), len(fields), entries)
    return Value(14, ffi.wasmtime_component_valunion_t(record=made))


def variant(case: str, payload: Any = None) -> Any:
    made = ffi.wasmtime_component_valvariant_t(ffi.str_to_capi(case), _boxed(payload))
    return Value(16, ffi.wasmtime_component_valunion_t(variant=made))


def enum(case: str) -> Any:
    return Value(17, ffi.wasmtime_component_valunion_t(enumeration=ffi.str_to_capi(case)))


def option(payload: Any) -> Any:
    return Value(18, ffi.wasmtime_component_valunion_t(option=_boxed(payload)))


def success(payload: Any = None) -> Any:
    return _result(True, payload)


def failure(payload: Any = None) -> Any:
    return _result(False, payload)


def own(context: Any, number: int, kind: int) -> Any:
    """A resource of the host, which becomes the component's."""
    host = ffi.wasmtime_component_resource_host_new(True, number, kind)
    handle = ctypes.POINTER(ffi.wasmtime_component_resource_any_t)()
    error = ffi.wasmtime_component_resource_host_to_any(context, host, ctypes.byref(handle))
    ffi.wasmtime_component_resource_host_delete(host)
    _check(error)
    return Value(21, ffi.wasmtime_component_valunion_t(resource=handle))


def _list(size: int, cells: Any) -> Any:
    made = ffi.wasmtime_component_vallist_t()
    # It copies the cells and takes over what they point to.
    ffi.wasmtime_component_vallist_new(ctypes.byref(made), size, ctypes.cast(cells, ctypes.POINTER(Value)))
    return Value(13, ffi.wasmtime_component_valunion_t(list=made))


def _result(is_ok: bool, payload: Any) -> Any:
    made = ffi.wasmtime_component_valresult_t(is_ok, _boxed(payload))
    return Value(19, ffi.wasmtime_component_valunion_t(result=made))


def _boxed(value: Any) -> Any:
    return None if value is None else ffi.wasmtime_component_val_new(ctypes.byref(value))


def _unboxed(box: Any) -> Any:
    return lift(box.contents) if box else None


def _text(name: Any) -> str:
    return ctypes.string_at(name.data, name.size).decode() if name.size else ""


def _check(error: Any) -> None:
    if not error:
        return
    trap = WasmtimeError._from_ptr(error)
    raised = getattr(_raised, "error", None)
    _raised.error = None
    raise raised or trap


def _lift_list(of: Any) -> Any:
    size, cells = of.list.size, of.list.data
    if size and cells[0].kind == 2:
        return ctypes.string_at(cells, size * _SIZE)[_PAYLOAD::_SIZE]
    return [lift(cells[index]) for index in range(size)]


def _lift_record(of: Any) -> dict[str, Any]:
    entries = (of.record.data[index] for index in range(of.record.size))
    return {_text(entry.name): lift(entry.val) for entry in entries}


_LIFT: dict[int, Callable[[Any], Any]] = {
    0: lambda of: of.boolean,
    2: lambda of: of.u8,
    4: lambda of: of.u16,
    6: lambda of: of.u32,
    7: lambda of: of.s64,
    8: lambda of: of.u64,
    12: lambda of: _text(of.string),
    13: _lift_list,
    14: _lift_record,
    16: lambda of: (_text(of.variant.discriminant), _unboxed(of.variant.val)),
    17: lambda of: _text(of.enumeration),
    18: lambda of: _unboxed(of.option),
    19: lambda of: (of.result.is_ok, _unboxed(of.result.val)),
    21: lambda of: Resource(of.resource),
}
"""By the kinds of the C interface. The others are in no interface that this host knows."""

# Once a block of this size was given back, the C library of Linux keeps smaller ones for the next call. Otherwise it
# asks the system for the memory of each value, which takes as long as the conversion. Source: mallopt(3).
bytearray(16 << 20)
