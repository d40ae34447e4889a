"""The component's interface: its functions and their types, as `wit/servicestage/pipelines.wit` says."""

from .canonical import BOOL, OCTETS, S64, TEXT, U16, U32, U64, Enum, List, Option, Record, Result, Variant
from .guest import Export

_INTERFACE = "huaweicloud:servicestage/pipelines@0.1.0"

_ACCESS_KEY = Record({"access-key-id": TEXT, "secret-access-key": TEXT, "security-token": Option(TEXT)})
_CONNECTION = Record(
    {
        "region": Option(TEXT),
        "project-id": Option(TEXT),
        "endpoint": Option(TEXT),
        "iam-endpoint": Option(TEXT),
        "credentials": Variant({"ambient": None, "token": TEXT, "access-key": _ACCESS_KEY}),
        "connect-timeout-ms": Option(U32),
        "first-byte-timeout-ms": Option(U32),
        "between-bytes-timeout-ms": Option(U32),
        "call-timeout-ms": Option(U32),
        "max-attempts": Option(U32),
        "max-response-bytes": Option(U32),
    }
)

_STATUS = Variant(
    {
        "initialized": None,
        "succeeded": None,
        "failed": None,
        "releasing": None,
        "pending-approval": None,
        "paused": None,
        "skipped": None,
        "rolling-back": None,
        "rolled-back": None,
        "rollback-failed": None,
        "stopping": None,
        "restarting": None,
        "other": S64,
    }
)
_TIME_RANGE = Record({"from": Option(U64), "to": Option(U64)})
_TERM = Variant(
    {
        "name": TEXT,
        "name-contains": TEXT,
        "status": List(_STATUS),
        "config-mode": Variant({"ui": None, "template": None, "other": TEXT}),
        "creator": TEXT,
        "enterprise-project-id": TEXT,
        "created": _TIME_RANGE,
        "updated": _TIME_RANGE,
        "last-run": _TIME_RANGE,
        "order-by": Record(
            {"key": Enum("creation", "update", "last-run", "name"), "direction": Enum("ascending", "descending")}
        ),
        "limit": U32,
    }
)

_KIND = Variant(
    {
        "invalid-argument": Record({"argument": TEXT, "reason": TEXT}),
        "denied": None,
        "dns": None,
        "refused": None,
        "tls": None,
        "reset": None,
        "timeout": Enum("connect", "first-byte", "between-bytes", "call"),
        "unauthenticated": None,
        "clock-skew": Record({"signed-at": U64, "server-time": U64}),
        "forbidden": Record({"permission": TEXT, "depends-on": List(TEXT)}),
        "not-found": None,
        "throttled": Record({"retry-after-ms": Option(U64)}),
        "rejected": None,
        "unavailable": None,
        "redirected": Record({"location": Option(TEXT)}),
        "too-large": Record({"limit-bytes": Option(U64)}),
        "cut-short": None,
        "undecodable": Record({"path": TEXT, "expected": TEXT}),
        "other": TEXT,
    }
)
_ERROR = Record(
    {
        "kind": _KIND,
        "message": TEXT,
        "operation": TEXT,
        "http-status": Option(U16),
        "vendor-code": Option(TEXT),
        "vendor-message": Option(TEXT),
        "request-id": Option(TEXT),
        "retryable": BOOL,
        "attempts": U32,
    }
)

LIST_PIPELINES_JSON = Export(
    f"{_INTERFACE}#list-pipelines-json",
    Record({"connection": _CONNECTION, "query": List(_TERM)}),
    # Text, of which the decoder wants the bytes.
    Result(OCTETS, _ERROR),
)
FIND_PROJECT = Export(f"{_INTERFACE}#find-project", Record({"connection": _CONNECTION}), Result(TEXT, _ERROR))
