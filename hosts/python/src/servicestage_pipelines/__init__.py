"""Lists the release tasks ("pipelines") of Huawei Cloud ServiceStage, through one sandboxed WebAssembly component.

    from servicestage_pipelines import Client

    for pipeline in Client(region="cn-north-4").list_pipelines(status=["failed"]):
        print(pipeline.name, pipeline.last_trigger_at)

# Layout
- `client`: the client; `credentials`: in whose name; `query`: from arguments to the component's types
- `model`: what a listing holds; `table`: shows it; `errors`: why a call failed
- `component`: loads and calls the component; `cache` keeps it compiled; `contract`: what it exports
- `guest`: one instance of it, and how it calls back; `canonical`: how values lie in its memory
- `wasi`, `wasi_http`: what it imports, `wasi_types`: with which types
- `world`: what one call sees and holds, `resources`: of which kinds; `exchange`: one request on its thread
- `policy`: what may be asked of whom; `address`: what kind an address is of
- `network`: sends requests; `connection`, `proxy`, `faults`: how it connects and what can go wrong; `http`: the values
"""

from .client import Client
from .credentials import AccessKey, Ambient, Token
from .errors import (
    ClockSkewError,
    CutShortError,
    DeniedError,
    DnsError,
    ForbiddenError,
    InvalidArgumentError,
    NotFoundError,
    OtherError,
    RedirectedError,
    RefusedError,
    RejectedError,
    ResetError,
    ServiceStageError,
    ThrottledError,
    TimeoutError,
    TlsError,
    TooLargeError,
    UnauthenticatedError,
    UnavailableError,
    UndecodableError,
)
from .model import ConfigMode, Direction, Listing, OrderKey, OtherConfigMode, OtherStatus, Pipeline, Status

__all__ = [
    "AccessKey",
    "Ambient",
    "Client",
    "ClockSkewError",
    "ConfigMode",
    "CutShortError",
    "DeniedError",
    "Direction",
    "DnsError",
    "ForbiddenError",
    "InvalidArgumentError",
    "Listing",
    "NotFoundError",
    "OrderKey",
    "OtherConfigMode",
    "OtherError",
    "OtherStatus",
    "Pipeline",
    "RedirectedError",
    "RefusedError",
    "RejectedError",
    "ResetError",
    "ServiceStageError",
    "Status",
    "ThrottledError",
    "TimeoutError",
    "TlsError",
    "Token",
    "TooLargeError",
    "UnauthenticatedError",
    "UnavailableError",
    "UndecodableError",
]
