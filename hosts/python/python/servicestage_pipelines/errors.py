"""Why a call failed: a class for each kind of error that the component reports."""

from __future__ import annotations

import builtins
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from . import _native
from .model import time_of

if TYPE_CHECKING:
    from collections.abc import Mapping


class ServiceStageError(Exception):
    """A call failed. Its text is three lines for people: what happened, why, what to do next. It holds no secret."""

    kind: str
    """The kind in snake_case, such as `not_found`."""
    message: str
    """The text."""
    operation: str
    """The operation that failed: `list-pipelines`, `find-project`, or `Client` if the client could not be made."""
    http_status: int | None
    """The HTTP status of the last response; None without a response."""
    vendor_code: str | None
    """The service's own code, such as `APIGW.0301`."""
    vendor_message: str | None
    """The service's own message, shortened."""
    request_id: str | None
    """The service's id of the last request, to quote to its support."""
    retryable: bool
    """Whether the same call may succeed later without a change."""
    attempts: int
    """How many requests the operation took; 0 if nothing was sent."""

    def __init__(self, error: Mapping[str, Any]) -> None:
        super().__init__(error)
        kind = error["kind"]
        self.kind, detail = next(iter(kind.items())) if isinstance(kind, dict) else (kind, None)
        self.message = error["message"]
        self.operation = error["operation"]
        self.http_status = error["http_status"]
        self.vendor_code = error["vendor_code"]
        self.vendor_message = error["vendor_message"]
        self.request_id = error["request_id"]
        self.retryable = error["retryable"]
        self.attempts = error["attempts"]
        self._read(detail)

    def _read(self, detail: Any) -> None:
        """Reads what only this kind knows."""

    def to_dict(self) -> dict[str, Any]:
        """Returns the record in the JSON form that all hosts of the component share."""
        return dict(self.args[0])

    def __str__(self) -> str:
        """Returns the text, in which U+FFFD replaces characters that control a terminal or cannot be seen."""
        return _native.printable(self.message)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {str(self).splitlines()[0]}>"


class InvalidArgumentError(ServiceStageError, ValueError):
    """An argument is not valid and nothing was sent, or several projects or release tasks have the name."""

    argument: str
    """Its name as it is passed, such as `created_from`."""
    reason: str
    """The reason why it is not valid."""

    def _read(self, detail: Any) -> None:
        self.argument, self.reason = detail["argument"], detail["reason"]


class DeniedError(ServiceStageError, PermissionError):
    """The policy of this host does not let the request pass."""


class DnsError(ServiceStageError, ConnectionError):
    """The name of the host could not be resolved."""


class RefusedError(ServiceStageError, ConnectionRefusedError):
    """No connection could be made."""


class TlsError(ServiceStageError, ConnectionError):
    """The TLS handshake failed."""


class ResetError(ServiceStageError, ConnectionResetError):
    """The connection broke before the response was complete."""


class TimeoutError(ServiceStageError, builtins.TimeoutError):
    """Something took longer than allowed."""

    phase: str
    """The part that took too long: `connect`, `first_byte`, `between_bytes` or `call`."""

    def _read(self, detail: Any) -> None:
        self.phase = detail


class UnauthenticatedError(ServiceStageError, PermissionError):
    """The service does not accept the credentials. Five failures lock an access key for five minutes."""


class ClockSkewError(ServiceStageError, PermissionError):
    """The signature is out of date, because the clocks differ by more than 15 minutes."""

    signed_at: datetime
    """When the request was signed."""
    server_time: datetime
    """The server's time when it judged the signature."""

    def _read(self, detail: Any) -> None:
        self.signed_at, self.server_time = time_of(detail["signed_at"]), time_of(detail["server_time"])


class ForbiddenError(ServiceStageError, PermissionError):
    """The credentials are good but may not do this."""

    permission: str
    """The permission of the operation."""
    depends_on: tuple[str, ...]
    """The permissions that this one depends on."""

    def _read(self, detail: Any) -> None:
        self.permission, self.depends_on = detail["permission"], tuple(detail["depends_on"])


class NotFoundError(ServiceStageError, LookupError):
    """The project, the API itself, or the release task of a wait does not exist there."""


class ThrottledError(ServiceStageError):
    """Too many requests were sent."""

    retry_after: timedelta | None
    """How long the service asks to wait; None if it did not say."""

    def _read(self, detail: Any) -> None:
        wait = detail["retry_after_ms"]
        self.retry_after = None if wait is None else timedelta(milliseconds=wait)


class RejectedError(ServiceStageError):
    """The service refused the request with another status of the 400s."""


class UnavailableError(ServiceStageError):
    """The service failed, with a status of the 500s."""


class RedirectedError(ServiceStageError):
    """The answer was a redirect, which is never followed."""

    location: str | None
    """The origin that it points to; None if it is the same one, or the answer does not say."""

    def _read(self, detail: Any) -> None:
        self.location = detail["location"]


class TooLargeError(ServiceStageError):
    """The response was larger than allowed."""

    limit_bytes: int | None
    """The limit on the body; None if it was another limit, which the message names."""

    def _read(self, detail: Any) -> None:
        self.limit_bytes = detail["limit_bytes"]


class CutShortError(ServiceStageError, ConnectionError):
    """The answer ended early."""


class UndecodableError(ServiceStageError):
    """The answer is not what the vendor documents."""

    path: str
    """The JSON path of the value."""
    expected: str
    """The value that was expected there."""

    def _read(self, detail: Any) -> None:
        self.path, self.expected = detail["path"], detail["expected"]


class OtherError(ServiceStageError):
    """Something else went wrong."""

    description: str
    """A description of it, for people."""

    def _read(self, detail: Any) -> None:
        self.description = detail


_CLASSES: dict[str, type[ServiceStageError]] = {
    "invalid_argument": InvalidArgumentError,
    "denied": DeniedError,
    "dns": DnsError,
    "refused": RefusedError,
    "tls": TlsError,
    "reset": ResetError,
    "timeout": TimeoutError,
    "unauthenticated": UnauthenticatedError,
    "clock_skew": ClockSkewError,
    "forbidden": ForbiddenError,
    "not_found": NotFoundError,
    "throttled": ThrottledError,
    "rejected": RejectedError,
    "unavailable": UnavailableError,
    "redirected": RedirectedError,
    "too_large": TooLargeError,
    "cut_short": CutShortError,
    "undecodable": UndecodableError,
    "other": OtherError,
}


def error_of(record: bytes | str) -> ServiceStageError:
    """Returns the exception for an error record in its JSON form."""
    error: dict[str, Any] = msgspec.json.decode(record)
    kind = error["kind"]
    return _CLASSES[next(iter(kind)) if isinstance(kind, dict) else kind](error)


def invalid_argument(operation: str, argument: str, reason: str) -> ServiceStageError:
    """Returns the error of an argument that is not valid, in the component's words. Nothing was sent."""
    return error_of(_native.invalid_argument(operation, argument, reason))
