"""The clients: one connection, any number of calls."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import msgspec

from . import _native
from .arguments import ArgumentReader, Secrets, terms
from .calls import new_call, run_blocking, with_package_errors
from .model import RECORD_TYPES, Listing, Setting, Waited

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import timedelta
    from types import TracebackType

    from typing_extensions import Self

    from .arguments import ConfigModeWord, DirectionWord, OrderWord, StatusWord, Time
    from .model import ConfigMode, Direction, OrderKey, OtherConfigMode, OtherStatus, Status

T = TypeVar("T")


class BaseClient:
    """The part that both clients share."""

    _place: Mapping[str, str | None] = {}

    def __init__(
        self,
        *,
        region: str | None = None,
        project_id: str | None = None,
        endpoint: str | None = None,
        iam_endpoint: str | None = None,
        profile: str | None = None,
        token: str | None = None,
        access_key: str | None = None,
        secret_key: str | None = None,
        security_token: str | None = None,
        user_name: str | None = None,
        password: str | None = None,
        domain_name: str | None = None,
        metadata: bool = False,
        timeout: float | timedelta | None = None,
        connect_timeout: float | timedelta | None = None,
        first_byte_timeout: float | timedelta | None = None,
        between_bytes_timeout: float | timedelta | None = None,
        max_attempts: int | None = None,
        max_response_bytes: int | None = None,
        ca_file: str | os.PathLike[str] | None = None,
        client_cert: str | os.PathLike[str] | None = None,
        client_key: str | os.PathLike[str] | None = None,
        allow_addresses: Iterable[str] = (),
    ) -> None:
        """Makes a client. The environment and profiles replace missing arguments, as for the command-line tool.

        Each timeout is a number of seconds or a `timedelta`.

        Args:
            region: The region, such as `cn-north-4`. Default: `HW_REGION_NAME`, then the profile's.
            project_id: The project's id. Default: `HW_PROJECT_ID` or `HUAWEICLOUD_SDK_PROJECT_ID`, then the profile's,
                then the region's project, which is looked up once.
            endpoint: The origin of the ServiceStage API. Default: the region's.
            iam_endpoint: The origin of the IAM API, for projects and tokens. Default: the region's.
            profile: The profile to take the credentials from. No other source is read, so no credentials may be passed.
            token: An IAM token.
            access_key: The id of an access key; `secret_key` belongs to it.
            secret_key: The secret of the access key.
            security_token: The security token of a temporary access key.
            user_name: The name of an IAM user; `password` and `domain_name` belong to it.
            password: The user's password.
            domain_name: The name of the user's account.
            metadata: Whether the metadata of the cloud server is asked for a key if nothing else has credentials.
            timeout: How long a whole call may take, retries included. Default: 120 seconds.
            connect_timeout: How long making a connection may take. Default: 10 seconds.
            first_byte_timeout: How long the first byte of an answer may take. Default: 30 seconds.
            between_bytes_timeout: How long the server may pause within an answer. Default: 30 seconds.
            max_attempts: How often a request is tried at most, from 1 to 10. Default: 4.
            max_response_bytes: How large the body of an answer may be. Default: 64 MiB.
            ca_file: A PEM file with the authorities to trust, and no others. Default: the system's.
            client_cert: A PEM file with the certificate to show to servers that ask. `client_key` belongs to it.
            client_key: A PEM file with the certificate's private key.
            allow_addresses: Addresses beside those of the public internet that may be connected to, such as
                `10.0.0.0/8`.

        Raises:
            ServiceStageError: An argument is not allowed, there are no credentials, or the machine lacks something.
            TypeError: An argument is of the wrong type.
        """
        secrets = Secrets(
            token=token,
            access_key=access_key,
            secret_key=secret_key,
            security_token=security_token,
            user_name=user_name,
            password=password,
            domain_name=domain_name,
        )
        del token, access_key, secret_key, security_token, user_name, password, domain_name
        read = ArgumentReader("Client")
        secrets.check(read)
        if (client_cert is None) != (client_key is None):
            missing = "client_cert" if client_cert is None else "client_key"
            raise read.refuse(missing, "it is missing; a certificate and its key belong together")
        self._session = with_package_errors(
            lambda: _native.Session(
                region=read.text("region", region),
                project_id=read.text("project_id", project_id),
                endpoint=read.text("endpoint", endpoint),
                iam_endpoint=read.text("iam_endpoint", iam_endpoint),
                profile=read.text("profile", profile),
                token=secrets.token,
                access_key=secrets.access_key,
                secret_key=secrets.secret_key,
                security_token=secrets.security_token,
                user_name=secrets.user_name,
                password=secrets.password,
                domain_name=secrets.domain_name,
                metadata=read.flag("metadata", metadata),
                timeout=read.duration("timeout", timeout),
                connect_timeout=read.duration("connect_timeout", connect_timeout),
                first_byte_timeout=read.duration("first_byte_timeout", first_byte_timeout),
                between_bytes_timeout=read.duration("between_bytes_timeout", between_bytes_timeout),
                max_attempts=read.whole("max_attempts", max_attempts),
                max_response_bytes=read.whole("max_response_bytes", max_response_bytes),
                ca_file=read.path("ca_file", ca_file),
                client_cert=read.path("client_cert", client_cert),
                client_key=read.path("client_key", client_key),
                allow_addresses=read.texts("allow_addresses", allow_addresses),
            )
        )
        self._place = self._session.place()

    @classmethod
    def from_fixture(cls, path: str | os.PathLike[str], *, status: int = 200) -> Self:
        """Makes a client for tests. The file is the body of the service's answer to every request; nothing is sent.

        Args:
            path: A file with JSON, such as `{"pipelines": [{"id": "1", "name": "release", "status": 3}]}`.
            status: The status of the answer, such as 403, from 200 to 999.

        Raises:
            InvalidArgumentError: The status is not allowed.
            OSError: The file cannot be read.
            TypeError: The status is not an int.
        """
        number = ArgumentReader("Client").whole("status", status, range(200, 1000))
        if number is None:
            raise TypeError("`status` must be an int, not NoneType")
        with open(path, "rb") as file:
            body = file.read()
        client = cls.__new__(cls)
        client._session = with_package_errors(lambda: _native.Session.of_answer(number, body))
        client._place = client._session.place()
        return client

    def credentials_report(self) -> dict[str, Setting]:
        """Returns where region, project and credentials came from, by name, with values masked. Nothing is sent.

        The names are `region`, `project_id`, `credentials`, and those of the parts of the credentials.
        """
        return {
            name: Setting(value, source)
            for name, value, source in with_package_errors(self._session.credentials_report)
        }

    def __copy__(self) -> Self:
        """Returns the client itself: nothing of it can be changed, and connections are shared anyway."""
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce__(self) -> NoReturn:
        name = type(self).__name__
        raise TypeError(f"a {name} cannot be pickled, since it may hold credentials; make one in the other process")

    def __repr__(self) -> str:
        places = ", ".join(f"{name}={value!r}" for name, value in self._place.items())
        return f"{type(self).__name__}({places})"


class Client(BaseClient):
    """Lists the release tasks of one project. Any number of threads may use it, also in a child that was forked.

    Without arguments it takes settings and credentials from the environment and from profiles, as the command-line tool
    does. Each call has an instance of the component of its own; connections are kept between calls.
    """

    def list_pipelines(
        self,
        *,
        name: str | None = None,
        name_contains: str | None = None,
        status: Iterable[Status | OtherStatus | StatusWord | int] | None = None,
        config_mode: ConfigMode | OtherConfigMode | ConfigModeWord | None = None,
        creator: str | None = None,
        enterprise_project_id: str | None = None,
        created_from: Time | None = None,
        created_to: Time | None = None,
        updated_from: Time | None = None,
        updated_to: Time | None = None,
        last_run_from: Time | None = None,
        last_run_to: Time | None = None,
        order_by: OrderKey | OrderWord | None = None,
        order: Direction | DirectionWord | None = None,
        limit: int | None = None,
    ) -> Listing:
        """Lists the release tasks that match every filter. The listing is complete and in order, or it is an error.

        Words may be written with `_` or with `-`. A range of time begins at `_from` and ends before `_to`. A time is a
        `datetime` with a time zone, RFC 3339 text such as `"2025-02-18T15:55:12Z"`, or a `timedelta` that counts back
        from now.

        Args:
            name: The whole name.
            name_contains: A part of the name. Case counts.
            status: Any of these statuses, each as a word, a `Status` or the vendor's number.
            config_mode: How the task is deployed.
            creator: Who created the task.
            enterprise_project_id: The enterprise project that the task belongs to.
            created_from: The earliest creation.
            created_to: The creation is before this time.
            updated_from: The earliest last change.
            updated_to: The last change is before this time.
            last_run_from: The earliest last run.
            last_run_to: The last run is before this time.
            order_by: What the listing is ordered by. Default: `"creation"`.
            order: The direction of the order. Default: the newest first, or for `order_by="name"` alphabetical.
            limit: The most release tasks to return. Default: all.

        Raises:
            ServiceStageError: The call failed. An argument that is not allowed is an `InvalidArgumentError`.
            TypeError: An argument is of the wrong type.
        """
        query = terms(
            name=name,
            name_contains=name_contains,
            status=status,
            config_mode=config_mode,
            creator=creator,
            enterprise_project_id=enterprise_project_id,
            created_from=created_from,
            created_to=created_to,
            updated_from=updated_from,
            updated_to=updated_to,
            last_run_from=last_run_from,
            last_run_to=last_run_to,
            order_by=order_by,
            order=order,
            limit=limit,
        )
        return self._call(lambda call: self._session.list_pipelines(query, RECORD_TYPES, call))

    def find_project(self) -> str:
        """Finds the id of the region's project.

        Raises:
            ServiceStageError: The call failed.
        """
        return self._call(self._session.find_project)

    def wait(
        self,
        name: str | None = None,
        *,
        id: str | None = None,
        for_status: Iterable[Status | OtherStatus | StatusWord | int] | None = None,
        fail_on: Iterable[Status | OtherStatus | StatusWord | int] | None = None,
        started_after: Time | None = None,
        wait_for_task: bool = False,
        timeout: float | timedelta | None = None,
        interval: float | timedelta | None = None,
    ) -> Waited:
        """Waits until a release task reaches a status.

        A final status that is not waited for ends the wait too: then `reached` is False. The statuses `paused` and
        `pending_approval` need a person. They are logged once and do not end the wait, unless they are named.

        Args:
            name: The whole name of the release task.
            id: Its id, in place of the name.
            for_status: The statuses to wait for. Default: `["succeeded"]`.
            fail_on: Statuses that end the wait beside the final ones, such as `["paused"]`.
            started_after: Only runs from this time on count. `timedelta(0)` is now.
            wait_for_task: Whether to wait also for the release task to exist.
            timeout: How long to wait, more than zero. Default: 30 minutes.
            interval: The first pause between two listings, at least a second. Pauses grow to about 30 seconds. Default:
                3 seconds.

        Raises:
            ServiceStageError: The release task does not exist, several have the name, or the wait took too long. A
                listing that fails and may succeed later is tried again.
            TypeError: An argument is of the wrong type.
        """
        read = ArgumentReader("wait")
        if (name is None) == (id is None):
            raise read.refuse("name", "pass either a name or an id")
        statuses = {
            which: None if values is None else msgspec.json.encode(read.statuses(which, values))
            for which, values in (("for_status", for_status), ("fail_on", fail_on))
        }
        options: dict[str, Any] = {
            "name": read.text("name", name),
            "id": read.text("id", id),
            **statuses,
            "started_after": read.time("started_after", started_after),
            "wait_for_task": read.flag("wait_for_task", wait_for_task),
            "timeout": read.duration("timeout", timeout),
            "interval": read.duration("interval", interval),
        }
        return self._call(lambda call: Waited(*self._session.wait(**options, types=RECORD_TYPES, call=call)))

    def close(self) -> None:
        """Closes the connections that are kept. The client can still be used, and opens new ones."""
        self._session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _call(self, run: Callable[[_native.Call], T]) -> T:
        """Runs a call. An exception in the thread that waits for the call ends it."""
        call = new_call()
        try:
            return with_package_errors(lambda: run_blocking(lambda: run(call)))
        except BaseException:
            call.stop()
            raise
