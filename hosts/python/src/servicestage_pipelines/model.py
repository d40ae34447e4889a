"""What a listing holds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from enum import Enum
from typing import TYPE_CHECKING, Any, overload

import msgspec

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


class OtherStatus(msgspec.Struct, frozen=True):
    """A status that the vendor does not document, by its number."""

    number: int = msgspec.field(name="other")

    def __str__(self) -> str:
        return str(self.number)


class ConfigMode(_Word):
    """How a release task is deployed."""

    UI = "ui"
    TEMPLATE = "template"


class OtherConfigMode(msgspec.Struct, frozen=True):
    """A deployment mode that the vendor does not document, as it came."""

    text: str = msgspec.field(name="other")

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


class Pipeline(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A release task. Every field but `id` is None where the service sends nothing. Times are in UTC."""

    # Whoever collects garbage need not look into what cannot hold itself. A `datetime` is made when it is asked for,
    # since to make three takes longer than to read all the rest.
    id: str
    name: str | None
    description: str | None
    _create_time: int | None = msgspec.field(name="create_time")
    _update_time: int | None = msgspec.field(name="update_time")
    version: int | None
    config_mode: ConfigMode | OtherConfigMode | None
    creator: str | None
    model_version: int | None
    status: Status | OtherStatus | None
    _last_trigger_at: int | None = msgspec.field(name="last_trigger_at")
    enterprise_project_id: str | None
    enterprise_project: str | None
    extend_info: str | None
    """More about the task, as JSON text exactly as the service sent it."""

    @property
    def create_time(self) -> datetime | None:
        """When the task was created."""
        return _time(self._create_time)

    @property
    def update_time(self) -> datetime | None:
        """When the task was last changed."""
        return _time(self._update_time)

    @property
    def last_trigger_at(self) -> datetime | None:
        """When the task last ran; None also if it never did."""
        return _time(self._last_trigger_at)

    def to_dict(self) -> dict[str, Any]:
        """The JSON form that all hosts of the component share: times are milliseconds since the Unix epoch."""
        fields: dict[str, Any] = msgspec.to_builtins(self)
        return fields

    def __repr__(self) -> str:
        return f"Pipeline({', '.join(f'{name}={getattr(self, name)!r}' for name in FIELDS)})"


FIELDS = Pipeline.__struct_encode_fields__
"""The names of a release task's fields."""


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
    def from_json(cls, text: bytes | str) -> "Listing":
        """Reads the JSON form. Raises `msgspec.DecodeError`."""
        return _DECODER.decode(text)

    def to_dict(self) -> dict[str, Any]:
        """The JSON form that all hosts of the component share."""
        return {**vars(self), "pipelines": [pipeline.to_dict() for pipeline in self.pipelines]}

    def to_pandas(self) -> "pandas.DataFrame":
        """A table of pandas, with a row for each release task. Needs pandas."""
        import pandas

        cells = [[_cell(getattr(pipeline, name)) for name in FIELDS] for pipeline in self]
        frame: pandas.DataFrame = pandas.DataFrame(cells, columns=list(FIELDS))
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


_DECODER = msgspec.json.Decoder(Listing)


def _time(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else time_of(milliseconds)


def _cell(value: Any) -> Any:
    return value if value is None or isinstance(value, datetime | int) else str(value)
