"""The interfaces of WASI 0.2 that a component may import: outgoing HTTP, clocks, and what those are made of.

Only the functions of this module can be linked: a component that imports anything else does not load. What they mean is
written in the packages in `wit/servicestage/deps`.
"""

import re
from collections.abc import Callable
from typing import Any

from . import abi
from .exchange import Exchange
from .http import DEFAULT_TIMEOUT, HttpError, Request, Response, Timeouts
from .resources import Body, End, Fields, Head, Kind, Once, Outgoing, Pollable, Timer
from .world import MOST_READ, World

RESOURCES: dict[str, dict[str, Kind]] = {
    "wasi:io/poll": {"pollable": Kind.POLLABLE},
    "wasi:io/error": {"error": Kind.ERROR},
    "wasi:io/streams": {"input-stream": Kind.INPUT_STREAM},
    "wasi:http/types": {
        "fields": Kind.FIELDS,
        "outgoing-request": Kind.OUTGOING_REQUEST,
        "request-options": Kind.REQUEST_OPTIONS,
        "future-incoming-response": Kind.FUTURE_INCOMING_RESPONSE,
        "incoming-response": Kind.INCOMING_RESPONSE,
        "incoming-body": Kind.INCOMING_BODY,
        "future-trailers": Kind.FUTURE_TRAILERS,
    },
}
"""The types of resources that each interface defines."""

FUNCTIONS: dict[str, dict[str, Callable[..., Any]]] = {}
"""The functions of each interface. They take the world of the call, and resources in place of handles."""

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(rb"[\t\x20-\x7e\x80-\xff]*")
_OF_CONNECTION = {
    "connection",
    "host",
    "http2-settings",
    "keep-alive",
    "proxy-connection",
    "transfer-encoding",
    "upgrade",
}


