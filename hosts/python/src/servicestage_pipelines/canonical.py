"""Values of the component model as they lie in a component's memory: its canonical ABI.

In Python a record is a dict, a variant a pair of case and payload, a result a pair of success and payload, an option
its payload or None, and a resource the object that stands for it. Source of sizes and order: the component model's
`CanonicalABI.md`.
"""

import struct
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Any, Protocol

LONGEST = 65_536
"""The most items of a list that is taken from a component; of text and bytes only its memory is the limit."""

I32, I64 = "i32", "i64"


class Guest(Protocol):
    """The component that values come from and go to. It may be hostile: every method raises what ends the call."""

    def read(self, pointer: int, size: int) -> bytes:
        """Copies bytes out of its memory."""

    def write(self, pointer: int, data: bytes) -> None:
        """Copies bytes into its memory."""

    def allocate(self, align: int, size: int) -> int:
        """Has it make room, and returns where."""

    def give(self, kind: int, resource: Any) -> int:
        """Makes it the owner of a resource, and returns the handle."""

    def resource(self, kind: int, handle: int) -> Any:
        """What a handle stands for, which stays the component's."""

    def take(self, kind: int, handle: int) -> Any:
        """What a handle stands for, which is the component's no more."""


class Type(ABC):
    """A type: how much room its values take, and how they are written there."""

    size: int
    align: int
    cores: tuple[str, ...]
    """The types of the core values that it becomes as a parameter."""

    @abstractmethod
    def lift(self, guest: Guest, data: bytes) -> Any:
        """The value that was written as these bytes."""

    @abstractmethod
    def lower(self, guest: Guest, value: Any) -> bytes:
        """The bytes to write for a value. What it points to is written by this."""

    def lift_flat(self, guest: Guest, cores: Iterator[int]) -> Any:
        """The value that was passed as the next of these core values."""
        return self.lift(guest, struct.pack("<Q", next(cores) & (2**64 - 1))[: self.size])


class Number(Type):
    """A number or a boolean, by its code in Python's `struct`."""

    def __init__(self, code: str) -> None:
        self.size = self.align = struct.calcsize(code)
        self.cores = (I64 if self.size == 8 else I32,)
        self._code = f"<{code}"

    def lift(self, _guest: Guest, data: bytes) -> Any:
        return struct.unpack(self._code, data)[0]

    def lower(self, _guest: Guest, value: Any) -> bytes:
        return struct.pack(self._code, value)


class Own(Number):
    """A resource that changes its owner."""

    def __init__(self, kind: int) -> None:
        super().__init__("I")
        self._kind = kind

    def lift(self, guest: Guest, data: bytes) -> Any:
        return guest.take(self._kind, super().lift(guest, data))

    def lower(self, guest: Guest, value: Any) -> bytes:
        return super().lower(guest, guest.give(self._kind, value))


class Borrow(Number):
    """A resource that a component lends."""

    def __init__(self, kind: int) -> None:
        super().__init__("I")
        self._kind = kind

    def lift(self, guest: Guest, data: bytes) -> Any:
        return guest.resource(self._kind, super().lift(guest, data))


class _Elsewhere(Type):
    """A pointer and a count."""

    size, align, cores = 8, 4, (I32, I32)

    def lift_flat(self, guest: Guest, cores: Iterator[int]) -> Any:
        return self.lift(guest, struct.pack("<II", *(next(cores) & (2**32 - 1) for _ in self.cores)))


class Octets(_Elsewhere):
    """A `list<u8>`, as bytes."""

    def lift(self, guest: Guest, data: bytes) -> Any:
        return guest.read(*struct.unpack("<II", data))

    def lower(self, guest: Guest, value: Any) -> bytes:
        pointer = guest.allocate(1, len(value))
        guest.write(pointer, value)
        return struct.pack("<II", pointer, len(value))


class Text(Octets):
    """A string."""

    def lift(self, guest: Guest, data: bytes) -> Any:
        return super().lift(guest, data).decode()

    def lower(self, guest: Guest, value: Any) -> bytes:
        return super().lower(guest, value.encode())


class List(_Elsewhere):
    """A list of anything but bytes."""

    def __init__(self, item: Type) -> None:
        self._item = item

    def lift(self, guest: Guest, data: bytes) -> Any:
        pointer, count = struct.unpack("<II", data)
        if count > LONGEST or pointer % self._item.align:
            raise ValueError(f"the component passes a list of {count} items at {pointer}")
        size = self._item.size
        items = guest.read(pointer, count * size)
        return [self._item.lift(guest, items[place * size : (place + 1) * size]) for place in range(count)]

    def lower(self, guest: Guest, value: Any) -> bytes:
        pointer = guest.allocate(self._item.align, len(value) * self._item.size)
        guest.write(pointer, b"".join(self._item.lower(guest, item) for item in value))
        return struct.pack("<II", pointer, len(value))


