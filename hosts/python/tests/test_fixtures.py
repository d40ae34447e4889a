"""Every fixture, over real HTTP, with the answer of every other host.

The fixture server stands in place of the service, so that origins in messages are its own.
"""

import json
from typing import Any

import pytest
import tomli

import servicestage_pipelines as package
from canonical import canonical
from conftest import FIXTURES, PROJECT, Serve, Tell
from recorded import MARGIN, UNSERVED
from servicestage_pipelines import Client, OtherConfigMode, ServiceStageError
from servicestage_pipelines.model import time_of

NOT_APPLICABLE = UNSERVED | {
    "ambient": "the client always has credentials; a gateway that authenticates is asked with a token of any text",
    "bad_range_open": "no arguments express a range without ends",
    "bad_term_twice": "Python itself refuses an argument that is given twice",
    "between_bytes_timeout": MARGIN,
}
"""The fixtures that this host cannot be asked, and why."""

DIFFERING = {"token_echoed": "the host masks a token in an answer before the component sees it"}
"""The fixtures to which this host has another answer, and why."""

HERE = {
    "created": "created_from",
    "project-id": "project_id",
    "iam-endpoint": "iam_endpoint",
    "name-contains": "name_contains",
    "max-attempts": "max_attempts",
    "max-response-bytes": "max_response_bytes",
    "connect-timeout-ms": "connect_timeout",
    "first-byte-timeout-ms": "first_byte_timeout",
    "between-bytes-timeout-ms": "between_bytes_timeout",
    "call-timeout-ms": "timeout",
    "credentials.access-key-id": "access_key",
    "credentials.secret-access-key": "secret_key",
    "credentials.security-token": "security_token",
    "credentials.token": "token",
}
"""The arguments that fixtures name, as they are passed here."""

CASES = sorted(folder.name for folder in FIXTURES.iterdir())


@pytest.mark.parametrize("name", CASES)
def test_the_answer_is_that_of_every_host(name: str, serve: Serve, tell: Tell) -> None:
    if why := NOT_APPLICABLE.get(name):
        tell(name, why)
        pytest.skip(why)
    case = tomli.loads((FIXTURES / name / "case.toml").read_text("utf-8"))
    expected = json.loads((FIXTURES / name / "expected.json").read_text("utf-8"))
    outcome = _call(_led_to(serve(name), case["connection"], expected), case)
    if why := DIFFERING.get(name):
        assert _plain(outcome) != _plain(expected), "it does not differ any more"
        tell(name, why, differs=True)
    else:
        assert _plain(outcome) == _plain(expected)
        tell(name, None)


def _plain(outcome: dict[str, Any]) -> Any:
    """An outcome with the names that arguments have here, as test_arguments.py tries them.

    Credentials are judged when the client is made. The project's id consists of a part of the fixtures' secret, of
    which the host frees its errors too.
    """
    text = json.dumps(canonical(outcome)).replace("[redacted][redacted]", "PROJECT").replace(PROJECT, "PROJECT")
    text = text.replace('"Client', '"list-pipelines')
    for name, here in HERE.items():
        text = text.replace(f"`{name}`", f"`{here}`").replace(f'"argument": "{name}"', f'"argument": "{here}"')
    return json.loads(text)


def test_fixtures_that_are_left_out_exist() -> None:
    assert set(NOT_APPLICABLE) | set(DIFFERING) <= set(CASES)


def _led_to(server: str, connection: dict[str, Any], expected: dict[str, Any]) -> dict[str, Any]:
    """The case's connection, with the fixture server in place of the service."""
    led = {"endpoint": server, "iam_endpoint": server}
    nothing_sent = expected.get("error", {}).get("attempts") == 0
    # Where a part of the connection is not valid, it may be an endpoint.
    return led | connection if nothing_sent else connection | led


def _call(connection: dict[str, Any], case: dict[str, Any]) -> dict[str, Any]:
    try:
        client = Client(**_options(connection))
        if case.get("operation") == "find-project":
            return {"project": client.find_project()}
        return {"listing": json.loads(client.list_pipelines(**_filters(case.get("query", []))).to_json())}
    except ServiceStageError as error:
        return {"error": error.to_dict()} if type(error) is _class_of(error.kind) else {"class": type(error)}


def _class_of(kind: str) -> object:
    return getattr(package, kind.title().replace("_", "") + "Error")


def _options(connection: dict[str, Any]) -> dict[str, Any]:
    names = {"call_timeout_ms": "timeout"}
    options = {
        names.get(name, name.removesuffix("_ms")): value / 1000 if name.endswith("_ms") else value
        for name, value in connection.items()
        if name != "credentials"
    }
    match connection["credentials"]:
        case {"token": token}:
            options["token"] = token
        case {"access_key": key}:
            options["access_key"], options["secret_key"] = key["access_key_id"], key["secret_access_key"]
            options["security_token"] = key.get("security_token")
    return options


def _filters(query: list[dict[str, Any]]) -> dict[str, Any]:
    filters: dict[str, Any] = {}
    for term in query:
        match term:
            case {"status": statuses}:
                filters["status"] = [one["other"] if isinstance(one, dict) else one for one in statuses]
            case {"config_mode": {"other": text}}:
                filters["config_mode"] = OtherConfigMode(text)
            case {"order_by": {"key": key, "direction": direction}}:
                filters |= {"order_by": key, "order": direction}
            case {"created": ends} | {"updated": ends} | {"last_run": ends}:
                (name,) = term
                filters |= {f"{name}_{end}": time_of(value) for end, value in ends.items()}
            case _:
                filters |= term
    return filters
