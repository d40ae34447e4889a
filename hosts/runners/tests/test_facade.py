"""The facade under each engine, with real HTTP on both sides: it lists as every host does, and does not relay."""

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import tomli
from canonical import canonical
from cluster import cluster
from conftest import FIXTURES, PROJECT, Serve
from engines import ENGINES, deployed
from load import ask
from service import Service, recorded

TOKEN = "example-token"  # noqa: S105
LISTING = f"/pipelines?project_id={PROJECT}"

STATUSES = {
    "forbidden": 403,
    "html_with_200": 502,
    "json_cut_short": 502,
    "not_found": 404,
    "redirected": 502,
    "servicestage_bad_request": 502,
    "unauthenticated_token": 401,
    "bad_limit_zero": 400,
    "bad_project_id": 400,
}
"""The status of the facade's answer to some fixtures that are errors."""


LACKING = {
    "bad_range_open": "a range without ends cannot be a parameter",
    "bad_status_empty": "a list without items cannot be a parameter",
    "bad_term_twice": "what is there twice is refused before the component sees it; see below",
}
"""The fixtures that the facade lacks, and why. More follow from what a caller may not set."""


def _lacking(name: str, case: dict[str, Any], expected: dict[str, Any]) -> str | None:
    if name in LACKING:
        return LACKING[name]
    if case.get("operation") == "find-project":
        return "it lists, and nothing else"
    connection = case["connection"]
    if connection["credentials"] != {"token": TOKEN}:
        return "it takes a token, and this one is the test's"
    if connection.keys() - {"region", "project_id", "credentials"} or connection.get("region") != "cn-north-4":
        return "everything but the project is set at the deployment"
    (outcome,) = expected.values()
    if "exchange" in case or outcome["attempts"] > 1:
        return "it takes time, which is real here; test_invoke.py has it"
    return None


def _cases() -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    for folder in sorted(FIXTURES.iterdir()):
        case = tomli.loads((folder / "case.toml").read_text("utf-8"))
        expected = json.loads((folder / "expected.json").read_text("utf-8"))
        if _lacking(folder.name, case, expected) is None:
            yield folder.name, case, expected


CASES = list(_cases())


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with Service() as service:
        yield service


