"""The client: one connection, any number of calls."""

import os
import threading
from collections.abc import Iterable
from datetime import datetime
from importlib.resources import files
from types import TracebackType
from typing import Any

from msgspec import DecodeError

from . import address
from . import credentials as found_credentials
from .component import LoadError, Plugin, Trapped
from .contract import FIND_PROJECT, LIST_PIPELINES_JSON
from .credentials import Credentials, CredentialsError
from .errors import ServiceStageError, error_of, invalid_argument, of_host
from .guest import Export
from .http import Sender
from .model import ConfigMode, Direction, Listing, OrderKey, OtherConfigMode, OtherStatus, Status
from .network import Network
from .policy import Denied, Policy, needs_of, origins_of
from .query import Connection, Inexpressible, Query
from .world import Clock, Overdue, SystemClock, World

DEFAULT_CALL_TIMEOUT = 120.0
"""The component's own limit of a call, in seconds."""

GRACE = 10.0
"""What the host allows beyond the limit of the call, so that the component's error comes first and tells more."""

_LIST = "list-pipelines"
_FIND = "find-project"


class Client:
    """Lists the release tasks of one project. Any number of threads may use it.

    What is not given is taken from the environment: `region` from `HW_REGION_NAME`, `project_id` from `HW_PROJECT_ID`
    or `HUAWEICLOUD_SDK_PROJECT_ID`, `credentials` as `credentials.of_environment` says. Without a project, that of the
    region is looked up.
    """

    def __init__(
        self,
        *,
        region: str | None = None,
        project_id: str | None = None,
        endpoint: str | None = None,
        iam_endpoint: str | None = None,
        credentials: Credentials | None = None,
        connect_timeout: float | None = None,
        first_byte_timeout: float | None = None,
        between_bytes_timeout: float | None = None,
        call_timeout: float | None = None,
        max_attempts: int | None = None,
        max_response_bytes: int | None = None,
        allow_addresses: Iterable[str] = (),
        ca_file: str | os.PathLike[str] | None = None,
    ) -> None:
        """Timeouts are in seconds. `allow_addresses` are ranges, such as `10.0.0.0/8`, that the endpoints may lead to
        although they are not on the public internet. `ca_file` is a PEM file with the authorities to trust, in place of
        the system's. What the connection says is judged by the component, when it is called."""
        if region is None:
            region = _variable("HW_REGION_NAME")
        if project_id is None:
            project_id = _variable("HW_PROJECT_ID", "HUAWEICLOUD_SDK_PROJECT_ID")
        if credentials is None:
            credentials = _credentials()
        self._connection = Connection(
            region,
            project_id,
            endpoint,
            iam_endpoint,
            credentials,
            connect_timeout,
            first_byte_timeout,
            between_bytes_timeout,
            call_timeout,
            max_attempts,
            max_response_bytes,
        )
        # What is no number is told of when the component is called.
        is_number = isinstance(call_timeout, int | float)
        self._seconds = (call_timeout if is_number and call_timeout else DEFAULT_CALL_TIMEOUT) + GRACE
        origins = origins_of(region, endpoint, iam_endpoint)
        policy = Policy(_needs(), origins, _ranges(allow_addresses))
        self._network = _network(policy, ca_file)
        self._sender: Sender = self._network
        self._clock: Clock = SystemClock()

    def list_pipelines(
        self,
        *,
        name: str | None = None,
        name_contains: str | None = None,
        status: Iterable[Status | OtherStatus | str] | None = None,
        config_mode: ConfigMode | OtherConfigMode | str | None = None,
        creator: str | None = None,
        enterprise_project_id: str | None = None,
        created_from: datetime | None = None,
        created_to: datetime | None = None,
        updated_from: datetime | None = None,
        updated_to: datetime | None = None,
        last_run_from: datetime | None = None,
        last_run_to: datetime | None = None,
        order_by: OrderKey | str | None = None,
        order: Direction | str | None = None,
        limit: int | None = None,
    ) -> Listing:
        """Lists the release tasks that match every filter, the newest first unless another order is asked for.

        A range of time begins at `_from` and ends before `_to`. The listing is complete. Raises `ServiceStageError`.
        """
        query = Query(
            name,
            name_contains,
            status,
            config_mode,
            creator,
            enterprise_project_id,
            created_from,
            created_to,
            updated_from,
            updated_to,
            last_run_from,
            last_run_to,
            order_by,
            order,
            limit,
        )
        listing = self._call(_LIST, LIST_PIPELINES_JSON, query)
        try:
            return Listing.from_json(listing)
        except DecodeError as error:
            what = f"the component's listing cannot be read: {error}"
            raise of_host(_LIST, what, "Report this message.") from None

    def find_project(self) -> str:
        """Finds the id of the region's project, to pass as `project_id` from then on. Raises `ServiceStageError`."""
        return str(self._call(_FIND, FIND_PROJECT))

    def close(self) -> None:
        """Gives up the kept connections. The client can still be used, and makes new ones."""
        self._network.close()

    def __enter__(self) -> "Client":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _call(self, operation: str, function: Export, query: Query | None = None) -> Any:
        """Calls a function. Errors are raised where nothing refers to the arguments, of which some are secret: whoever
        reports an error may report the variables around it, too."""
        world = World(self._sender, self._clock, self._seconds)
        is_ok, result = self._answer(world, operation, function, query)
        if is_ok:
            return result
        if isinstance(result, ServiceStageError):
            raise result
        error = _snake_case(result)
        if error["kind"] == "denied" and world.denial:
            _explain(error, world.denial)
        raise error_of(error)

    def _answer(self, world: World, operation: str, function: Export, query: Query | None) -> tuple[bool, Any]:
        """The component's result, or the host's error in its place."""
        try:
            arguments: dict[str, Any] = {"connection": self._connection.value()}
            if query:
                arguments["query"] = query.value()
            answer: tuple[bool, Any] = _plugin().call(world, self._seconds, function, arguments)
            return answer
        except Inexpressible as inexpressible:
            return False, invalid_argument(operation, inexpressible.argument, inexpressible.reason)
        except LoadError as unloaded:
            return False, of_host(operation, str(unloaded), "Reinstall the package.")
        except Overdue:
            what = f"the component took longer than {self._seconds:g} s and was ended"
            return False, of_host(operation, what, "Allow more time, or ask for less.")
        except Trapped as trapped:
            return False, of_host(operation, f"the component trapped: {trapped}", "Report this message.")


