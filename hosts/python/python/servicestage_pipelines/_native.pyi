"""The client in Rust. The modules beside it wrap its results and errors."""

from collections.abc import Callable
from typing import Any, final

from .model import Listing, Pipeline

__all__ = [
    "Call",
    "CallFailed",
    "RecordTypes",
    "Session",
    "__version__",
    "end_handlers",
    "invalid_argument",
    "printable",
    "tool",
]

__version__: str

class CallFailed(Exception):
    """A call failed. The argument is the error record as JSON."""

@final
class Call:
    """A call, which another thread can stop."""

    def __new__(cls, level: int, log: Callable[[int, str], object]) -> Call: ...
    def stop(self) -> None: ...

@final
class RecordTypes:
    """Python's types of a listing."""

    def __new__(
        cls,
        *,
        listing: type,
        pipeline: type,
        statuses: dict[str, Any],
        other_status: type,
        config_modes: dict[str, Any],
        other_config_mode: type,
    ) -> RecordTypes: ...

@final
class Session:
    """A client: its settings, and its session in this process. Times are in milliseconds."""

    def __new__(
        cls,
        *,
        region: str | None,
        project_id: str | None,
        endpoint: str | None,
        iam_endpoint: str | None,
        profile: str | None,
        token: str | None,
        access_key: str | None,
        secret_key: str | None,
        security_token: str | None,
        user_name: str | None,
        password: str | None,
        domain_name: str | None,
        metadata: bool,
        timeout: int | None,
        connect_timeout: int | None,
        first_byte_timeout: int | None,
        between_bytes_timeout: int | None,
        max_attempts: int | None,
        max_response_bytes: int | None,
        ca_file: str | None,
        client_cert: str | None,
        client_key: str | None,
        allow_addresses: list[str],
    ) -> Session: ...
    @staticmethod
    def of_answer(status: int, body: bytes) -> Session: ...
    def list_pipelines(self, terms: bytes, types: RecordTypes, call: Call) -> Listing: ...
    def find_project(self, call: Call) -> str: ...
    def wait(
        self,
        *,
        name: str | None,
        id: str | None,
        for_status: bytes | None,
        fail_on: bytes | None,
        started_after: int | None,
        wait_for_task: bool,
        timeout: int | None,
        interval: int | None,
        types: RecordTypes,
        call: Call,
    ) -> tuple[Pipeline, bool]: ...
    def credentials_report(self) -> list[tuple[str, str | None, str]]: ...
    def place(self) -> dict[str, str | None]: ...
    def close(self) -> None: ...

def end_handlers() -> None: ...
def invalid_argument(operation: str, argument: str, reason: str) -> str: ...
def printable(text: str) -> str: ...
def tool(arguments: list[str]) -> int: ...
