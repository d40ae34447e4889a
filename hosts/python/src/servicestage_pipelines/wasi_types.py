"""The types of WASI 0.2 that the functions in `wasi` take and return, as `wit/servicestage/deps` says."""

from typing import Any

from .canonical import OCTETS, TEXT, U8, U16, U32, U64, Borrow, List, Option, Own, Record, Result, Type, Variant
from .resources import Kind

OWN = {kind: Own(kind) for kind in Kind}
BORROW = {kind: Borrow(kind) for kind in Kind}

METHOD = Variant(
    dict.fromkeys(("get", "head", "post", "put", "delete", "connect", "options", "trace", "patch")) | {"other": TEXT}
)
SCHEME = Variant({"HTTP": None, "HTTPS": None, "other": TEXT})
HEADER_ERROR = Variant(dict.fromkeys(("invalid-syntax", "forbidden", "immutable")))
STREAM_ERROR = Variant({"last-operation-failed": OWN[Kind.ERROR], "closed": None})
DATETIME = Record({"seconds": U64, "nanoseconds": U32})

_FIELD_SIZE = Record({"field-name": Option(TEXT), "field-size": Option(U32)})

_CODES: dict[str, Type | None] = {
    "DNS-timeout": None,
    "DNS-error": Record({"rcode": Option(TEXT), "info-code": Option(U16)}),
    "destination-not-found": None,
    "destination-unavailable": None,
    "destination-IP-prohibited": None,
    "destination-IP-unroutable": None,
    "connection-refused": None,
    "connection-terminated": None,
    "connection-timeout": None,
    "connection-read-timeout": None,
    "connection-write-timeout": None,
    "connection-limit-reached": None,
    "TLS-protocol-error": None,
    "TLS-certificate-error": None,
    "TLS-alert-received": Record({"alert-id": Option(U8), "alert-message": Option(TEXT)}),
    "HTTP-request-denied": None,
    "HTTP-request-length-required": None,
    "HTTP-request-body-size": Option(U64),
    "HTTP-request-method-invalid": None,
    "HTTP-request-URI-invalid": None,
    "HTTP-request-URI-too-long": None,
    "HTTP-request-header-section-size": Option(U32),
    "HTTP-request-header-size": Option(_FIELD_SIZE),
    "HTTP-request-trailer-section-size": Option(U32),
    "HTTP-request-trailer-size": _FIELD_SIZE,
    "HTTP-response-incomplete": None,
    "HTTP-response-header-section-size": Option(U32),
    "HTTP-response-header-size": _FIELD_SIZE,
    "HTTP-response-body-size": Option(U64),
    "HTTP-response-trailer-section-size": Option(U32),
    "HTTP-response-trailer-size": _FIELD_SIZE,
    "HTTP-response-transfer-coding": Option(TEXT),
    "HTTP-response-content-coding": Option(TEXT),
    "HTTP-response-timeout": None,
    "HTTP-upgrade-failed": None,
    "HTTP-protocol-error": None,
    "loop-detected": None,
    "configuration-error": None,
    "internal-error": Option(TEXT),
}
ERROR_CODE = Variant(_CODES)

READ = Result(OCTETS, STREAM_ERROR)
DONE = Result(None, None)
HEADER_DONE = Result(None, HEADER_ERROR)
INDEXES = List(U32)
POLLABLES = List(BORROW[Kind.POLLABLE])
VALUES = List(OCTETS)
HANDLED = Result(OWN[Kind.FUTURE_INCOMING_RESPONSE], ERROR_CODE)
ARRIVED = Option(Result(Result(OWN[Kind.INCOMING_RESPONSE], ERROR_CODE), None))
TRAILERS = Option(Result(Result(Option(OWN[Kind.FIELDS]), ERROR_CODE), None))


def ok(payload: Any = None) -> tuple[bool, Any]:
    """A result that is a success."""
    return True, payload


def failed(payload: Any = None) -> tuple[bool, Any]:
    """A result that is a failure."""
    return False, payload