_loading = threading.Lock()
_loaded: list[Plugin] = []


def _plugin() -> Plugin:
    """The component of this package, compiled when it is first needed and shared by all clients."""
    with _loading:
        if not _loaded:
            _loaded.append(Plugin(files(__package__).joinpath("servicestage.wasm").read_bytes()))
        return _loaded[0]


def _needs() -> list[Any]:
    return needs_of(files(__package__).joinpath("servicestage.needs.json").read_text("utf-8"))


# These raise outside of `except`, so that their errors do not refer to the environment, which holds secrets.


def _credentials() -> Credentials:
    try:
        return found_credentials.of_environment()
    except CredentialsError as error:
        failure = invalid_argument(_LIST, error.argument, error.reason)
    raise failure


def _network(policy: Policy, ca_file: str | os.PathLike[str] | None) -> Network:
    try:
        return Network(policy, ca_file, os.environ)
    except OSError as error:
        failure = invalid_argument(_LIST, "ca_file", f"it cannot be read: {error}")
    except ValueError as error:
        failure = invalid_argument(_LIST, "proxy", str(error))
    raise failure


def _ranges(texts: Iterable[str]) -> list[address.Range]:
    try:
        return [address.range_of(text) for text in texts]
    except ValueError as error:
        failure = invalid_argument(_LIST, "allow_addresses", f"{error}; write 10.0.0.0/8 or one address alone")
    raise failure


def _variable(*names: str) -> str | None:
    return next((os.environ[name] for name in names if os.environ.get(name)), None)


def _snake_case(error: dict[str, Any]) -> dict[str, Any]:
    """The JSON form of an error that was lifted."""
    case, payload = error["kind"]
    name = case.replace("-", "_")
    if case == "timeout":
        payload = payload.replace("-", "_")
    elif isinstance(payload, dict):
        payload = _renamed(payload)
    return _renamed(error) | {"kind": name if payload is None else {name: payload}}


def _renamed(record: dict[str, Any]) -> dict[str, Any]:
    return {name.replace("-", "_"): value for name, value in record.items()}


def _explain(error: dict[str, Any], denial: Denied) -> None:
    """Tells what exactly was denied, and what would allow it. Only the host knows."""
    what = error["message"].splitlines()[0]
    error["message"] = f"{what}\n{denial.asked}: {denial.reason}.\n{denial.advice}"
