"""The interfaces of WASI 0.2 that a component may import: outgoing HTTP, clocks, and what those are made of.

Only the functions of this module can be linked: a component that imports anything else does not load. What they mean is
written in the packages in `wit/servicestage/deps`.
"""

import re
from collections.abc import Callable
from typing import Any

from . import wasi_types as types
from .canonical import BOOL, OCTETS, TEXT, U16, U64, Option, Result, Type
from .exchange import Exchange
from .guest import Import
from .http import DEFAULT_TIMEOUT, HttpError, Request, Response, Timeouts
from .resources import Body, End, Fields, Head, Kind, Once, Outgoing, Pollable, Timer
from .wasi_types import BORROW, OWN
from .world import MOST_READ, World

FUNCTIONS: dict[str, dict[str, Import]] = {}
"""The functions of each interface."""

_RESOURCES = {
    Kind.POLLABLE: ("wasi:io/poll", "pollable"),
    Kind.ERROR: ("wasi:io/error", "error"),
    Kind.INPUT_STREAM: ("wasi:io/streams", "input-stream"),
    Kind.FIELDS: ("wasi:http/types", "fields"),
    Kind.OUTGOING_REQUEST: ("wasi:http/types", "outgoing-request"),
    Kind.REQUEST_OPTIONS: ("wasi:http/types", "request-options"),
    Kind.FUTURE_INCOMING_RESPONSE: ("wasi:http/types", "future-incoming-response"),
    Kind.INCOMING_RESPONSE: ("wasi:http/types", "incoming-response"),
    Kind.INCOMING_BODY: ("wasi:http/types", "incoming-body"),
    Kind.FUTURE_TRAILERS: ("wasi:http/types", "future-trailers"),
}
"""Where each type of resources is defined, and under which name."""

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


