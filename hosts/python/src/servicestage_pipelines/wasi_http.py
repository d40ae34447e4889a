"""The interfaces of `wasi:http` 0.2 for requests that go out. What they mean is written in `wit/servicestage/deps`."""

import re
from typing import Any

from . import wasi_types as types
from .canonical import OCTETS, TEXT, U16, U64, Option, Result
from .guest import Imports
from .http import DEFAULT_TIMEOUT, HttpError, Request, Response, Timeouts
from .resources import End, Fields, Head, Kind, Once, Outgoing
from .wasi_types import BORROW, OWN, failed, ok
from .world import World

FUNCTIONS = Imports()
"""What a component may import of it."""

for _resource, _kind in {
    "fields": Kind.FIELDS,
    "outgoing-request": Kind.OUTGOING_REQUEST,
    "request-options": Kind.REQUEST_OPTIONS,
    "future-incoming-response": Kind.FUTURE_INCOMING_RESPONSE,
    "incoming-response": Kind.INCOMING_RESPONSE,
    "incoming-body": Kind.INCOMING_BODY,
    "future-trailers": Kind.FUTURE_TRAILERS,
}.items():
    FUNCTIONS.add_drop("wasi:http/types", _resource, OWN[_kind])

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


@FUNCTIONS.add("wasi:http/types", "[constructor]fields", result=OWN[Kind.FIELDS])
def _new_fields(_world: World) -> Any:
    return Fields()


@FUNCTIONS.add("wasi:http/types", "[method]fields.get", BORROW[Kind.FIELDS], TEXT, result=types.VALUES)
def _fields_get(_world: World, fields: Fields, name: str) -> Any:
    wanted = name.lower()
    return [value for name, value in fields.headers if name.lower() == wanted]


@FUNCTIONS.add("wasi:http/types", "[method]fields.append", BORROW[Kind.FIELDS], TEXT, OCTETS, result=types.HEADER_DONE)
def _fields_append(_world: World, fields: Fields, name: str, value: bytes) -> Any:
    if fields.frozen:
        return failed(("immutable", None))
    if not _NAME.fullmatch(name) or not _VALUE.fullmatch(value):
        return failed(("invalid-syntax", None))
    if name.lower() in _OF_CONNECTION:
        return failed(("forbidden", None))
    fields.append(name, value)
    return ok()


@FUNCTIONS.add("wasi:http/types", "[constructor]outgoing-request", OWN[Kind.FIELDS], result=OWN[Kind.OUTGOING_REQUEST])
def _new_outgoing_request(_world: World, fields: Fields) -> Any:
    fields.frozen = True
    return Outgoing(fields)


@FUNCTIONS.add(
    "wasi:http/types",
    "[method]outgoing-request.set-method",
    BORROW[Kind.OUTGOING_REQUEST],
    types.METHOD,
    result=types.DONE,
)
def _set_method(_world: World, request: Outgoing, method: tuple[str, str | None]) -> Any:
    case, other = method
    request.method = other or case.upper()
    return ok() if _NAME.fullmatch(request.method) else failed()


@FUNCTIONS.add(
    "wasi:http/types",
    "[method]outgoing-request.set-path-with-query",
    BORROW[Kind.OUTGOING_REQUEST],
    Option(TEXT),
    result=types.DONE,
)
def _set_path_with_query(_world: World, request: Outgoing, path: str | None) -> Any:
    request.path = path or "/"
    return ok()


@FUNCTIONS.add(
    "wasi:http/types",
    "[method]outgoing-request.set-scheme",
    BORROW[Kind.OUTGOING_REQUEST],
    Option(types.SCHEME),
    result=types.DONE,
)
def _set_scheme(_world: World, request: Outgoing, scheme: tuple[str, str | None] | None) -> Any:
    case, other = scheme or ("HTTPS", None)
    request.scheme = other or case.lower()
    return ok()


@FUNCTIONS.add(
    "wasi:http/types",
    "[method]outgoing-request.set-authority",
    BORROW[Kind.OUTGOING_REQUEST],
    Option(TEXT),
    result=types.DONE,
)
def _set_authority(_world: World, request: Outgoing, authority: str | None) -> Any:
    request.authority = authority
    return ok()


@FUNCTIONS.add("wasi:http/types", "[constructor]request-options", result=OWN[Kind.REQUEST_OPTIONS])
def _new_request_options(_world: World) -> Any:
    return {}


