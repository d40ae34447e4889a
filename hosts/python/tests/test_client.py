"""The client as it is used: arguments, the environment, and threads."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from conftest import PROJECT, Serve

from servicestage_pipelines import (
    AccessKey,
    Client,
    Direction,
    InvalidArgumentError,
    OrderKey,
    OtherStatus,
    Status,
    Token,
)
from servicestage_pipelines.credentials import of_environment


def client(**arguments: Any) -> Client:
    defaults: dict[str, Any] = {"region": "cn-north-4", "project_id": PROJECT, "credentials": Token("example-token")}
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
        ({"status": [None]}, "status"),
        ({"status": 7}, "status"),
        ({"status": [OtherStatus(2**63)]}, "status"),
        ({"name": 7}, "name"),
        ({"name": "\ud800"}, "name"),
        ({"created_from": datetime(2025, 1, 1)}, "created.from"),
        ({"updated_to": datetime(1969, 1, 1, tzinfo=timezone.utc)}, "updated.to"),
        ({"order_by": "size"}, "order-by.key"),
        ({"order_by": 7}, "order-by.key"),
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


@pytest.mark.parametrize(
    ("arguments", "argument"),
    [
        ({"region": 7}, "region"),
        ({"endpoint": 7}, "endpoint"),
        ({"credentials": "token"}, "credentials"),
        ({"call_timeout": "7"}, "call-timeout-ms"),
        ({"max_attempts": 1.5}, "max-attempts"),
    ],
)
def test_an_argument_of_another_type_is_told_by_name(arguments: dict[str, Any], argument: str) -> None:
    with pytest.raises(InvalidArgumentError) as caught:
        client(**arguments).list_pipelines()
    assert caught.value.argument == argument


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"HW_AUTH_TOKEN": "t"}, Token("t")),
        ({"HW_ACCESS_KEY": "a", "HW_SECRET_KEY": "s"}, AccessKey("a", "s")),
        ({"HW_ACCESS_KEY": "a", "HW_SECRET_KEY": "s", "HW_SECURITY_TOKEN": "t"}, AccessKey("a", "s", "t")),
        (
            {"HUAWEICLOUD_SDK_AK": "a", "HUAWEICLOUD_SDK_SK": "s", "HUAWEICLOUD_SDK_SECURITY_TOKEN": "t"},
            AccessKey("a", "s", "t"),
        ),
        (
            {"HW_ACCESS_KEY": "a", "HW_SECRET_KEY": "s", "HUAWEICLOUD_SDK_AK": "b", "HUAWEICLOUD_SDK_SK": "r"},
            AccessKey("a", "s"),
        ),
    ],
)
def test_credentials_come_from_the_first_family_that_is_set(
    variables: dict[str, str], expected: Token | AccessKey
) -> None:
    assert of_environment(variables) == expected


def test_threads_share_a_client(serve: Serve) -> None:
    shared = client(endpoint=serve("thousand_records"))
    filters: list[dict[str, Any]] = [{"status": [status], "limit": limit} for status in Status for limit in (1, 1000)]
    expected = [shared.list_pipelines(**one) for one in filters]
    with ThreadPoolExecutor(8) as pool:
        for _ in range(3):
            assert list(pool.map(lambda one: shared.list_pipelines(**one), filters)) == expected
