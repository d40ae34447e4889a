"""The client as it is used: arguments, the environment, connections and logs."""

import copy
import logging
import pickle
import ssl
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import trustme

import servicestage_pipelines as package
from conftest import PROJECT, Serve
from servers import EMPTY, Server, always, request
from servicestage_pipelines import AsyncClient, Client, Direction, InvalidArgumentError, OrderKey, OtherStatus, Status


def client(**options: Any) -> Client:
    defaults: dict[str, Any] = {"region": "cn-north-4", "project_id": PROJECT, "token": "example-token"}
    return Client(**defaults | options)


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


def test_connections_are_kept_until_the_client_is_closed() -> None:
    with Server(always(EMPTY)) as server:
        with client(endpoint=server.url) as one:
            for _ in range(3):
                one.list_pipelines()
            assert server.connections == 1
        one.list_pipelines()
        assert server.connections == 2


def test_a_kept_connection_that_the_server_closed_meanwhile_is_not_a_failure() -> None:
    def once(stream: Any) -> None:
        request(stream)
        stream.sendall(EMPTY)

    with Server(once) as server:
        one = client(endpoint=server.url)
        for _ in range(5):
            assert one.list_pipelines().attempts == 1
            time.sleep(0.05)


def test_an_address_that_is_not_public_is_asked_only_if_it_is_allowed() -> None:
    with pytest.raises(PermissionError) as caught:
        client(endpoint="https://192.0.2.1").list_pipelines()
    assert isinstance(caught.value, package.DeniedError)
    assert "192.0.2.1" in str(caught.value)
    assert "allow_addresses" in str(caught.value)


def test_an_authority_of_one_s_own_is_trusted_by_its_file(tmp_path: Path) -> None:
    authority = trustme.CA()
    file = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(file))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    with Server(always(EMPTY), context) as server:
        assert len(client(endpoint=server.url, ca_file=file).list_pipelines()) == 0
        with pytest.raises(package.TlsError):
            client(endpoint=server.url, max_attempts=1).list_pipelines()


def test_a_call_that_takes_too_long_is_a_time_out() -> None:
    def never(stream: Any) -> None:
        request(stream)
        stream.recv(1)

    with Server(never) as server, pytest.raises(TimeoutError) as caught:
        client(endpoint=server.url, timeout=timedelta(milliseconds=300)).list_pipelines()
    assert isinstance(caught.value, package.TimeoutError)
    assert (caught.value.phase, caught.value.retryable) == ("call", True)


def test_a_logger_tells_of_each_call_and_request(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    one = client(endpoint=serve("vendor_example"))
    with caplog.at_level(logging.DEBUG, "servicestage_pipelines"):
        one.list_pipelines()
    told = [(record.levelname, record.getMessage().split(" ")[0]) for record in caplog.records]
    assert ("INFO", "call") in told
    assert ("DEBUG", "request") in told
    caplog.clear()
    one.list_pipelines()
    assert not caplog.records


def test_a_client_shows_where_it_goes_and_no_credential() -> None:
    shown = repr(client(endpoint="https://example.com"))
    assert shown == f"Client(region='cn-north-4', project_id='{PROJECT}', endpoint='https://example.com')"


@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_a_client_is_its_own_copy_and_does_not_travel(kind: type[Client | AsyncClient]) -> None:
    one = kind(region="cn-north-4", project_id=PROJECT, token="example-token")
    assert copy.copy(one) is one
    assert copy.deepcopy({"client": one})["client"] is one
    with pytest.raises(TypeError, match=f"a {kind.__name__} cannot be pickled, since it may hold credentials"):
        pickle.dumps(one)


def test_the_version_is_that_of_the_project() -> None:
    assert package.__version__.count(".") == 2


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "ALL_PROXY"])
def test_a_proxy_that_cannot_be_used_is_named(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, "socks5://127.0.0.1:1")
    with pytest.raises(InvalidArgumentError, match=variable):
        client(endpoint="http://127.0.0.1:1").list_pipelines()