def _define_timeout(name: str) -> None:
    @FUNCTIONS.add(
        "wasi:http/types",
        f"[method]request-options.set-{name}-timeout",
        BORROW[Kind.REQUEST_OPTIONS],
        Option(U64),
        result=types.DONE,
    )
    def _set_timeout(_world: World, options: dict[str, float], nanoseconds: int | None) -> Any:
        options[name.replace("-", "_")] = DEFAULT_TIMEOUT if nanoseconds is None else nanoseconds / 1e9
        return ok()


for _name in ("connect", "first-byte", "between-bytes"):
    _define_timeout(_name)


@FUNCTIONS.add(
    "wasi:http/outgoing-handler",
    "handle",
    OWN[Kind.OUTGOING_REQUEST],
    Option(OWN[Kind.REQUEST_OPTIONS]),
    result=types.HANDLED,
)
def _handle(world: World, request: Outgoing, options: dict[str, float] | None) -> Any:
    if request.authority is None:
        return failed(_error_code(HttpError("HTTP-request-URI-invalid")))
    sent = Request(request.method, request.scheme, request.authority, request.path, request.fields.headers)
    try:
        return ok(Once(world.send(sent, Timeouts(**options or {}))))
    except HttpError as error:
        return failed(_error_code(error))


@FUNCTIONS.add(
    "wasi:http/types",
    "[method]future-incoming-response.subscribe",
    BORROW[Kind.FUTURE_INCOMING_RESPONSE],
    result=OWN[Kind.POLLABLE],
)
def _future_subscribe(_world: World, future: Once) -> Any:
    return Head(future.exchange)


@FUNCTIONS.add(
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
            return failed()
        if exchange.error and exchange.response is None:
            return ok(failed(_error_code(exchange.error)))
        return ok(ok(Once(exchange)))


@FUNCTIONS.add("wasi:http/types", "[method]incoming-response.status", BORROW[Kind.INCOMING_RESPONSE], result=U16)
def _status(_world: World, response: Once) -> Any:
    return _head(response).status


@FUNCTIONS.add(
    "wasi:http/types", "[method]incoming-response.headers", BORROW[Kind.INCOMING_RESPONSE], result=OWN[Kind.FIELDS]
)
def _headers(_world: World, response: Once) -> Any:
    return Fields(_head(response).headers, frozen=True)


@FUNCTIONS.add(
    "wasi:http/types",
    "[method]incoming-response.consume",
    BORROW[Kind.INCOMING_RESPONSE],
    result=Result(OWN[Kind.INCOMING_BODY], None),
)
def _consume(_world: World, response: Once) -> Any:
    if not response.take():
        return failed()
    return ok(Once(response.exchange))


@FUNCTIONS.add(
    "wasi:http/types",
    "[method]incoming-body.stream",
    BORROW[Kind.INCOMING_BODY],
    result=Result(OWN[Kind.INPUT_STREAM], None),
)
def _stream(_world: World, body: Once) -> Any:
    return ok(body.exchange) if body.take() else failed()


@FUNCTIONS.add(
    "wasi:http/types", "[static]incoming-body.finish", OWN[Kind.INCOMING_BODY], result=OWN[Kind.FUTURE_TRAILERS]
)
def _finish(_world: World, body: Once) -> Any:
    return Once(body.exchange)


@FUNCTIONS.add(
    "wasi:http/types", "[method]future-trailers.subscribe", BORROW[Kind.FUTURE_TRAILERS], result=OWN[Kind.POLLABLE]
)
def _trailers_subscribe(_world: World, trailers: Once) -> Any:
    return End(trailers.exchange)


@FUNCTIONS.add("wasi:http/types", "[method]future-trailers.get", BORROW[Kind.FUTURE_TRAILERS], result=types.TRAILERS)
def _trailers_get(world: World, trailers: Once) -> Any:
    with world.changed:
        if not trailers.exchange.ended:
            return None
        if not trailers.take():
            return failed()
        error = trailers.exchange.error
        # Trailers themselves are not passed on: the component has no use for any.
        return ok(failed(_error_code(error)) if error else ok())


@FUNCTIONS.add("wasi:http/types", "http-error-code", BORROW[Kind.ERROR], result=Option(types.ERROR_CODE))
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
