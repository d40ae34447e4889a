"""Listings as tables: for notebooks, pandas and polars. Values of the service are shown as text, never as HTML."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from . import _native

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas
    import polars

    from .model import Listing, Pipeline

ROWS = 20
"""The most rows that a notebook shows."""

_TIMES = ("create_time", "update_time", "last_trigger_at")
_NUMBERS = ("version", "model_version")

_COLUMNS: list[tuple[str, Callable[[Pipeline], object]]] = [
    ("name", lambda pipeline: pipeline.name),
    ("status", lambda pipeline: pipeline.status),
    ("last run (UTC)", lambda pipeline: _minute(pipeline.last_trigger_at)),
    ("created (UTC)", lambda pipeline: _minute(pipeline.create_time)),
    ("creator", lambda pipeline: pipeline.creator),
    ("id", lambda pipeline: pipeline.id),
]


def html(listing: Listing) -> str:
    """Returns the first rows of a listing for a notebook, and a line with the counts of the listing."""
    shown = listing.pipelines[:ROWS]
    head = "".join(f"<th>{title}</th>" for title, _ in _COLUMNS)
    rows = "".join(
        "<tr>" + "".join(f"<td>{_cell(value(pipeline))}</td>" for _, value in _COLUMNS) + "</tr>" for pipeline in shown
    )
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    return f"{table}<p>{_summary(listing, len(shown))}</p>"


def pandas_of(listing: Listing) -> pandas.DataFrame:
    import pandas

    columns = {name: pandas.Series(values, dtype=_pandas_type(name)) for name, values in _columns(listing)}
    frame: pandas.DataFrame = pandas.DataFrame(columns)
    return frame


def polars_of(listing: Listing) -> polars.DataFrame:
    import polars

    def kind(name: str) -> Any:
        if name in _TIMES:
            return polars.Datetime("us", "UTC")
        return polars.Int64 if name in _NUMBERS else polars.String

    columns = list(_columns(listing))
    return polars.DataFrame(dict(columns), schema={name: kind(name) for name, _ in columns})


def plain(value: Any) -> Any:
    """Returns a field's value without types of this package."""
    return value if value is None or isinstance(value, datetime | int) else str(value)


def _columns(listing: Listing) -> list[tuple[str, list[Any]]]:
    from .model import FIELDS

    return [(name, [plain(getattr(pipeline, name)) for pipeline in listing]) for name in FIELDS]


def _pandas_type(name: str) -> Any:
    if name in _TIMES:
        return "datetime64[us, UTC]"
    return "Int64" if name in _NUMBERS else "string"


def _summary(listing: Listing, shown: int) -> str:
    first = "" if shown == len(listing) else f"the first {shown} of "
    summary = f"{first}{len(listing)} of {listing.total} release tasks"
    return f"{summary} ({listing.matched} match, the limit left out the rest)" if listing.truncated else summary


def _cell(value: object) -> str:
    # Half a megabyte, which only a notebook needs.
    from html import escape

    return escape(_native.printable(str(value))) if value not in (None, "") else "-"


def _minute(time: datetime | None) -> str | None:
    return f"{time:%Y-%m-%d %H:%M}" if time else None
