"""Listings as people see them."""

import json
import subprocess
import sys
import time
from datetime import datetime, timezone
from typing import Any

import pytest
from conftest import PROJECT, Serve

from servicestage_pipelines import Client, Listing, OtherConfigMode, OtherStatus, Token, table
from servicestage_pipelines.__main__ import main
from servicestage_pipelines.model import FIELDS


def listing(*fields: tuple[str, Any], total: int = 1, matched: int = 1) -> Listing:
    """A listing of one release task with these fields, in their JSON form."""
    task = {**dict.fromkeys(FIELDS), "id": "1", "status": "failed", **dict(fields)}
    numbers = {"total": total, "matched": matched, "truncated": matched > 1, "request_id": None, "attempts": 1}
    return Listing.from_json(json.dumps({"pipelines": [task], **numbers}))


def named(name: str) -> Listing:
    return listing(("name", name))


def test_a_notebook_shows_text_as_text() -> None:
    html = named("<script>alert('x')</script>&")._repr_html_()
    assert "&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;&amp;" in html
    assert "<script" not in html


def test_text_of_the_service_controls_no_terminal() -> None:
    shown = table.text(named("a\x1b[31mb\x9b\x7f\u202e\ufeff\U000e0041c\r\nd\u2028"))
    assert "a\ufffd[31mb\ufffd\ufffd\ufffd\ufffd\ufffdc  d\ufffd" in shown


def test_columns_stand_below_their_titles() -> None:
    for name in ("release", "发布-é", "e\u0301", "n" * 100):
        head, row, _ = table.text(named(name)).splitlines()
        assert table._width(row[: row.index("failed")]) == head.index("STATUS")


def test_the_last_line_says_how_much_it_is() -> None:
    assert table.summary(listing()) == "1 of 1 release tasks"
    assert table.summary(listing(total=9, matched=5)) == "1 of 9 release tasks (5 match, the limit left out the rest)"


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the time zone cannot be set here")
def test_a_time_that_a_zone_does_not_have_is_shown_in_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    try:
        shown = [table.text(listing(("create_time", count))) for count in (0, 253_402_300_799_999)]
    finally:
        monkeypatch.undo()
        time.tzset()
    assert "1970-01-01 08:00 " in shown[0]
    assert "9999-12-31 23:59Z" in shown[1]


def test_pandas_gets_a_row_for_each_task(serve: Serve) -> None:
    pytest.importorskip("pandas")
    client = Client(region="cn-north-4", project_id=PROJECT, endpoint=serve("every_status"), credentials=Token("t"))
    tasks = client.list_pipelines()
    frame = tasks.to_pandas()
    assert list(frame.columns) == list(FIELDS)
    assert list(frame["id"]) == [pipeline.id for pipeline in tasks]
    assert set(frame["status"].dropna()) == {str(one.status) for one in tasks if one.status}
    assert frame["create_time"].max() == max(
        one.create_time or datetime.min.replace(tzinfo=timezone.utc) for one in tasks
    )


def test_what_is_not_documented_is_shown_as_it_came() -> None:
    assert (str(OtherStatus(6)), str(OtherConfigMode("x"))) == ("6", "x")


def test_the_command_prints_a_table_or_json(
    serve: Serve, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HW_AUTH_TOKEN", "example-token")
    place = ["list", "--region", "cn-north-4", "--project-id", PROJECT, "--endpoint", serve("every_status")]
    assert main([*place, "--status", "failed", "--status", "6"]) == 0
    table_text = capsys.readouterr().out
    assert "STATUS" in table_text
    assert "failed" in table_text
    assert main([*place, "--output", "json", "--limit", "1"]) == 0
    assert '"truncated": true' in capsys.readouterr().out


@pytest.mark.parametrize(
    ("fixture", "code"),
    [("bad_name_empty", 2), ("unauthenticated_token", 3), ("forbidden", 4), ("not_found", 5), ("redirected", 1)],
)
def test_a_failure_has_the_exit_code_of_its_kind(
    fixture: str, code: int, serve: Serve, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HW_AUTH_TOKEN", "example-token")
    name = ["--name", ""] if code == 2 else []
    assert main(["list", "--project-id", PROJECT, "--endpoint", serve(fixture), *name]) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: list-pipelines failed: ")


def test_the_module_is_a_command() -> None:
    said = subprocess.run(
        [sys.executable, "-m", "servicestage_pipelines", "list", "--help"], capture_output=True, check=True
    )
    assert b"--region" in said.stdout


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--created-from", "yesterday", "'yesterday' is no time; write 2025-02-18T15:55:12Z"),
        ("--order-by", "size", "`order-by.key`: 'size' is not one of creation, update, last_run, name"),
        ("--status", "done", "`status`: 'done' is not one of initialized"),
    ],
)
def test_an_option_that_cannot_be_read_says_what_can(
    option: str, value: str, said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HW_AUTH_TOKEN", "example-token")
    try:
        code: object = main(["list", "--region", "cn-north-4", option, value])
    except SystemExit as exit:
        code = exit.code
    assert code == 2
    assert said in capsys.readouterr().err
