"""The arguments that may be passed.

A value of the wrong type is a TypeError, one that is not allowed an InvalidArgumentError. Both name the argument,
before any request.
"""

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import msgspec
import pytest

from conftest import PROJECT, ROOT
from servers import EMPTY, Server, always
from servicestage_pipelines import (
    AsyncClient,
    Client,
    ConfigMode,
    Direction,
    InvalidArgumentError,
    OrderKey,
    OtherConfigMode,
    OtherStatus,
    Status,
)
from servicestage_pipelines.arguments import ArgumentReader, terms

UTC = timezone.utc
NOTHING: dict[str, Any] = dict.fromkeys(
    (
        *("name", "name_contains", "status", "config_mode", "creator", "enterprise_project_id"),
        *("created_from", "created_to", "updated_from", "updated_to", "last_run_from", "last_run_to"),
        *("order_by", "order", "limit"),
    )
)


class Five:
    """A whole number of another library, such as numpy's."""

    def __index__(self) -> int:
        return 5


class Missing(datetime):
    """A time that is missing, as pandas has one."""

    def utcoffset(self) -> timedelta | None:
        raise ValueError("NaTType does not support utcoffset")


def read(**filters: Any) -> Any:
    """The terms that filters become."""
    return msgspec.json.decode(terms(**NOTHING | filters))


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, []),
        ({"name": ""}, [{"name": ""}]),
        (
            {"status": [Status.FAILED, "rolling-back", "rolling_back", OtherStatus(6), 3]},
            [{"status": ["failed", "rolling_back", "rolling_back", {"other": 6}, {"other": 3}]}],
        ),
        ({"status": ()}, [{"status": []}]),
        ({"config_mode": "ui"}, [{"config_mode": "ui"}]),
        ({"config_mode": ConfigMode.TEMPLATE}, [{"config_mode": "template"}]),
        ({"config_mode": OtherConfigMode("x")}, [{"config_mode": {"other": "x"}}]),
        ({"order_by": "last-run"}, [{"order_by": {"key": "last_run", "direction": "descending"}}]),
        ({"order_by": OrderKey.NAME}, [{"order_by": {"key": "name", "direction": "ascending"}}]),
        ({"order": Direction.ASCENDING}, [{"order_by": {"key": "creation", "direction": "ascending"}}]),
        ({"limit": 5}, [{"limit": 5}]),
        ({"limit": Five(), "status": [Five()]}, [{"status": [{"other": 5}]}, {"limit": 5}]),
        ({"created_from": datetime(1970, 1, 1, 0, 0, 1, 500, UTC)}, [{"created": {"from": 1000, "to": None}}]),
        ({"updated_to": "1970-01-01T08:00:01+08:00"}, [{"updated": {"from": None, "to": 1000}}]),
        ({"last_run_from": "1970-01-01T00:00:00.0019999Z"}, [{"last_run": {"from": 1, "to": None}}]),
        ({"last_run_to": "1970-01-02t00:00:00z"}, [{"last_run": {"from": None, "to": 86_400_000}}]),
    ],
)
def test_arguments_become_terms(filters: dict[str, Any], expected: list[Any]) -> None:
    assert read(**filters) == expected


TIMES = json.loads((ROOT / "tests/vectors/times.json").read_text("utf-8"))


@pytest.mark.parametrize("vector", TIMES, ids=[str(vector["text"]) for vector in TIMES])
def test_a_time_as_text_is_read_as_every_host_reads_it(vector: dict[str, Any]) -> None:
    if vector["milliseconds"] is None:
        with pytest.raises(InvalidArgumentError) as caught:
            read(created_from=vector["text"])
        assert caught.value.argument == "created_from"
    else:
        assert read(created_from=vector["text"]) == [{"created": {"from": vector["milliseconds"], "to": None}}]


SECONDS = json.loads((ROOT / "tests/vectors/seconds.json").read_text("utf-8"))


@pytest.mark.parametrize("vector", SECONDS, ids=[str(vector["seconds"]) for vector in SECONDS])
def test_seconds_are_the_milliseconds_of_every_host(vector: dict[str, Any]) -> None:
    reader = ArgumentReader("Client")
    if vector["milliseconds"] is None:
        with pytest.raises(InvalidArgumentError):
            reader.duration("timeout", float(vector["seconds"]))
    else:
        assert reader.duration("timeout", float(vector["seconds"])) == vector["milliseconds"]


def test_a_timedelta_counts_back_from_now() -> None:
    now = datetime.now(UTC).timestamp() * 1000
    (term,) = read(created_from=timedelta(days=1))
    assert abs(term["created"]["from"] - (now - 86_400_000)) < 60_000


