"""A listing as a program uses it: a sequence of values that nobody can change."""

import json
import pickle
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from conftest import FIXTURES
from msgspec import DecodeError

from servicestage_pipelines import ConfigMode, Listing, OtherConfigMode, OtherStatus, Pipeline, Status
from servicestage_pipelines.model import FIELDS, milliseconds, time_of


def recorded(fixture: str) -> dict[str, Any]:
    expected = json.loads((FIXTURES / fixture / "expected.json").read_text("utf-8"))
    listing: dict[str, Any] = expected["listing"]
    return listing


def read(fixture: str) -> Listing:
    return Listing.from_json(json.dumps(recorded(fixture)))


def test_a_listing_is_a_sequence() -> None:
    listing = read("every_status")
    assert isinstance(listing, Sequence)
    assert len(listing) == len(listing.pipelines) > 2
    assert (listing[0], listing[-1]) == (listing.pipelines[0], listing.pipelines[-1])
    assert listing[1:] == listing.pipelines[1:]
    assert list(reversed(listing)) == list(listing)[::-1]
    assert listing.index(listing[2]) == 2
    assert listing[0] in listing


def test_neither_a_listing_nor_a_release_task_can_be_changed() -> None:
    listing = read("every_status")
    with pytest.raises(AttributeError):
        listing.total = 0  # type: ignore[misc]
    with pytest.raises(TypeError):
        listing[0] = listing[1]  # type: ignore[index]
    for name in FIELDS:
        with pytest.raises(AttributeError):
            setattr(listing[0], name, None)
    assert hash(listing[0]) == hash(read("every_status")[0])


def test_equal_listings_are_equal_and_travel_between_processes() -> None:
    listing = read("every_status")
    assert pickle.loads(pickle.dumps(listing)) == listing == read("every_status")
    assert listing != read("every_config_mode")


def test_words_are_enumerations_and_what_is_not_documented_survives() -> None:
    statuses = [pipeline.status for pipeline in read("every_status")]
    assert {one for one in statuses if isinstance(one, Status)} == set(Status)
    others = [one for one in statuses if isinstance(one, OtherStatus)]
    assert others == [OtherStatus(one["other"]) for one in _others("every_status", "status")] != []
    modes = [pipeline.config_mode for pipeline in read("every_config_mode")]
    assert {one for one in modes if isinstance(one, ConfigMode)} == set(ConfigMode)
    other_modes = [one for one in modes if isinstance(one, OtherConfigMode)]
    assert other_modes == [OtherConfigMode(one["other"]) for one in _others("every_config_mode", "config_mode")] != []


def _others(fixture: str, field: str) -> list[dict[str, Any]]:
    return [one[field] for one in recorded(fixture)["pipelines"] if isinstance(one[field], dict)]


def test_times_are_aware_and_in_utc() -> None:
    (task,) = recorded("vendor_example")["pipelines"]
    (pipeline,) = read("vendor_example")
    for name in ("create_time", "update_time", "last_trigger_at"):
        moment = getattr(pipeline, name)
        assert (moment and milliseconds(moment)) == task[name]
        assert moment is None or moment.tzinfo is timezone.utc
    assert pipeline.create_time == datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(
        milliseconds=task["create_time"]
    )


def test_times_are_exact_to_the_millisecond() -> None:
    for count in (0, 1, 999, 1_739_865_312_582, 2**33 * 1000 - 1, 2**33 * 1000, 253_402_300_799_999):
        moment = time_of(count)
        assert (milliseconds(moment), moment.microsecond) == (count, count % 1000 * 1000)


def test_a_release_task_shows_its_fields_and_a_listing_how_much_it_is() -> None:
    listing = read("vendor_example")
    shown = repr(listing[0])
    assert shown.startswith(f"Pipeline(id={listing[0].id!r}, name=")
    assert [part.partition("=")[0] for part in shown.removeprefix("Pipeline(").split(", ")][:3] == list(FIELDS[:3])
    assert "create_time=datetime.datetime(" in shown
    assert repr(listing) == "<Listing: 1 of 1 release tasks>"


def test_the_form_that_all_hosts_share_is_read_and_written() -> None:
    for fixture in ("thousand_records", "missing_fields", "extend_info", "limit"):
        listing = read(fixture)
        assert listing.to_dict() == recorded(fixture)
        assert json.loads(json.dumps(listing.to_dict())) == recorded(fixture)
        assert [pipeline.to_dict() for pipeline in listing] == recorded(fixture)["pipelines"]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"pipelines":[{}]}'])
def test_what_is_no_listing_is_refused(text: str) -> None:
    with pytest.raises(DecodeError):
        Listing.from_json(text)


def test_the_fields_are_those_of_the_wit() -> None:
    (task,) = recorded("vendor_example")["pipelines"]
    assert tuple(task) == FIELDS
    assert all(hasattr(Pipeline, name) for name in FIELDS)
