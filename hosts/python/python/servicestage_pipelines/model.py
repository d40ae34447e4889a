"""The records of a listing."""

from __future__ import annotations

from abc import ABCMeta
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, timezone
from enum import Enum
from typing import TYPE_CHECKING, Any, overload

import msgspec

from . import _native, table

if TYPE_CHECKING:
    import pandas
    import polars


class _Word(str, Enum):
    """An enumeration whose members are the words of the component's interface, in snake_case."""

    def __str__(self) -> str:
        return str(self.value)


class Status(_Word):
    """Where a release task stands."""

    INITIALIZED = "initialized"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    RELEASING = "releasing"
    PENDING_APPROVAL = "pending_approval"
    PAUSED = "paused"
    SKIPPED = "skipped"
    ROLLING_BACK = "rolling_back"
    ROLLED_BACK = "rolled_back"
    ROLLBACK_FAILED = "rollback_failed"
    STOPPING = "stopping"
    RESTARTING = "restarting"


class OtherStatus(msgspec.Struct, frozen=True):
    """A status that the vendor does not document."""

    number: int
    """Its number."""

    def __str__(self) -> str:
        return str(self.number)


class ConfigMode(_Word):
    """How a release task is deployed."""

    UI = "ui"
    TEMPLATE = "template"


class OtherConfigMode(msgspec.Struct, frozen=True):
    """A deployment mode that the vendor does not document."""

    text: str
    """The mode as the service sent it."""

    def __str__(self) -> str:
        return self.text


class OrderKey(_Word):
    """The value that a listing is ordered by."""

    CREATION = "creation"
    UPDATE = "update"
    LAST_RUN = "last_run"
    NAME = "name"


class Direction(_Word):
    """The direction of an order."""

    ASCENDING = "ascending"
    DESCENDING = "descending"


class Pipeline(msgspec.Struct, frozen=True, gc=False):
    """A release task. Every field but `id` is None where the service sends nothing. Times are in UTC."""

    id: str
    """The id, unique within the project."""
    name: str | None = None
    """The name."""
    description: str | None = None
    """The description."""
    create_time: datetime | None = None
    """When the task was created."""
    update_time: datetime | None = None
    """When the task was last changed."""
    version: int | None = None
    """The version of the task's configuration."""
    config_mode: ConfigMode | OtherConfigMode | None = None
    """How the task is deployed."""
    creator: str | None = None
    """Who created the task."""
    model_version: int | None = None
    """The version of the vendor's model of tasks."""
    status: Status | OtherStatus | None = None
    """Where the task stands."""
    last_trigger_at: datetime | None = None
    """When the task last ran; None also if it never did."""
    enterprise_project_id: str | None = None
    """The id of the enterprise project that the task belongs to."""
    enterprise_project: str | None = None
    """The name of that enterprise project."""
    extend_info: str | None = None
    """More about the task, as JSON text exactly as the service sent it."""


class Setting(msgspec.Struct, frozen=True):
    """A setting of a client, and where it came from."""

    value: str | None
    """As much of the value as may be shown."""
    source: str
    """Where it came from: an argument, a variable, or a profile and its file."""


class Waited(msgspec.Struct, frozen=True):
    """The outcome of a wait."""

    pipeline: Pipeline
    """The release task, as it was listed last."""
    reached: bool
    """Whether its status is one that was waited for. If not, it is one that ends the wait."""


FIELDS = Pipeline.__struct_fields__
"""The names of a release task's fields."""


class _SequenceMeta(msgspec.StructMeta, ABCMeta):
    """Lets a struct be a sequence."""


class Listing(msgspec.Struct, Sequence[Pipeline], metaclass=_SequenceMeta, frozen=True):
    """The release tasks that match, in the order asked for. It is complete, and a sequence."""

    pipelines: tuple[Pipeline, ...]
    """The release tasks."""
    total: int
    """How many release tasks the service returned."""
    matched: int
    """How many of them matched the query, before `limit`."""
    truncated: bool
    """Whether `limit` left out release tasks that matched."""
    request_id: str | None
    """The service's id of the request, to quote to its support."""
    attempts: int
    """How many requests the listing took, retries included; the look-up of the project is not counted."""

    def to_dicts(self) -> list[dict[str, Any]]:
        """Returns a dictionary for each release task. Statuses and modes are words, times are `datetime`s in UTC."""
        return [{name: table.plain(getattr(pipeline, name)) for name in FIELDS} for pipeline in self]

    def to_json(self) -> str:
        """Returns the JSON text that all hosts of the component share. Times are milliseconds since the Unix epoch."""
        return msgspec.json.encode(_builtins(self)).decode()

    def to_pandas(self) -> pandas.DataFrame:
        """Returns a table of pandas with a row for each release task. The columns always have the same types:
        `datetime64[us, UTC]`, `Int64` and `string`. Needs pandas 2 or newer."""
        return table.pandas_of(self)

    def to_polars(self) -> polars.DataFrame:
        """Returns a table of polars with a row for each release task. The columns always have the same types:
        `Datetime("us", "UTC")`, `Int64` and `String`. Needs polars 1 or newer."""
        return table.polars_of(self)

    def __len__(self) -> int:
        return len(self.pipelines)

    @overload
    def __getitem__(self, index: int) -> Pipeline: ...
    @overload
    def __getitem__(self, index: slice) -> Listing: ...
    def __getitem__(self, index: int | slice) -> Pipeline | Listing:
        """Returns a release task, or for a slice a listing of some of them with the same counts."""
        if isinstance(index, slice):
            return msgspec.structs.replace(self, pipelines=self.pipelines[index])
        return self.pipelines[index]

    def __iter__(self) -> Iterator[Pipeline]:
        return iter(self.pipelines)

    def __repr__(self) -> str:
        return f"<Listing: {len(self)} of {self.total} release tasks>"

    def _repr_html_(self) -> str:
        return table.html(self)


_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def milliseconds(time: datetime) -> int:
    """Returns whole milliseconds since the Unix epoch."""
    return (time - _EPOCH) // timedelta(milliseconds=1)


def time_of(milliseconds: int) -> datetime:
    """Returns the time so many milliseconds after the Unix epoch, in UTC."""
    return _EPOCH + timedelta(milliseconds=milliseconds)


def _builtins(value: Any) -> Any:
    match value:
        case datetime():
            return milliseconds(value)
        case OtherStatus(other) | OtherConfigMode(other):
            return {"other": other}
        case msgspec.Struct():
            return {name: _builtins(getattr(value, name)) for name in value.__struct_fields__}
        case tuple():
            return [_builtins(item) for item in value]
        case _:
            return value


RECORD_TYPES = _native.RecordTypes(
    listing=Listing,
    pipeline=Pipeline,
    statuses={status.value: status for status in Status},
    other_status=OtherStatus,
    config_modes={mode.value: mode for mode in ConfigMode},
    other_config_mode=OtherConfigMode,
)
"""The types that the extension makes listings of."""
