"""What a listing holds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from enum import Enum
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple, overload

from . import table

if TYPE_CHECKING:
    import pandas

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)

_EXACT = 2**33 * 1000
"""Below this, the year 2242, a float holds milliseconds as seconds to the microsecond."""


class _Word(str, Enum):
    """An enumeration whose members are the words of the WIT, in snake_case."""

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


@dataclass(frozen=True)
class OtherStatus:
    """A status that the vendor does not document, by its number."""

    number: int

    def __str__(self) -> str:
        return str(self.number)


class ConfigMode(_Word):
    """How a release task is deployed."""

    UI = "ui"
    TEMPLATE = "template"


@dataclass(frozen=True)
class OtherConfigMode:
    """A deployment mode that the vendor does not document, as it came."""

    text: str

    def __str__(self) -> str:
        return self.text


class OrderKey(_Word):
    """The value that a listing is ordered by."""

    CREATION = "creation"
    UPDATE = "update"
    LAST_RUN = "last_run"
    NAME = "name"


class Direction(_Word):
    """Which end of an order comes first."""

    ASCENDING = "ascending"
    DESCENDING = "descending"


class Pipeline(NamedTuple):
    """A release task. Every field but `id` is None where the service sends nothing. Times are in UTC."""

    id: str
    name: str | None
    description: str | None
    create_time: datetime | None
    update_time: datetime | None
    version: int | None
    config_mode: ConfigMode | OtherConfigMode | None
    creator: str | None
    model_version: int | None
    status: Status | OtherStatus | None
    last_trigger_at: datetime | None
    """When the task last ran; None also if it never did."""
    enterprise_project_id: str | None
    enterprise_project: str | None
    extend_info: str | None
    """More about the task, as JSON text exactly as the service sent it."""

    def to_dict(self) -> dict[str, Any]:
        """The JSON form that all hosts of the component share: times are milliseconds since the Unix epoch."""
        return {name: _plain(value) for name, value in self._asdict().items()}


@dataclass(frozen=True, repr=False)
class Listing(Sequence[Pipeline]):
    """The release tasks that match, in the order asked for."""

    pipelines: tuple[Pipeline, ...]
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

    @classmethod
    def from_dict(cls, listing: dict[str, Any]) -> "Listing":
        """Reads the JSON form."""
        return cls(**{**listing, "pipelines": tuple(map(_pipeline, listing["pipelines"]))})

    def to_dict(self) -> dict[str, Any]:
        """The JSON form that all hosts of the component share."""
        return {**vars(self), "pipelines": [pipeline.to_dict() for pipeline in self.pipelines]}

    def to_pandas(self) -> "pandas.DataFrame":
        """A table of pandas, with a row for each release task. Needs pandas."""
        import pandas

        cells = [[_cell(value) for value in pipeline] for pipeline in self]
        frame: pandas.DataFrame = pandas.DataFrame(cells, columns=list(Pipeline._fields))
        return frame

    def __len__(self) -> int:
        return len(self.pipelines)

    @overload
    def __getitem__(self, index: int) -> Pipeline: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Pipeline, ...]: ...
    def __getitem__(self, index: int | slice) -> Pipeline | tuple[Pipeline, ...]:
        return self.pipelines[index]

    def __iter__(self) -> Iterator[Pipeline]:
        return iter(self.pipelines)

    def __repr__(self) -> str:
        return f"<Listing: {len(self)} of {self.total} release tasks>"

    def _repr_html_(self) -> str:
        return table.html(self)


def milliseconds(time: datetime) -> int:
    """Whole milliseconds since the Unix epoch."""
    return (time - _EPOCH) // timedelta(milliseconds=1)


def time_of(milliseconds: int) -> datetime:
    """The time so many milliseconds after the Unix epoch, in UTC."""
    if milliseconds < _EXACT:
        # Three times as fast as a sum, and there are three times in each release task.
        return datetime.fromtimestamp(milliseconds / 1000, timezone.utc)
    return _EPOCH + timedelta(milliseconds=milliseconds)


_STATUSES: dict[str | None, Status | None] = {None: None, **{status.value: status for status in Status}}
_MODES: dict[str | None, ConfigMode | None] = {None: None, **{mode.value: mode for mode in ConfigMode}}


_FIELDS = itemgetter(*Pipeline._fields)


def _pipeline(fields: dict[str, Any]) -> Pipeline:
    for name in ("create_time", "update_time", "last_trigger_at"):
        if fields[name] is not None:
            fields[name] = time_of(fields[name])
    status, mode = fields["status"], fields["config_mode"]
    fields["status"] = OtherStatus(status["other"]) if isinstance(status, dict) else _STATUSES[status]
    fields["config_mode"] = OtherConfigMode(mode["other"]) if isinstance(mode, dict) else _MODES[mode]
    # Twice as fast as by name, of which there are fourteen in each release task.
    return Pipeline._make(_FIELDS(fields))


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return milliseconds(value)
        case OtherStatus(other) | OtherConfigMode(other):
            return {"other": other}
        case Enum():
            return value.value
        case _:
            return value


def _cell(value: Any) -> Any:
    return value if value is None or isinstance(value, datetime | int) else str(value)