@pytest.fixture(scope="module", params=ENGINES)
def facade(request: pytest.FixtureRequest, service: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    program = request.param.split(" ")[0].rstrip(",").replace("wasmCloud", "wash")
    programs = {program: request.getfixturevalue(program)}
    with deployed(request.param, programs, service.origin, tmp_path_factory.mktemp("deployed")) as origin:
        yield origin


def get(
    url: str, headers: dict[str, str] | None = None, method: str = "GET", body: bytes | None = None
) -> tuple[int, Any]:
    """The status and the JSON of an answer, whatever the status is."""
    headers = {"X-Auth-Token": TOKEN} if headers is None else headers
    request = urllib.request.Request(url, body, headers, method=method)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def parameters(case: dict[str, Any]) -> str:
    given: list[tuple[str, Any]] = [("project_id", case["connection"].get("project_id"))]
    for term in case.get("query", []):
        match term:
            case {"status": statuses}:
                given += [("status", one["other"] if isinstance(one, dict) else one) for one in statuses]
            case {"config_mode": {"other": mode}}:
                given.append(("config_mode", mode))
            case {"order_by": order}:
                given += [("order_by", order["key"]), ("order", order["direction"].removesuffix("ending"))]
            case {"created": ends} | {"updated": ends} | {"last_run": ends}:
                (name,) = term
                given += [(f"{name}_{end}", time) for end, time in ends.items()]
            case _:
                given += term.items()
    return urllib.parse.urlencode([(name, value) for name, value in given if value is not None])


@pytest.mark.parametrize(("name", "case", "expected"), CASES, ids=[name for name, _, _ in CASES])
def test_the_answer_is_that_of_every_host(
    facade: str, service: Service, name: str, case: dict[str, Any], expected: dict[str, Any]
) -> None:
    service.expect(recorded(name))
    status, found = get(f"{facade}/pipelines?{parameters(case)}")

    found = found if "error" in found else {"listing": found}
    assert canonical(found) == canonical(expected)
    assert status == STATUSES.get(name, status)
    assert (status == 200) == ("listing" in expected)
    assert len(service.seen) == len(list((FIXTURES / name).glob("request-*.http")))


def test_named_paths_exist() -> None:
    assert set(LACKING) <= {folder.name for folder in FIXTURES.iterdir()}
    assert set(STATUSES) <= {name for name, _, _ in CASES}


@pytest.mark.parametrize(
    ("method", "target", "headers", "status", "argument"),
    [
        ("GET", f"{LISTING}&endpoint=http://hush.example.com", {}, 400, "endpoint"),
        ("GET", f"{LISTING}&iam_endpoint=http://hush.example.com", {}, 400, "iam_endpoint"),
        ("GET", f"{LISTING}&region=hush", {}, 400, "region"),
        ("GET", f"{LISTING}&offset=hush", {}, 400, "offset"),
        ("GET", f"{LISTING}&creator=a&creator=hush", {}, 400, "creator"),
        ("GET", f"{LISTING}&limit=many", {}, 400, "limit"),
        ("GET", f"{LISTING}&name={'x' * 8192}", {}, 414, "query"),
        ("GET", "/pipelines?project_id=../../v3/projects", {}, 400, "project-id"),
        ("GET", LISTING, {"Authorization": "Bearer hush"}, 400, "authorization"),
        ("GET", LISTING, {"X-Security-Token": "hush"}, 400, "x-security-token"),
        ("GET", LISTING, {"X-Project-Id": "hush"}, 400, "x-project-id"),
        ("GET", LISTING, {"Cookie": "hush"}, 400, "cookie"),
        ("GET", LISTING, {"X-Auth-Token": ""}, 400, "credentials.token"),
        ("GET", f"/v3/{PROJECT}/pipeline/pipelines", {}, 404, "path"),
        ("GET", "/pipelines/../v3/projects", {}, 404, "path"),
        ("GET", "/", {}, 404, "path"),
        ("POST", LISTING, {}, 405, "method"),
        ("DELETE", LISTING, {}, 405, "method"),
        ("OPTIONS", LISTING, {}, 405, "method"),
    ],
)
def test_requests_for_a_relay_are_refused_by_name(
    facade: str, service: Service, method: str, target: str, headers: dict[str, str], status: int, argument: str
) -> None:
    service.expect([])
    found, answer = get(facade + target, {"X-Auth-Token": TOKEN} | headers, method)
    assert (found, answer["error"]["kind"]["invalid_argument"]["argument"]) == (status, argument)
    assert "hush" not in json.dumps(answer)
    assert service.seen == []


def test_a_body_and_a_missing_token_are_refused(facade: str, service: Service) -> None:
    service.expect([])
    assert get(facade + LISTING, body=b"hush")[0] == 400
    assert get(facade + LISTING, headers={})[0] == 401
    assert service.seen == []


def test_the_service_gets_what_every_host_sends_and_nothing_of_the_caller_but_the_token(
    facade: str, service: Service
) -> None:
    service.expect([])
    of_others = {
        "X-Forwarded-For": "192.0.2.1",
        "Traceparent": "00-0-0-00",
        "User-Agent": "hush",
        "Accept": "text/hush",
    }
    assert get(facade + LISTING, {"X-Auth-Token": TOKEN} | of_others)[0] == 200

    recorded_request = (FIXTURES / "vendor_example" / "request-1.http").read_text("utf-8")
    (seen,) = service.seen
    assert _without_host(seen) == _without_host(recorded_request)


def _without_host(head: str) -> tuple[str, list[str]]:
    first, *lines = head.strip().splitlines()
    return first, sorted(line.lower() for line in lines if not line.lower().startswith("host:"))


def test_the_token_is_in_no_answer_when_the_service_repeats_it(facade: str, service: Service) -> None:
    for fixture in ("token_echoed", "token_echoed_escaped"):
        service.expect(recorded(fixture))
        status, answer = get(facade + LISTING)
        assert status >= 400
        assert TOKEN not in json.dumps(answer)


def test_the_fixture_server_is_listed_as_any_service(wasmtime: Path, serve: Serve, tmp_path: Path) -> None:
    server = serve("thousand_records")
    with deployed("wasmtime serve", {"wasmtime": wasmtime}, server, tmp_path) as facade:
        status, listing = get(f"{facade}{LISTING}&status=failed&order_by=last_run&limit=10")
    assert (status, listing["total"], len(listing["pipelines"])) == (200, 1000, 10)
    assert {pipeline["status"] for pipeline in listing["pipelines"]} == {"failed"}


@pytest.mark.parametrize("engine", ENGINES[1:])
@pytest.mark.parametrize("egress", ["", "servicestage.cn-north-4.myhuaweicloud.com"])
def test_without_egress_to_the_service_it_is_denied(
    engine: str, egress: str, wash: Path, service: Service, tmp_path: Path
) -> None:
    service.expect([])
    with deployed(engine, {"wash": wash}, service.origin, tmp_path, egress) as facade:
        status, answer = get(facade + LISTING)
    assert (status, answer["error"]["kind"]) == (500, "denied")
    assert service.seen == []


@pytest.mark.parametrize("linked", [False, True], ids=["composed", "linked"])
def test_of_many_requests_to_two_hosts_of_wasmcloud_none_is_lost(
    linked: bool, wash: Path, nats: Path, service: Service, tmp_path: Path
) -> None:
    with cluster(wash, nats, linked, service.origin, tmp_path) as hosts:
        service.expect(recorded("every_status") * 200)
        answers = ask(hosts, 200)
    expected = json.loads((FIXTURES / "every_status" / "expected.json").read_text("utf-8"))
    assert [count for count, _ in answers] == [len(expected["listing"]["pipelines"])] * 200
    assert len(service.seen) == 200
