"""Lists the release tasks ("pipelines") of Huawei Cloud ServiceStage, through one sandboxed WebAssembly component.

    from servicestage_pipelines import Client

    for pipeline in Client(region="cn-north-4").list_pipelines(status=["failed"]):
        print(pipeline.name, pipeline.last_trigger_at)

# Layout
- `client`: the client; `aio`: the same for asyncio; `calls` and `pool`: how and where calls run
- `arguments`: what may be passed; `model`: what a listing holds; `table`: shows it; `errors`: why a call failed
- `_native`: the extension, the client in Rust that does the work
"""

from ._native import __version__
from .aio import AsyncClient
from .client import Client
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
from .model import (
    ConfigMode,
    Direction,
    Listing,
    OrderKey,
    OtherConfigMode,
    OtherStatus,
    Pipeline,
    Setting,
    Status,
    Waited,
)

__all__ = [
    "AsyncClient",
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
    "Setting",
    "Status",
    "ThrottledError",
    "TimeoutError",
    "TlsError",
    "TooLargeError",
    "UnauthenticatedError",
    "UnavailableError",
    "UndecodableError",
    "Waited",
    "__version__",
]
