"""Tables of release tasks, for terminals and notebooks. What the service sends is shown as text, nothing else."""

import html as escaping
import unicodedata
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .model import Listing, Pipeline

WIDEST = 40
"""The most characters of one cell in a terminal."""

_COLUMNS: list[tuple[str, Callable[["Pipeline"], object]]] = [
    ("ID", lambda pipeline: pipeline.id),
    ("NAME", lambda pipeline: pipeline.name),
    ("STATUS", lambda pipeline: pipeline.status),
    ("LAST RUN", lambda pipeline: _time(pipeline.last_trigger_at)),
    ("CREATED", lambda pipeline: _time(pipeline.create_time)),
    ("CREATOR", lambda pipeline: pipeline.creator),
]


def text(listing: "Listing") -> str:
    """A table for a terminal, with times in the local time zone, and a line that says how much of everything it is."""
    rows = [[title for title, _ in _COLUMNS]]
    rows += [[_short(visible(_shown(cell(pipeline)))) for _, cell in _COLUMNS] for pipeline in listing]
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(_padded(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
    return "\n".join([*lines, summary(listing)])


def html(listing: "Listing") -> str:
    """A table for a notebook."""
    head = "".join(f"<th>{title}</th>" for title, _ in _COLUMNS)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escaping.escape(_shown(cell(pipeline)))}</td>" for _, cell in _COLUMNS) + "</tr>"
        for pipeline in listing
    )
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    return f"{table}<p>{escaping.escape(summary(listing))}</p>"


def summary(listing: "Listing") -> str:
    """How much of everything a listing is."""
    all = f"{len(listing)} of {listing.total} release tasks"
    return f"{all} ({listing.matched} match, the limit left out the rest)" if listing.truncated else all


def visible(text: str) -> str:
    """One line without what could control a terminal, such as escapes and what turns the direction of writing.

    Line breaks and tabs become spaces, and the others a replacement character.
    """
    return "".join(" " if c in "\n\r\t" else "\N{REPLACEMENT CHARACTER}" if _is_unsafe(c) else c for c in text)


def _is_unsafe(c: str) -> bool:
    return unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp")


def _shown(value: object) -> str:
    return str(value) if value not in (None, "") else "-"


def _time(time: datetime | None) -> str | None:
    if time is None:
        return None
    try:
        return f"{time.astimezone():%Y-%m-%d %H:%M}"
    except (OverflowError, OSError):
        # The last days of the year 9999 do not exist in every time zone.
        return f"{time:%Y-%m-%d %H:%M}Z"


def _short(text: str) -> str:
    return text if len(text) <= WIDEST else text[: WIDEST - 1] + "…"


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def _width(text: str) -> int:
    """How many columns of a terminal a text takes: characters of East Asia take two, combining ones none."""
    return sum(0 if unicodedata.combining(c) else 1 + (unicodedata.east_asian_width(c) in "WF") for c in text)
