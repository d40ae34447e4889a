"""The client as it is used: arguments, the environment, threads, errors, and what is never shown."""

import logging
import pickle
import traceback
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from conftest import PROJECT, Serve

from servicestage_pipelines import (
    AccessKey,
    Client,
    Direction,
    ForbiddenError,
    InvalidArgumentError,
    OrderKey,
    OtherStatus,
    ServiceStageError,
    Status,
    Token,
)

ECHOED = "example-token"


def client(**arguments: Any) -> Client:
    defaults: dict[str, Any] = {"region": "cn-north-4", "project_id": PROJECT, "credentials": Token(ECHOED)}
    return Client(**defaults | arguments)


def test_arguments_become_a_query(serve: Serve) -> None:
    listing = client(endpoint=serve("thousand_records")).list_pipelines(
        status=[Status.FAILED, "rolling-back", OtherStatus(6)],
        created_from=datetime(2020, 1, 1, tzinfo=timezone.utc),
        order_by=OrderKey.NAME,
        order=Direction.DESCENDING,
        limit=5,
    )
    assert (listing.total, len(listing), listing.truncated) == (1000, 5, True)
    names = [pipeline.name for pipeline in listing]
    assert names == sorted(names, key=str, reverse=True)
    assert {pipeline.status for pipeline in listing} <= {Status.FAILED, Status.ROLLING_BACK, OtherStatus(6)}
    assert listing[0].create_time is not None
    assert listing[0].create_time.utcoffset() == timedelta(0)


def test_the_environment_fills_in_what_is_not_given(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HW_REGION_NAME", "cn-north-4")
    monkeypatch.setenv("HUAWEICLOUD_SDK_PROJECT_ID", PROJECT)
    monkeypatch.setenv("HUAWEICLOUD_SDK_AK", "EXAMPLEAK0123456789A")
    monkeypatch.setenv("HUAWEICLOUD_SDK_SK", "example-secret")
    assert len(Client(endpoint=serve("vendor_example")).list_pipelines()) == 1


@pytest.mark.parametrize(
    ("variables", "argument", "reason"),
    [
        ({}, "credentials", "there are none"),
        ({"HW_AUTH_TOKEN": ""}, "credentials", "there are none"),
        (
            {"HW_ACCESS_KEY": "id", "HUAWEICLOUD_SDK_AK": "id", "HUAWEICLOUD_SDK_SK": "hush"},
            "credentials.secret-access-key",
            "HW_ACCESS_KEY is set, HW_SECRET_KEY is missing",
        ),
        (
            {"HW_SECRET_KEY": "hush", "HW_SECURITY_TOKEN": "hush"},
            "credentials.access-key-id",
            "HW_SECRET_KEY and HW_SECURITY_TOKEN are set, HW_ACCESS_KEY is missing",
        ),
        (
            {"HW_AUTH_TOKEN": "hush", "HW_ACCESS_KEY": "id", "HW_SECRET_KEY": "hush"},
            "credentials",
            "HW_AUTH_TOKEN is set together with HW_ACCESS_KEY, HW_SECRET_KEY; unset one or the other",
        ),
    ],
)
def test_half_of_the_credentials_are_none(
    variables: dict[str, str], argument: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(InvalidArgumentError) as caught:
        Client(region="cn-north-4")
    assert caught.value.argument == argument
    assert caught.value.reason.startswith(reason)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    ("filters", "argument"),
    [
        ({"limit": 2**32}, "limit"),
        ({"limit": True}, "limit"),
        ({"status": "failed"}, "status"),
        ({"status": ["done"]}, "status"),
        ({"status": [OtherStatus(2**63)]}, "status"),
        ({"name": 7}, "name"),
        ({"name": "\ud800"}, "name"),
        ({"created_from": datetime(2025, 1, 1)}, "created.from"),
        ({"updated_to": datetime(1969, 1, 1, tzinfo=timezone.utc)}, "updated.to"),
        ({"order_by": "size"}, "order-by.key"),
    ],
)
def test_what_the_types_cannot_hold_names_the_argument(filters: dict[str, Any], argument: str) -> None:
    with pytest.raises(InvalidArgumentError) as caught:
        client().list_pipelines(**filters)
    assert (caught.value.argument, caught.value.attempts) == (argument, 0)


@pytest.mark.parametrize("timeout", [-1.0, float("nan"), float("inf"), 2**32 / 1000])
def test_a_time_that_cannot_be_waited_names_the_argument(timeout: float) -> None:
    with pytest.raises(InvalidArgumentError) as caught:
        client(first_byte_timeout=timeout).list_pipelines()
    assert caught.value.argument == "first-byte-timeout-ms"


def test_threads_share_a_client(serve: Serve) -> None:
    shared = client(endpoint=serve("thousand_records"))
    filters: list[dict[str, Any]] = [{"status": [status], "limit": limit} for status in Status for limit in (1, 1000)]
    expected = [shared.list_pipelines(**one) for one in filters]
    with ThreadPoolExecutor(8) as pool:
        for _ in range(3):
            assert list(pool.map(lambda one: shared.list_pipelines(**one), filters)) == expected


def test_an_error_travels_between_processes(serve: Serve) -> None:
    with pytest.raises(ForbiddenError) as caught:
        client(endpoint=serve("forbidden")).list_pipelines()
    copy = pickle.loads(pickle.dumps(caught.value))
    assert type(copy) is type(caught.value)
    assert copy.to_dict() == caught.value.to_dict()
    assert copy.permission == "servicestage:pipeline:list"


@pytest.mark.parametrize("fixture", ["token_echoed", "token_echoed_escaped"])
def test_a_secret_is_in_no_error_and_no_log(fixture: str, serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(ServiceStageError) as caught:
        client(endpoint=serve(fixture)).list_pipelines()
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + str(caught.value.to_dict())
    assert "list-pipelines failed" in shown
    assert ECHOED not in shown
    assert ECHOED not in caplog.text


def test_what_holds_secrets_is_not_shown() -> None:
    key = AccessKey("id", "hush", "hush")
    for holder in (Token("hush"), key, client(credentials=key), client(credentials=key)._connection):
        assert "hush" not in repr(holder)