def test_every_status_is_taken_by_its_word_and_by_its_number() -> None:
    vectors = json.loads((ROOT / "tests/vectors/statuses.json").read_text("utf-8"))
    words = [vector["word"] for vector in vectors if vector["word"]]
    assert words == [status.value for status in Status]
    for word in words:
        assert read(status=[word, word.replace("_", "-"), Status(word)]) == [{"status": [word] * 3}]
    for vector in vectors:
        assert read(status=[vector["number"]]) == [{"status": [{"other": vector["number"]}]}]


FILTERS_OF_A_WRONG_TYPE: list[tuple[str, Any]] = [
    ("name", 7),
    ("name", b"x"),
    ("status", "failed"),
    ("status", Status.FAILED),
    ("status", b"failed"),
    ("status", 7),
    ("status", [None]),
    ("status", [b"failed"]),
    ("status", [1.5]),
    ("status", [True]),
    ("status", bytearray(b"failed")),
    ("status", memoryview(b"failed")),
    ("status", [OtherStatus(None)]),  # type: ignore[arg-type]
    ("status", [OtherStatus(True)]),
    ("config_mode", OtherConfigMode(None)),  # type: ignore[arg-type]
    ("config_mode", 1),
    ("created_from", 1_700_000_000),
    ("updated_to", b"2025-01-01T00:00:00Z"),
    ("order_by", 7),
    ("order", True),
    ("limit", "5"),
    ("limit", 1.0),
    ("limit", True),
    ("stauts", ["failed"]),
]

FILTERS_THAT_ARE_NOT_ALLOWED: list[tuple[str, Any]] = [
    ("name", "\ud800"),
    ("name", ""),
    ("status", ["done"]),
    ("status", ["6"]),
    ("status", []),
    ("status", [2**63]),
    ("status", [10**5000]),
    ("config_mode", "cli"),
    ("created_from", datetime(2025, 1, 1)),
    ("created_from", Missing(2025, 1, 1)),
    ("created_from", "yesterday"),
    ("created_from", "2025-02-18T15:55:12"),
    ("created_from", "2025-02-30T15:55:12Z"),
    ("updated_to", datetime(1969, 1, 1, tzinfo=UTC)),
    ("last_run_from", timedelta(days=-1)),
    ("last_run_to", timedelta.max),
    ("order_by", "size"),
    ("order", "up"),
    ("limit", 0),
    ("limit", -1),
    ("limit", 2**32),
    ("limit", 10**5000),
]

OPTIONS_OF_A_WRONG_TYPE: list[tuple[str, Any]] = [
    ("region", 7),
    ("region", b"cn-north-4"),
    ("project_id", 7),
    ("endpoint", 7),
    ("token", b"t"),
    ("secret_key", 7),
    ("timeout", "30"),
    ("timeout", True),
    ("max_attempts", 1.5),
    ("ca_file", 7),
    ("allow_addresses", "10.0.0.0/8"),
    ("allow_addresses", [None]),
    ("allow_addresses", bytearray(b"10.0.0.0/8")),
    ("allow_addresses", 7),
    ("proxy", "http://127.0.0.1:1"),
]

OPTIONS_THAT_ARE_NOT_ALLOWED: list[tuple[str, Any]] = [
    ("region", ""),
    ("region", "\ud800"),
    ("endpoint", "ftp://example.com"),
    ("project_id", "x/y"),
    ("token", "a\nb"),
    ("token", "\ud800"),
    ("timeout", float("inf")),
    ("timeout", float("nan")),
    ("timeout", 10**400),
    ("timeout", 10**5000),
    ("timeout", -1),
    ("timeout", 0),
    ("timeout", timedelta(days=50)),
    ("connect_timeout", 0.0),
    ("first_byte_timeout", 2**32),
    ("max_attempts", 0),
    ("max_attempts", 2**32),
    ("max_response_bytes", -1),
    ("ca_file", Path("/nowhere/authority.pem")),
    ("allow_addresses", ["10.0.0.0/33"]),
    ("profile", "nobody"),
]


def short(value: Any) -> str | None:
    """The name of a test's value, if pytest cannot name it: Python refuses to write very long numbers."""
    return "long" if isinstance(value, int) and value > 10**300 else None


@pytest.mark.parametrize(("argument", "value"), FILTERS_OF_A_WRONG_TYPE)
def test_a_filter_of_the_wrong_type_is_a_type_error(argument: str, value: Any) -> None:
    with Server(always(EMPTY)) as server:
        with pytest.raises(TypeError, match=argument):
            client(endpoint=server.url).list_pipelines(**{argument: value})
        assert server.connections == 0