def _function(interface: str, name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def add(function: Callable[..., Any]) -> Callable[..., Any]:
        FUNCTIONS.setdefault(interface, {})[name] = function
        return function

    return add


@_function("wasi:io/poll", "[method]pollable.ready")
def _pollable_ready(world: World, pollable: Pollable) -> Any:
    with world.changed:
        return abi.boolean(pollable.ready(world.clock.monotonic()))


@_function("wasi:io/poll", "[method]pollable.block")
def _pollable_block(world: World, pollable: Pollable) -> None:
    world.wait([pollable])


@_function("wasi:io/poll", "poll")
def _poll(world: World, pollables: list[Pollable]) -> Any:
    if not pollables:
        raise ValueError("the component waits for nothing")
    return abi.sequence([abi.u32(place) for place in world.wait(pollables)])


@_function("wasi:io/error", "[method]error.to-debug-string")
def _error_to_debug_string(_world: World, error: HttpError) -> Any:
    return abi.string(error.code)


@_function("wasi:io/streams", "[method]input-stream.read")
def _input_stream_read(world: World, exchange: Exchange, most: int) -> Any:
    with world.changed:
        chunk = exchange.take(min(most, MOST_READ))
        if chunk or not exchange.ended:
            return abi.success(world.octets.lower(chunk))
        if exchange.error:
            return abi.failure(abi.variant("last-operation-failed", world.own(Kind.ERROR, exchange.error)))
        return abi.failure(abi.variant("closed"))


@_function("wasi:io/streams", "[method]input-stream.subscribe")
def _input_stream_subscribe(world: World, exchange: Exchange) -> Any:
    return world.own(Kind.POLLABLE, Body(exchange))


@_function("wasi:clocks/monotonic-clock", "now")
def _monotonic_now(world: World) -> Any:
    return abi.u64(world.clock.monotonic())


@_function("wasi:clocks/monotonic-clock", "subscribe-duration")
def _subscribe_duration(world: World, nanoseconds: int) -> Any:
    return world.own(Kind.POLLABLE, Timer(world.clock.monotonic() + nanoseconds))


@_function("wasi:clocks/wall-clock", "now")
def _wall_now(world: World) -> Any:
    nanoseconds = world.clock.wall()
    return abi.record({"seconds": abi.u64(nanoseconds // 10**9), "nanoseconds": abi.u32(nanoseconds % 10**9)})


@_function("wasi:http/types", "[constructor]fields")
def _new_fields(world: World) -> Any:
    return world.own(Kind.FIELDS, Fields())


@_function("wasi:http/types", "[method]fields.get")
def _fields_get(_world: World, fields: Fields, name: str) -> Any:
    wanted = name.lower()
    return abi.sequence([abi.octets(value) for name, value in fields.headers if name.lower() == wanted])


@_function("wasi:http/types", "[method]fields.append")
def _fields_append(_world: World, fields: Fields, name: str, value: bytes) -> Any:
    if fields.frozen:
        return abi.failure(abi.variant("immutable"))
    if not _NAME.fullmatch(name) or not _VALUE.fullmatch(value):
        return abi.failure(abi.variant("invalid-syntax"))
    if name.lower() in _OF_CONNECTION:
        return abi.failure(abi.variant("forbidden"))
    fields.headers.append((name, value))
    return abi.success()


@_function("wasi:http/types", "[constructor]outgoing-request")
def _new_outgoing_request(world: World, fields: Fields) -> Any:
    fields.frozen = True
    return world.own(Kind.OUTGOING_REQUEST, Outgoing(fields))


@_function("wasi:http/types", "[method]outgoing-request.set-method")
def _set_method(_world: World, request: Outgoing, method: tuple[str, str | None]) -> Any:
    case, other = method
    request.method = other or case.upper()
    return abi.success() if _NAME.fullmatch(request.method) else abi.failure()


@_function("wasi:http/types", "[method]outgoing-request.set-path-with-query")
def _set_path_with_query(_world: World, request: Outgoing, path: str | None) -> Any:
    request.path = path or "/"
    return abi.success()


@_function("wasi:http/types", "[method]outgoing-request.set-scheme")
def _set_scheme(_world: World, request: Outgoing, scheme: tuple[str, str | None] | None) -> Any:
    case, other = scheme or ("HTTPS", None)
    request.scheme = other or case.lower()
    return abi.success()


@_function("wasi:http/types", "[method]outgoing-request.set-authority")
def _set_authority(_world: World, request: Outgoing, authority: str | None) -> Any:
    request.authority = authority
    return abi.success()


@_function("wasi:http/types", "[constructor]request-options")
def _new_request_options(world: World) -> Any:
    return world.own(Kind.REQUEST_OPTIONS, {})


def _define_timeout(name: str) -> None:
    @_function("wasi:http/types", f"[method]request-options.set-{name}-timeout")
    def _set_timeout(_world: World, options: dict[str, float], nanoseconds: int | None) -> Any:
        options[name.replace("-", "_")] = DEFAULT_TIMEOUT if nanoseconds is None else nanoseconds / 1e9
        return abi.success()


for _name in ("connect", "first-byte", "between-bytes"):
    _define_timeout(_name)


@_function("wasi:http/outgoing-handler", "handle")
def _handle(world: World, request: Outgoing, options: dict[str, float] | None) -> Any:
    if request.authority is None:
        return abi.failure(_error_code(HttpError("HTTP-request-URI-invalid")))
    sent = Request(request.method, request.scheme, request.authority, request.path, request.fields.headers)
    exchange = world.send(sent, Timeouts(**options or {}))
    return abi.success(world.own(Kind.FUTURE_INCOMING_RESPONSE, Once(exchange)))


@_function("wasi:http/types", "[method]future-incoming-response.subscribe")
def _future_subscribe(world: World, future: Once) -> Any:
    return world.own(Kind.POLLABLE, Head(future.exchange))


@_function("wasi:http/types", "[method]future-incoming-response.get")
def _future_get(world: World, future: Once) -> Any:
    with world.changed:
        exchange = future.exchange
        if exchange.response is None and not exchange.ended:
            return abi.option(None)
        if not future.take():
            return abi.option(abi.failure())
        if exchange.error and exchange.response is None:
            return abi.option(abi.success(abi.failure(_error_code(exchange.error))))
        return abi.option(abi.success(abi.success(world.own(Kind.INCOMING_RESPONSE, Once(exchange)))))


@_function("wasi:http/types", "[method]incoming-response.status")
def _status(_world: World, response: Once) -> Any:
    return abi.u16(_head(response).status)


@_function("wasi:http/types", "[method]incoming-response.headers")
def _headers(world: World, response: Once) -> Any:
    return world.own(Kind.FIELDS, Fields(_head(response).headers, frozen=True))


@_function("wasi:http/types", "[method]incoming-response.consume")
def _consume(world: World, response: Once) -> Any:
    if not response.take():
        return abi.failure()
    return abi.success(world.own(Kind.INCOMING_BODY, Once(response.exchange)))


@_function("wasi:http/types", "[method]incoming-body.stream")
def _stream(world: World, body: Once) -> Any:
    return abi.success(world.own(Kind.INPUT_STREAM, body.exchange)) if body.take() else abi.failure()


@_function("wasi:http/types", "[static]incoming-body.finish")
def _finish(world: World, body: Once) -> Any:
    return world.own(Kind.FUTURE_TRAILERS, Once(body.exchange))


@_function("wasi:http/types", "[method]future-trailers.subscribe")
def _trailers_subscribe(world: World, trailers: Once) -> Any:
    return world.own(Kind.POLLABLE, End(trailers.exchange))


@_function("wasi:http/types", "[method]future-trailers.get")
def _trailers_get(world: World, trailers: Once) -> Any:
    with world.changed:
        if not trailers.exchange.ended:
            return abi.option(None)
        if not trailers.take():
            return abi.option(abi.failure())
        error = trailers.exchange.error
        # Trailers themselves are not passed on: the component has no use for any.
        return abi.option(abi.success(abi.failure(_error_code(error)) if error else abi.success(abi.option(None))))


@_function("wasi:http/types", "http-error-code")
def _http_error_code(_world: World, error: HttpError) -> Any:
    return abi.option(_error_code(error))


def _head(response: Once) -> Response:
    head = response.exchange.response
    if head is None:
        raise RuntimeError("an incoming-response is made of one")
    return head


def _error_code(error: HttpError) -> Any:
    """The case of `error-code` with its payload."""

    def text(value: str | None) -> Any:
        return abi.option(None if value is None else abi.string(value))

    match error.code:
        case "DNS-error":
            payload = abi.record({"rcode": text(error.detail), "info-code": abi.option(None)})
        case "TLS-alert-received":
            payload = abi.record({"alert-id": abi.option(None), "alert-message": text(error.detail)})
        case "internal-error":
            payload = text(error.detail)
        case "HTTP-response-header-section-size":
            payload = abi.option(None)
        case _:
            payload = None
    return abi.variant(error.code, payload)