class Record(Type):
    """A record, or the parameters of a function."""

    def __init__(self, fields: Mapping[str, Type]) -> None:
        self.fields = fields
        self.align = max((field.align for field in fields.values()), default=1)
        self.cores = tuple(core for field in fields.values() for core in field.cores)
        self._places: dict[str, int] = {}
        self.size = 0
        for name, field in fields.items():
            self._places[name] = _aligned(self.size, field.align)
            self.size = self._places[name] + field.size
        self.size = _aligned(self.size, self.align)

    def lift(self, guest: Guest, data: bytes) -> Any:
        return {
            name: field.lift(guest, data[self._places[name] : self._places[name] + field.size])
            for name, field in self.fields.items()
        }

    def lower(self, guest: Guest, value: Any) -> bytes:
        data = bytearray(self.size)
        for name, field in self.fields.items():
            data[self._places[name] : self._places[name] + field.size] = field.lower(guest, value[name])
        return bytes(data)

    def lift_flat(self, guest: Guest, cores: Iterator[int]) -> Any:
        return {name: field.lift_flat(guest, cores) for name, field in self.fields.items()}


class Variant(Type):
    """One of several cases, of fewer than 256, each with a payload or without."""

    def __init__(self, cases: Mapping[str, Type | None]) -> None:
        self._cases = list(cases.items())
        self._numbers = {name: number for number, name in enumerate(cases)}
        payloads = [payload for payload in cases.values() if payload]
        self.align = max((payload.align for payload in payloads), default=1)
        # The number of the case comes first, in one byte.
        self._place = _aligned(1, self.align)
        self.size = _aligned(self._place + max((payload.size for payload in payloads), default=0), self.align)
        joined = zip_longest(*(payload.cores for payload in payloads), fillvalue=I32)
        self.cores = (I32, *(I64 if I64 in kinds else I32 for kinds in joined))

    def lift(self, guest: Guest, data: bytes) -> Any:
        name, payload = self._case(data[0])
        return name, payload.lift(guest, data[self._place : self._place + payload.size]) if payload else None

    def lower(self, guest: Guest, value: Any) -> bytes:
        name, content = value
        number = self._numbers[name]
        payload = self._cases[number][1]
        data = bytearray(self.size)
        data[0] = number
        if payload:
            data[self._place : self._place + payload.size] = payload.lower(guest, content)
        return bytes(data)

    def lift_flat(self, guest: Guest, cores: Iterator[int]) -> Any:
        name, payload = self._case(next(cores))
        # A case takes as many core values as the longest.
        rest = [next(cores) for _ in self.cores[1:]]
        return name, payload.lift_flat(guest, iter(rest)) if payload else None

    def _case(self, number: int) -> tuple[str, Type | None]:
        if not 0 <= number < len(self._cases):
            raise ValueError(f"the component passes the case {number} of {len(self._cases)}")
        return self._cases[number]


class Enum(Variant):
    """A variant without payloads, as the name of the case."""

    def __init__(self, *names: str) -> None:
        super().__init__(dict.fromkeys(names))

    def lift(self, guest: Guest, data: bytes) -> Any:
        return super().lift(guest, data)[0]

    def lower(self, guest: Guest, value: Any) -> bytes:
        return super().lower(guest, (value, None))


class Option(Variant):
    """A payload or None."""

    def __init__(self, payload: Type) -> None:
        super().__init__({"none": None, "some": payload})

    def lift(self, guest: Guest, data: bytes) -> Any:
        return super().lift(guest, data)[1]

    def lower(self, guest: Guest, value: Any) -> bytes:
        return super().lower(guest, ("none" if value is None else "some", value))

    def lift_flat(self, guest: Guest, cores: Iterator[int]) -> Any:
        return super().lift_flat(guest, cores)[1]


class Result(Variant):
    """A pair of success and payload."""

    def __init__(self, ok: Type | None, error: Type | None) -> None:
        super().__init__({"ok": ok, "error": error})

    def lift(self, guest: Guest, data: bytes) -> Any:
        name, payload = super().lift(guest, data)
        return name == "ok", payload

    def lower(self, guest: Guest, value: Any) -> bytes:
        is_ok, payload = value
        return super().lower(guest, ("ok" if is_ok else "error", payload))


BOOL, U8, U16, U32, S64, U64 = map(Number, "?BHIqQ")
TEXT = Text()
OCTETS = Octets()


def _aligned(place: int, align: int) -> int:
    return -(-place // align) * align
