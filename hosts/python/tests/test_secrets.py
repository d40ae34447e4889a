"""No secret is where somebody could see it: shown values, errors with all that they refer to, and logs."""

import json
import logging
import traceback
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any

import pytest
from conftest import PROJECT, Serve

from servicestage_pipelines import AccessKey, Client, ServiceStageError, Token, client, credentials
from servicestage_pipelines.component import Trapped
from servicestage_pipelines.http import Request
from servicestage_pipelines.proxy import Proxy

SECRET = "example-token"  # noqa: S105


def listing(**arguments: Any) -> Client:
    defaults: dict[str, Any] = {"region": "cn-north-4", "project_id": PROJECT, "credentials": Token(SECRET)}
    return Client(**defaults | arguments)


def seen(error: BaseException | None) -> Iterator[str]:
    """What a report of an error could show: its text, and the variables of each function that it passed, and the same
    of what led to it. Variables of this file do not count."""
    while error is not None:
        yield from (str(error), repr(error), str(vars(error)))
        trace: TracebackType | None = error.__traceback__
        while trace is not None:
            if trace.tb_frame.f_code.co_filename != __file__:
                yield from map(repr, trace.tb_frame.f_locals.values())
            trace = trace.tb_next
        error = error.__cause__ or error.__context__


def failing(run: Callable[[], object]) -> ServiceStageError:
    with pytest.raises(ServiceStageError) as caught:
        run()
    return caught.value


def test_what_an_error_refers_to_is_seen() -> None:
    with pytest.raises(ValueError, match="Expecting value") as caught:
        json.loads(SECRET)
    assert any(SECRET in text for text in seen(caught.value))


@pytest.mark.parametrize("fixture", ["token_echoed", "token_echoed_escaped", "forbidden", "html_502"])
def test_a_secret_is_in_no_error_and_no_log(fixture: str, serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    origin = serve(fixture)
    error = failing(lambda: listing(endpoint=origin, max_attempts=1).list_pipelines())
    assert "list-pipelines failed" in "".join(traceback.format_exception(error))
    assert not any(SECRET in text for text in seen(error))
    assert SECRET not in caplog.text


@pytest.mark.parametrize(
    ("arguments", "filters"),
    [
        ({"max_attempts": -1}, {}),
        ({}, {"limit": -1}),
        ({"endpoint": "https://10.0.0.1"}, {}),
        ({"credentials": SECRET}, {}),
        ({"credentials": Token(SECRET + "\ud800")}, {}),
        ({"credentials": AccessKey("id", SECRET + "\n")}, {}),
    ],
)
def test_a_secret_is_in_no_error_of_the_host(arguments: dict[str, Any], filters: dict[str, Any]) -> None:
    error = failing(lambda: listing(**arguments).list_pipelines(**filters))
    # What the caller passes in place of credentials stands in the caller's own client.
    assert not any(SECRET in text for text in seen(error))


def test_a_secret_is_in_no_error_of_a_component_that_traps(monkeypatch: pytest.MonkeyPatch) -> None:
    class Trapping:
        def call(self, *_: Any) -> None:
            raise Trapped("unreachable")

    monkeypatch.setattr(client, "_loaded", [Trapping()])
    error = failing(lambda: listing().list_pipelines())
    assert "the component trapped: unreachable" in str(error)
    assert not any(SECRET in text for text in seen(error))


@pytest.mark.parametrize(
    ("name", "value"),
    [("HW_SECRET_KEY", SECRET), ("HTTPS_PROXY", f"socks5://user:{SECRET}@127.0.0.1:1"), ("HW_SECURITY_TOKEN", SECRET)],
)
def test_a_secret_of_the_environment_is_in_no_error(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    error = failing(lambda: Client(region="cn-north-4", credentials=None if "HW" in name else Token("t")))
    assert name in str(error)
    assert not any(SECRET in text for text in seen(error))


def test_what_holds_secrets_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HW_AUTH_TOKEN", SECRET)
    key = AccessKey("id", SECRET, SECRET)
    headers = [("x-auth-token", SECRET.encode())]
    proxy = Proxy.of({"HTTPS_PROXY": f"http://user:{SECRET}@127.0.0.1:1"})
    for holder in (
        Token(SECRET),
        key,
        credentials.of_environment(),
        listing(credentials=key),
        listing(credentials=key)._connection,
        Request("GET", "https", "api.example.com", "/", headers),
        proxy,
        proxy._tunnel,
    ):
        assert SECRET not in repr(holder)
        assert SECRET not in f"{holder}"