@pytest.mark.parametrize(("argument", "value"), FILTERS_THAT_ARE_NOT_ALLOWED, ids=short)
def test_a_filter_that_is_not_allowed_is_an_invalid_argument(argument: str, value: Any) -> None:
    with Server(always(EMPTY)) as server:
        with pytest.raises(InvalidArgumentError) as caught:
            client(endpoint=server.url).list_pipelines(**{argument: value})
        assert server.connections == 0
    names(caught.value, argument)


@pytest.mark.parametrize(("argument", "value"), OPTIONS_OF_A_WRONG_TYPE)
def test_an_option_of_the_wrong_type_is_a_type_error(argument: str, value: Any) -> None:
    for kind in (Client, AsyncClient):
        with pytest.raises(TypeError, match=argument):
            kind(**{"region": "cn-north-4", argument: value})


@pytest.mark.parametrize(("argument", "value"), OPTIONS_THAT_ARE_NOT_ALLOWED, ids=short)
def test_an_option_that_is_not_allowed_is_an_invalid_argument(argument: str, value: Any) -> None:
    with Server(always(EMPTY)) as server:
        options = {"endpoint": server.url, argument: value}
        if argument == "profile":
            options["token"] = None
        with pytest.raises(InvalidArgumentError) as caught:
            client(**options).list_pipelines()
        assert server.connections == 0
    names(caught.value, argument)


@pytest.mark.parametrize("status", [-1, 99, 100, 1000, 70_000, 10**5000], ids=short)
def test_a_status_that_no_answer_has_is_an_invalid_argument(status: int) -> None:
    with pytest.raises(InvalidArgumentError) as caught:
        Client.from_fixture("answer.json", status=status)
    names(caught.value, "status")


@pytest.mark.parametrize("status", [True, "200", 200.0, None])
def test_a_status_of_the_wrong_type_is_a_type_error(status: Any) -> None:
    with pytest.raises(TypeError, match="`status` must be an int"):
        Client.from_fixture("answer.json", status=status)


def test_a_time_that_pandas_misses_is_an_invalid_argument() -> None:
    pandas = pytest.importorskip("pandas")
    with pytest.raises(InvalidArgumentError, match="NaT is not a time"):
        read(created_from=pandas.NaT)


@pytest.mark.parametrize(
    "credentials",
    [
        {"token": "example-token"},
        {"access_key": "EXAMPLEAK0123456789A", "secret_key": "example-secret"},
        {"user_name": "user", "password": "example-password", "domain_name": "domain"},
    ],
)
def test_a_profile_beside_credentials_is_an_invalid_argument(credentials: dict[str, str]) -> None:
    with pytest.raises(InvalidArgumentError) as caught:
        client(**{"token": None, "profile": "basic"} | credentials)
    names(caught.value, "profile")


@pytest.mark.parametrize(
    ("credentials", "argument", "other"),
    [
        ({"token": "t", "secret_key": "s"}, "secret_key", "token"),
        ({"token": "t", "domain_name": "d"}, "domain_name", "token"),
        ({"security_token": "t", "password": "p"}, "password", "security_token"),
    ],
)
def test_credentials_of_two_kinds_are_named_as_they_are_passed(
    credentials: dict[str, str], argument: str, other: str
) -> None:
    with pytest.raises(InvalidArgumentError, match=f"`{argument}`: `{other}` is passed too") as caught:
        Client(region="cn-north-4", **credentials)  # type: ignore[arg-type]
    names(caught.value, argument)


@pytest.mark.parametrize(
    ("argument", "value", "shown"),
    [
        ("order_by", "size\u2011", "'size\\\\u2011' is not one of creation"),
        ("order", "\u202eup", "'\\\\u202eup' is not one of ascending"),
        ("status", ["x" * 65], f"'{'x' * 64}'... is not one of"),
        ("created_from", "0" * 1000, f"'{'0' * 64}'... is not a time"),
    ],
)
def test_a_refused_value_is_shown_with_escapes_and_not_at_length(argument: str, value: Any, shown: str) -> None:
    with pytest.raises(InvalidArgumentError, match=shown.replace("...", r"\.\.\.")):
        read(**{argument: value})


def names(error: InvalidArgumentError, argument: str) -> None:
    assert (error.argument, error.attempts) == (argument, 0)
    assert f"the argument `{argument}` is not valid" in str(error)
    assert isinstance(error, ValueError)


def client(**options: Any) -> Client:
    defaults: dict[str, Any] = {"region": "cn-north-4", "project_id": PROJECT, "token": "example-token"}
    return Client(**defaults | options)
