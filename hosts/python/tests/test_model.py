"""A listing as a program uses it: a sequence of values that nobody can change."""

import inspect
import json
import pickle
from collections.abc import Sequence
from datetime import datetime, timezone
from typing import Any

import pytest

from conftest import FIXTURES, PROJECT, Serve
from servicestage_pipelines import Client, ConfigMode, Listing, OtherConfigMode, OtherStatus, Pipeline, Status, model
from servicestage_pipelines.model import FIELDS, milliseconds, time_of


def recorded(fixture: str) -> dict[str, Any]:
    expected = json.loads((FIXTURES / fixture / "expected.json").read_text("utf-8"))
    listing: dict[str, Any] = expected["listing"]
    return listing


def listed(serve: Serve, fixture: str) -> Listing:
    return Client(project_id=PROJECT, endpoint=serve(fixture), token="example-token").list_pipelines()


def test_a_listing_is_a_sequence(serve: Serve) -> None:
    listing = listed(serve, "every_status")
    assert isinstance(listing, Sequence)
    assert len(listing) == len(listing.pipelines) > 2
    assert (listing[0], listing[-1]) == (listing.pipelines[0], listing.pipelines[-1])
    assert list(reversed(listing)) == list(listing)[::-1]
    assert listing.index(listing[2]) == 2
    assert listing[0] in listing


def test_a_slice_is_a_listing_with_the_same_counts(serve: Serve) -> None:
    listing = listed(serve, "every_status")
    part = listing[1:3]
    assert part.pipelines == listing.pipelines[1:3]
    assert (part.total, part.request_id) == (listing.total, listing.request_id)


def test_neither_a_listing_nor_a_release_task_can_be_changed(serve: Serve) -> None:
    listing = listed(serve, "every_status")
    with pytest.raises(AttributeError):
        listing.total = 0  # type: ignore[misc]
    with pytest.raises(TypeError):
        listing[0] = listing[1]  # type: ignore[index]
    for name in FIELDS:
        with pytest.raises(AttributeError):
            setattr(listing[0], name, None)
    assert hash(listing[0]) == hash(pickle.loads(pickle.dumps(listing[0])))


def test_a_listing_travels_between_processes(serve: Serve) -> None:
    listing = listed(serve, "every_status")
    assert pickle.loads(pickle.dumps(listing)) == listing
    assert listing[:1] != listing


def test_words_are_enumerations_and_what_is_not_documented_survives(serve: Serve) -> None:
    statuses = [pipeline.status for pipeline in listed(serve, "every_status")]
    assert {one for one in statuses if isinstance(one, Status)} == set(Status)
    others = [one for one in statuses if isinstance(one, OtherStatus)]
    assert others == [OtherStatus(one["other"]) for one in _others("every_status", "status")] != []
    modes = [pipeline.config_mode for pipeline in listed(serve, "every_config_mode")]
    assert {one for one in modes if isinstance(one, ConfigMode)} == set(ConfigMode)
    other_modes = [one for one in modes if isinstance(one, OtherConfigMode)]
    assert other_modes == [OtherConfigMode(one["other"]) for one in _others("every_config_mode", "config_mode")] != []
    assert (str(OtherStatus(6)), str(OtherConfigMode("x")), str(Status.FAILED)) == ("6", "x", "failed")


def _others(fixture: str, field: str) -> list[dict[str, Any]]:
    return [one[field] for one in recorded(fixture)["pipelines"] if isinstance(one[field], dict)]


def test_times_are_aware_in_utc_and_exact(serve: Serve) -> None:
    tasks = recorded("thousand_records")["pipelines"]
    for task, pipeline in zip(tasks, listed(serve, "thousand_records"), strict=True):
        for name in ("create_time", "update_time", "last_trigger_at"):
            moment = getattr(pipeline, name)
            assert (moment and milliseconds(moment)) == task[name]
            assert moment is None or moment.tzinfo is timezone.utc


def test_times_are_exact_also_where_floats_are_not() -> None:
    for count in (0, 1, 999, 1_739_865_312_582, 2**33 * 1000 - 1, 2**33 * 1000, 253_402_300_799_999):
        moment = time_of(count)
        assert (milliseconds(moment), moment.microsecond) == (count, count % 1000 * 1000)


def test_a_release_task_shows_its_fields_and_a_listing_how_much_it_is(serve: Serve) -> None:
    listing = listed(serve, "vendor_example")
    shown = repr(listing[0])
    assert shown.startswith(f"Pipeline(id={listing[0].id!r}, name=")
    assert "create_time=datetime.datetime(" in shown
    assert repr(listing) == "<Listing: 1 of 1 release tasks>"


def test_the_json_text_is_that_of_every_host(serve: Serve) -> None:
    for fixture in ("thousand_records", "missing_fields", "extend_info", "every_status", "every_config_mode"):
        assert json.loads(listed(serve, fixture).to_json()) == recorded(fixture)


def test_dictionaries_hold_plain_values(serve: Serve) -> None:
    tasks = listed(serve, "every_status").to_dicts()
    assert tasks[0].keys() == set(FIELDS)
    plain = (str, int, datetime, type(None))
    assert {type(value) for task in tasks for value in task.values()} <= set(plain)
    assert {"failed", "6"} <= {task["status"] for task in tasks}


def test_a_program_can_make_release_tasks_for_its_own_tests() -> None:
    pipeline = Pipeline(id="1", status=Status.FAILED, create_time=datetime(2025, 1, 1, tzinfo=timezone.utc))
    assert (pipeline.name, pipeline.status) == (None, Status.FAILED)


def test_every_field_is_documented_and_is_the_interface_s() -> None:
    (task,) = recorded("vendor_example")["pipelines"]
    assert tuple(task) == FIELDS
    source = inspect.getsource(model)
    for struct in (Pipeline, Listing):
        for name in struct.__struct_fields__:
            _, _, rest = source[source.index(f"class {struct.__name__}(") :].partition(f"\n    {name}: ")
            assert rest.partition("\n")[2].lstrip().startswith('"""'), name
