"""WASI 0.2 but for HTTP: waiting, streams of bytes, clocks. What it means is written in `wit/servicestage/deps`."""

from typing import Any

from . import wasi_types as types
from .canonical import BOOL, TEXT, U64
from .exchange import Exchange
from .guest import Imports
from .http import HttpError
from .resources import Body, Kind, Pollable, Timer
from .wasi_types import BORROW, OWN, failed, ok
from .world import MOST_READ, World

FUNCTIONS = Imports()
"""What a component may import of it."""

FUNCTIONS.add_drop("wasi:io/poll", "pollable", OWN[Kind.POLLABLE])
FUNCTIONS.add_drop("wasi:io/error", "error", OWN[Kind.ERROR])
FUNCTIONS.add_drop("wasi:io/streams", "input-stream", OWN[Kind.INPUT_STREAM])


@FUNCTIONS.add("wasi:io/poll", "[method]pollable.ready", BORROW[Kind.POLLABLE], result=BOOL)
def _pollable_ready(world: World, pollable: Pollable) -> Any:
    with world.changed:
        return pollable.ready(world.clock.monotonic())


@FUNCTIONS.add("wasi:io/poll", "[method]pollable.block", BORROW[Kind.POLLABLE])
def _pollable_block(world: World, pollable: Pollable) -> None:
    world.wait([pollable])


@FUNCTIONS.add("wasi:io/poll", "poll", types.POLLABLES, result=types.INDEXES)
def _poll(world: World, pollables: list[Pollable]) -> Any:
    if not pollables:
        raise ValueError("the component waits for nothing")
    return world.wait(pollables)


@FUNCTIONS.add("wasi:io/error", "[method]error.to-debug-string", BORROW[Kind.ERROR], result=TEXT)
def _error_to_debug_string(_world: World, error: HttpError) -> Any:
    return error.code


@FUNCTIONS.add("wasi:io/streams", "[method]input-stream.read", BORROW[Kind.INPUT_STREAM], U64, result=types.READ)
def _input_stream_read(world: World, exchange: Exchange, most: int) -> Any:
    with world.changed:
        chunk = exchange.take(min(most, MOST_READ))
        if chunk or not exchange.ended:
            return ok(chunk)
        if exchange.error:
            return failed(("last-operation-failed", exchange.error))
        return failed(("closed", None))


@FUNCTIONS.add(
    "wasi:io/streams", "[method]input-stream.subscribe", BORROW[Kind.INPUT_STREAM], result=OWN[Kind.POLLABLE]
)
def _input_stream_subscribe(_world: World, exchange: Exchange) -> Any:
    return Body(exchange)


@FUNCTIONS.add("wasi:clocks/monotonic-clock", "now", result=U64)
def _monotonic_now(world: World) -> Any:
    return world.clock.monotonic()


@FUNCTIONS.add("wasi:clocks/monotonic-clock", "subscribe-duration", U64, result=OWN[Kind.POLLABLE])
def _subscribe_duration(world: World, nanoseconds: int) -> Any:
    return Timer(world.clock.monotonic() + nanoseconds)


@FUNCTIONS.add("wasi:clocks/wall-clock", "now", result=types.DATETIME)
def _wall_now(world: World) -> Any:
    nanoseconds = world.clock.wall()
    return {"seconds": nanoseconds // 10**9, "nanoseconds": nanoseconds % 10**9}
