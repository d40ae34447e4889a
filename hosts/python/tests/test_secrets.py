"""No secret is where somebody could see it: shown values, errors with all that they refer to, and logs."""

import json
import logging
import traceback
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any

import pytest

from conftest import PROJECT, Serve
from servicestage_pipelines import Client, ServiceStageError

SECRET = "example-token"  # noqa: S105


def listing(**arguments: Any) -> Client:
    defaults: dict[str, Any] = {"region": "cn-north-4", "project_id": PROJECT, "token": SECRET}
    return Client(**defaults | arguments)


def seen(error: BaseException | None) -> Iterator[str]:
    """Returns the text of an error and the variables of each function that it passed, and the same of its causes.

    Variables of this file do not count."""
    while error is not None:
        yield from (str(error), repr(error), str(vars(error)))
        trace: TracebackType | None = error.__traceback__
        while trace is not None:
            if trace.tb_frame.f_code.co_filename != __file__:
                yield from map(repr, trace.tb_frame.f_locals.values())
            trace = trace.tb_next
        error = error.__cause__ or error.__context__


def failing(run: Callable[[], object]) -> Exception:
    with pytest.raises((ServiceStageError, TypeError)) as caught:
        run()
    return caught.value


def test_the_objects_behind_an_error_are_searched() -> None:
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
    assert "request" in caplog.text
    assert SECRET not in caplog.text


@pytest.mark.parametrize(
    ("arguments", "filters"),
    [
        ({"max_attempts": -1}, {}),
        ({}, {"limit": -1}),
        ({}, {"limit": "5"}),
        ({"endpoint": "https://10.0.0.1"}, {}),
        ({"region": 7}, {}),
        ({"token": (SECRET,)}, {}),
        ({"token": SECRET + "\ud800"}, {}),
        ({"token": None, "access_key": "id", "secret_key": SECRET + "\n"}, {}),
        ({"token": None, "access_key": "id", "secret_key": SECRET, "security_token": f"{SECRET}\0"}, {}),
        ({"token": None, "secret_key": SECRET}, {}),
        ({"access_key": "id", "secret_key": SECRET}, {}),
    ],
)
def test_a_secret_is_in_no_error_of_the_host(arguments: dict[str, Any], filters: dict[str, Any]) -> None:
    error = failing(lambda: listing(**arguments).list_pipelines(**filters))
    assert not any(SECRET in text for text in seen(error))


@pytest.mark.parametrize(
    ("name", "value"),
    [("HW_SECRET_KEY", SECRET), ("HTTPS_PROXY", f"socks5://user:{SECRET}@127.0.0.1:1"), ("HW_SECURITY_TOKEN", SECRET)],
)
def test_a_secret_of_the_environment_is_in_no_error(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    own: dict[str, Any] = {} if "HW" in name else {"token": "another"}
    place: dict[str, Any] = {"region": "cn-north-4", "project_id": PROJECT, "endpoint": "http://127.0.0.1:1"}
    error = failing(lambda: Client(**place, **own).list_pipelines())
    assert name in str(error)
    assert not any(SECRET in text for text in seen(error))


def test_holders_of_secrets_are_not_shown() -> None:
    for client in (listing(), listing(token=None, access_key="id", secret_key=SECRET, security_token=SECRET)):
        assert repr(client) == f"Client(region='cn-north-4', project_id='{PROJECT}', endpoint=None)"
        assert SECRET not in f"{client}{vars(client)}"
