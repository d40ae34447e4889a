"""Listings as tables."""

import json
from datetime import datetime, timezone
from typing import Any

import pytest

from conftest import ROOT
from servicestage_pipelines import Listing, OtherStatus, Pipeline, Status, table
from servicestage_pipelines.model import FIELDS

TIME = datetime(2025, 2, 18, 15, 55, 12, 582_000, tzinfo=timezone.utc)


def listing(*pipelines: Pipeline, total: int = 1, matched: int = 1) -> Listing:
    return Listing(pipelines, total, matched, matched > len(pipelines), None, 1)


SOME = [
    listing(),
    listing(Pipeline("1")),
    listing(
        Pipeline("1", "a", version=1, status=Status.FAILED, create_time=TIME), Pipeline("2", status=OtherStatus(6))
    ),
]


def test_a_notebook_shows_text_as_text() -> None:
    html = listing(Pipeline("1", "<script>alert('x')</script>&"))._repr_html_()
    assert "&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;&amp;" in html
    assert "<script" not in html


@pytest.mark.parametrize("text", json.loads((ROOT / "tests/vectors/printable.json").read_text("utf-8"))["texts"])
def test_a_notebook_shows_no_character_that_turns_or_hides_text(text: dict[str, str]) -> None:
    shown = listing(Pipeline("1", text["text"]))._repr_html_()
    assert f"<td>{text['lines'] or '-'}</td>" in shown


def test_a_notebook_shows_the_first_rows_name_first_and_names_the_zone() -> None:
    many = listing(*(Pipeline(str(n), f"task {n}", last_trigger_at=TIME) for n in range(50)), total=60, matched=55)
    html = many._repr_html_()
    assert html.count("<tr>") == 1 + table.ROWS
    assert html.startswith("<table><thead><tr><th>name</th>")
    assert "<th>last run (UTC)</th>" in html
    assert "2025-02-18 15:55" in html
    assert html.endswith("<p>the first 20 of 50 of 60 release tasks (55 match, the limit left out the rest)</p>")
    assert listing(Pipeline("1"))._repr_html_().endswith("<p>1 of 1 release tasks</p>")


@pytest.mark.parametrize("some", SOME)
def test_pandas_always_gets_the_same_columns(some: Listing) -> None:
    pytest.importorskip("pandas")
    frame = some.to_pandas()
    assert list(frame.columns) == list(FIELDS)
    kinds: dict[str, Any] = dict.fromkeys(FIELDS, "string")
    kinds |= dict.fromkeys(("create_time", "update_time", "last_trigger_at"), "datetime64[us, UTC]")
    kinds |= dict.fromkeys(("version", "model_version"), "Int64")
    assert {name: str(kind) for name, kind in frame.dtypes.items()} == {
        name: "string" if kind == "string" else kind for name, kind in kinds.items()
    }
    assert len(frame) == len(some)
    assert list(frame["id"]) == [pipeline.id for pipeline in some]
    assert [value for value in frame["status"] if isinstance(value, str)] == [
        str(pipeline.status) for pipeline in some if pipeline.status
    ]
    assert [value.to_pydatetime() for value in frame["create_time"].dropna()] == [
        pipeline.create_time for pipeline in some if pipeline.create_time
    ]


@pytest.mark.parametrize("some", SOME)
def test_polars_always_gets_the_same_columns(some: Listing) -> None:
    polars = pytest.importorskip("polars")
    frame = some.to_polars()
    assert frame.columns == list(FIELDS)
    times, numbers = ("create_time", "update_time", "last_trigger_at"), ("version", "model_version")
    for name, kind in frame.schema.items():
        expected = polars.Datetime("us", "UTC") if name in times else polars.Int64 if name in numbers else polars.String
        assert kind == expected, name
    assert frame["id"].to_list() == [pipeline.id for pipeline in some]
    assert frame["create_time"].to_list() == [pipeline.create_time for pipeline in some]