def _function(
    interface: str, name: str, *parameters: Type, result: Type | None = None
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def add(function: Callable[..., Any]) -> Callable[..., Any]:
        FUNCTIONS.setdefault(interface, {})[name] = Import(parameters, result, function)
        return function

    return add


@_function("wasi:io/poll", "[method]pollable.ready", BORROW[Kind.POLLABLE], result=BOOL)
def _pollable_ready(world: World, pollable: Pollable) -> Any:
    with world.changed:
        return pollable.ready(world.clock.monotonic())


@_function("wasi:io/poll", "[method]pollable.block", BORROW[Kind.POLLABLE])
def _pollable_block(world: World, pollable: Pollable) -> None:
    world.wait([pollable])


@_function("wasi:io/poll", "poll", types.POLLABLES, result=types.INDEXES)
def _poll(world: World, pollables: list[Pollable]) -> Any:
    if not pollables:
        raise ValueError("the component waits for nothing")
    return world.wait(pollables)


@_function("wasi:io/error", "[method]error.to-debug-string", BORROW[Kind.ERROR], result=TEXT)
def _error_to_debug_string(_world: World, error: HttpError) -> Any:
    return error.code


@_function("wasi:io/streams", "[method]input-stream.read", BORROW[Kind.INPUT_STREAM], U64, result=types.READ)
def _input_stream_read(world: World, exchange: Exchange, most: int) -> Any:
    with world.changed:
        chunk = exchange.take(min(most, MOST_READ))
        if chunk or not exchange.ended:
            return _ok(chunk)
        if exchange.error:
            return _failed(("last-operation-failed", exchange.error))
        return _failed(("closed", None))


@_function("wasi:io/streams", "[method]input-stream.subscribe", BORROW[Kind.INPUT_STREAM], result=OWN[Kind.POLLABLE])
def _input_stream_subscribe(_world: World, exchange: Exchange) -> Any:
    return Body(exchange)


@_function("wasi:clocks/monotonic-clock", "now", result=U64)
def _monotonic_now(world: World) -> Any:
    return world.clock.monotonic()


@_function("wasi:clocks/monotonic-clock", "subscribe-duration", U64, result=OWN[Kind.POLLABLE])
def _subscribe_duration(world: World, nanoseconds: int) -> Any:
    return Timer(world.clock.monotonic() + nanoseconds)


@_function("wasi:clocks/wall-clock", "now", result=types.DATETIME)
def _wall_now(world: World) -> Any:
    nanoseconds = world.clock.wall()
    return {"seconds": nanoseconds // 10**9, "nanoseconds": nanoseconds % 10**9}


@_function("wasi:http/types", "[constructor]fields", result=OWN[Kind.FIELDS])
def _new_fields(_world: World) -> Any:
    return Fields()


@_function("wasi:http/types", "[method]fields.get", BORROW[Kind.FIELDS], TEXT, result=types.VALUES)
def _fields_get(_world: World, fields: Fields, name: str) -> Any:
    wanted = name.lower()
    return [value for name, value in fields.headers if name.lower() == wanted]


@_function("wasi:http/types", "[method]fields.append", BORROW[Kind.FIELDS], TEXT, OCTETS, result=types.HEADER_DONE)
def _fields_append(_world: World, fields: Fields, name: str, value: bytes) -> Any:
    if fields.frozen:
        return _failed(("immutable", None))
    if not _NAME.fullmatch(name) or not _VALUE.fullmatch(value):
        return _failed(("invalid-syntax", None))
    if name.lower() in _OF_CONNECTION:
        return _failed(("forbidden", None))
    fields.append(name, value)
    return _ok()


@_function("wasi:http/types", "[constructor]outgoing-request", OWN[Kind.FIELDS], result=OWN[Kind.OUTGOING_REQUEST])
def _new_outgoing_request(_world: World, fields: Fields) -> Any:
    fields.frozen = True
    return Outgoing(fields)


@_function(
    "wasi:http/types",
    "[method]outgoing-request.set-method",
    BORROW[Kind.OUTGOING_REQUEST],
    types.METHOD,
    result=types.DONE,
)
def _set_method(_world: World, request: Outgoing, method: tuple[str, str | None]) -> Any:
    case, other = method
    request.method = other or case.upper()
    return _ok() if _NAME.fullmatch(request.method) else _failed()


@_function(
    "wasi:http/types",
    "[method]outgoing-request.set-path-with-query",
    BORROW[Kind.OUTGOING_REQUEST],
    Option(TEXT),
    result=types.DONE,
)
def _set_path_with_query(_world: World, request: Outgoing, path: str | None) -> Any:
    request.path = path or "/"
    return _ok()


@_function(
    "wasi:http/types",
    "[method]outgoing-request.set-scheme",
    BORROW[Kind.OUTGOING_REQUEST],
    Option(types.SCHEME),
    result=types.DONE,
)
def _set_scheme(_world: World, request: Outgoing, scheme: tuple[str, str | None] | None) -> Any:
    case, other = scheme or ("HTTPS", None)
    request.scheme = other or case.lower()
    return _ok()


@_function(
    "wasi:http/types",
    "[method]outgoing-request.set-authority",
    BORROW[Kind.OUTGOING_REQUEST],
    Option(TEXT),
    result=types.DONE,
)
def _set_authority(_world: World, request: Outgoing, authority: str | None) -> Any:
    request.authority = authority
    return _ok()


@_function("wasi:http/types", "[constructor]request-options", result=OWN[Kind.REQUEST_OPTIONS])
def _new_request_options(_world: World) -> Any:
    return {}


def _define_timeout(name: str) -> None:
    @_function(
        "wasi:http/types",
        f"[method]request-options.set-{name}-timeout",
        BORROW[Kind.REQUEST_OPTIONS],
        Option(U64),
        result=types.DONE,
    )
    def _set_timeout(_world: World, options: dict[str, float], nanoseconds: int | None) -> Any:
        options[name.replace("-", "_")] = DEFAULT_TIMEOUT if nanoseconds is None else nanoseconds / 1e9
        return _ok()


for _name in ("connect", "first-byte", "between-bytes"):
    _define_timeout(_name)


@_function(
    "wasi:http/outgoing-handler",
    "handle",
    OWN[Kind.OUTGOING_REQUEST],
    Option(OWN[Kind.REQUEST_OPTIONS]),
    result=types.HANDLED,
)
def _handle(world: World, request: Outgoing, options: dict[str, float] | None) -> Any:
    if request.authority is None:
        return _failed(_error_code(HttpError("HTTP-request-URI-invalid")))
    sent = Request(request.method, request.scheme, request.authority, request.path, request.fields.headers)
    try:
        return _ok(Once(world.send(sent, Timeouts(**options or {}))))
    except HttpError as error:
        return _failed(_error_code(error))


@_function(
    "wasi:http/types",
    "[method]future-incoming-response.subscribe",
    BORROW[Kind.FUTURE_INCOMING_RESPONSE],
    result=OWN[Kind.POLLABLE],
)
def _future_subscribe(_world: World, future: Once) -> Any:
    return Head(future.exchange)


@_function(
    "wasi:http/types",
    "[method]future-incoming-response.get",
    BORROW[Kind.FUTURE_INCOMING_RESPONSE],
    result=types.ARRIVED,
)
def _future_get(world: World, future: Once) -> Any:
    with world.changed:
        exchange = future.exchange
        if exchange.response is None and not exchange.ended:
            return None
        if not future.take():
            return _failed()
        if exchange.error and exchange.response is None:
            return _ok(_failed(_error_code(exchange.error)))
        return _ok(_ok(Once(exchange)))


@_function("wasi:http/types", "[method]incoming-response.status", BORROW[Kind.INCOMING_RESPONSE], result=U16)
def _status(_world: World, response: Once) -> Any:
    return _head(response).status


@_function(
    "wasi:http/types", "[method]incoming-response.headers", BORROW[Kind.INCOMING_RESPONSE], result=OWN[Kind.FIELDS]
)
def _headers(_world: World, response: Once) -> Any:
    return Fields(_head(response).headers, frozen=True)


@_function(
    "wasi:http/types",
    "[method]incoming-response.consume",
    BORROW[Kind.INCOMING_RESPONSE],
    result=Result(OWN[Kind.INCOMING_BODY], None),
)
def _consume(_world: World, response: Once) -> Any:
    if not response.take():
        return _failed()
    return _ok(Once(response.exchange))


@_function(
    "wasi:http/types",
    "[method]incoming-body.stream",
    BORROW[Kind.INCOMING_BODY],
    result=Result(OWN[Kind.INPUT_STREAM], None),
)
def _stream(_world: World, body: Once) -> Any:
    return _ok(body.exchange) if body.take() else _failed()


@_function("wasi:http/types", "[static]incoming-body.finish", OWN[Kind.INCOMING_BODY], result=OWN[Kind.FUTURE_TRAILERS])
def _finish(_world: World, body: Once) -> Any:
    return Once(body.exchange)


@_function(
    "wasi:http/types", "[method]future-trailers.subscribe", BORROW[Kind.FUTURE_TRAILERS], result=OWN[Kind.POLLABLE]
)
def _trailers_subscribe(_world: World, trailers: Once) -> Any:
    return End(trailers.exchange)


@_function("wasi:http/types", "[method]future-trailers.get", BORROW[Kind.FUTURE_TRAILERS], result=types.TRAILERS)
def _trailers_get(world: World, trailers: Once) -> Any:
    with world.changed:
        if not trailers.exchange.ended:
            return None
        if not trailers.take():
            return _failed()
        error = trailers.exchange.error
        # Trailers themselves are not passed on: the component has no use for any.
        return _ok(_failed(_error_code(error)) if error else _ok())


@_function("wasi:http/types", "http-error-code", BORROW[Kind.ERROR], result=Option(types.ERROR_CODE))
def _http_error_code(_world: World, error: HttpError) -> Any:
    return _error_code(error)


def _head(response: Once) -> Response:
    head = response.exchange.response
    if head is None:
        raise RuntimeError("an incoming-response is made of one")
    return head


def _error_code(error: HttpError) -> tuple[str, Any]:
    """The case of `error-code` with its payload."""
    match error.code:
        case "DNS-error":
            return error.code, {"rcode": error.detail, "info-code": None}
        case "TLS-alert-received":
            return error.code, {"alert-id": None, "alert-message": error.detail}
        case "internal-error":
            return error.code, error.detail
        case _:
            return error.code, None


def _ok(payload: Any = None) -> tuple[bool, Any]:
    return True, payload


def _failed(payload: Any = None) -> tuple[bool, Any]:
    return False, payload


def _define_drop(interface: str, resource: str, kind: Kind) -> None:
    @_function(interface, f"[resource-drop]{resource}", OWN[kind])
    def _drop(_world: World, _resource: Any) -> None:
        """To take it away from the component is all."""


for _kind, (_interface, _name) in _RESOURCES.items():
    _define_drop(_interface, _name, _kind)
