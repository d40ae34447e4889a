"""What the errors of sockets, TLS and urllib3 mean in the terms of wasi:http."""

import errno
import re
import ssl
from collections.abc import Iterator
from http.client import LineTooLong, RemoteDisconnected

from urllib3.exceptions import InvalidChunkLength, ProtocolError, ReadTimeoutError

from .http import HttpError

_UNROUTABLE = {errno.ENETUNREACH, errno.EHOSTUNREACH}


def of_connection(error: Exception) -> HttpError:
    """Why no connection was made."""
    for cause in _causes(error):
        match cause:
            case ssl.SSLError():
                return _of_tls(cause)
            case TimeoutError():
                return HttpError("connection-timeout")
            case ConnectionRefusedError():
                return HttpError("connection-refused")
            case ConnectionError():
                return HttpError("connection-terminated")
            case OSError() if cause.errno in _UNROUTABLE:
                return HttpError("destination-IP-unroutable")
    return HttpError("destination-unavailable")


def of_proxy(error: Exception, proxy: str) -> HttpError:
    """Why a proxy, named by host and port, makes no connection."""
    refusal = (str(cause) for cause in _causes(error) if str(cause).startswith("Tunnel connection failed"))
    why = next(refusal, of_connection(error).code)
    return HttpError("internal-error", f"no connection through the proxy {proxy}: {why}")


def of_head(error: Exception) -> HttpError:
    """Why there is no answer on a connection."""
    for cause in _causes(error):
        match cause:
            case ReadTimeoutError() | TimeoutError():
                return HttpError("HTTP-response-timeout")
            case ssl.SSLError() if not isinstance(cause, ssl.SSLEOFError):
                return _of_tls(cause)
            case LineTooLong():
                return HttpError("HTTP-response-header-section-size")
            case RemoteDisconnected() | ConnectionError() | ssl.SSLEOFError():
                return HttpError("connection-terminated")
    # A head that makes no sense. Too many headers are told in words alone.
    if any("more than" in str(cause) for cause in _causes(error)):
        return HttpError("HTTP-response-header-section-size")
    return HttpError("HTTP-protocol-error")


def of_body(error: Exception) -> HttpError:
    """Why a body breaks off."""
    for cause in _causes(error):
        match cause:
            case ReadTimeoutError() | TimeoutError():
                return HttpError("connection-read-timeout")
            case InvalidChunkLength():
                return HttpError("HTTP-protocol-error")
            case OSError():
                return HttpError("connection-terminated")
    return HttpError("HTTP-response-incomplete" if isinstance(error, ProtocolError) else "HTTP-protocol-error")


def _of_tls(error: ssl.SSLError) -> HttpError:
    if isinstance(error, ssl.SSLCertVerificationError):
        return HttpError("TLS-certificate-error")
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return HttpError("connection-terminated")
    # Such as `TLSV13_ALERT_CERTIFICATE_REQUIRED`.
    alert = re.fullmatch(r"(?:SSLV3|TLSV1\d?)_ALERT_(\w+)", error.reason or "")
    return HttpError("TLS-alert-received", alert[1].lower()) if alert else HttpError("TLS-protocol-error")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error and what it is made of: urllib3 puts one into another, as an argument or as its cause."""
    while error is not None:
        yield error
        inner = [argument for argument in error.args if isinstance(argument, BaseException)]
        error = inner[0] if inner else error.__cause__
