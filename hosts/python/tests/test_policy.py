"""What may be asked of whom, and which addresses names may lead to."""

import socket
from collections.abc import Callable
from typing import Any

import pytest
from conftest import PROJECT
from servers import EMPTY, Server, always

from servicestage_pipelines import Client, DeniedError, DnsError, InvalidArgumentError, RefusedError, Token, address
from servicestage_pipelines.http import Request
from servicestage_pipelines.policy import Denied, Origin, Policy, needs_of, origins_of

NEEDS = needs_of(
    '{"version": 1, "requests": [{"role": "service", "method": "GET", "path": "/v3/{}/things", "query": []},'
    ' {"role": "iam", "method": "GET", "path": "/v3/projects", "query": ["name"]}]}'
)


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("/v3/a.b-c_d~1/things", "service"),
        ("/v3/projects?name=cn-north-4", "iam"),
        ("/v3/projects?name=%2Fa", "iam"),
        ("/v3/projects", "iam"),
        ("/v3/projects?name=a&name=b", None),
        ("/v3/projects?name=a&other=b", None),
        ("/v3/projects?", None),
        ("/v3/projects?name=a/b", None),
        ("/v3/a/b/things", None),
        ("/v3/../things", None),
        ("/v3/%2e%2e/things", None),
        ("/v3//things", None),
        ("/v3/a/things/", None),
        ("/v3/a/things?name=b", None),
        ("/v3/a\n/things", None),
    ],
)
def test_only_declared_paths_are_covered(path: str, role: str | None) -> None:
    assert next((need.role for need in NEEDS if need.covers("GET", path)), None) == role
    assert not any(need.covers("POST", path) for need in NEEDS)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("https://API.example.com:443/", "https://api.example.com"),
        ("https://api.example.com.", "https://api.example.com"),
        ("https://api.example.com:8443", "https://api.example.com:8443"),
        ("http://127.0.0.1:80", "http://127.0.0.1"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("http://localhost:1", "http://localhost:1"),
        ("http://api.example.com", None),
        ("http://10.0.0.1", None),
        ("https://user@api.example.com", None),
        ("https://api.example.com/path", None),
        ("https://127.1", None),
        ("https://0x7f000001", None),
        ("https://api.example.com:0", None),
        ("https://api.example.com:70000", None),
        ("https://äpi.example.com", None),
        ("ftp://api.example.com", None),
        ("api.example.com", None),
    ],
)
def test_an_origin_has_one_form_or_none(text: str, normal: str | None) -> None:
    origin = Origin.parse(text)
    assert (str(origin) if origin else None) == normal


def test_origins_are_those_of_the_component() -> None:
    assert list(map(str, origins_of("eu-west-101", None, None).values())) == [
        "https://servicestage.eu-west-101.myhuaweicloud.eu",
        "https://iam.eu-west-101.myhuaweicloud.eu",
    ]
    assert origins_of("evil.example.com/", None, None) == {"service": None, "iam": None}


def test_what_is_declared_must_be_granted_and_the_other_way_round() -> None:
    policy = Policy(NEEDS, {"service": Origin.parse("https://api.example.com"), "iam": None}, ())

    def check(authority: str, path: str) -> str:
        return str(policy.check(Request("GET", "https", authority, path, [])))

    assert check("api.example.com", "/v3/a/things") == "https://api.example.com"
    for authority, path in [
        ("other.example.com", "/v3/a/things"),
        ("api.example.com:8443", "/v3/a/things"),
        ("api.example.com@other.example.com", "/v3/a/things"),
        ("api.example.com", "/v3/projects"),
        ("api.example.com", "/v3/a/other"),
    ]:
        with pytest.raises(Denied):
            check(authority, path)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("1.1.1.1", None),
        ("2606:4700:4700::1111", None),
        ("10.1.2.3", "private"),
        ("172.31.0.1", "private"),
        ("172.32.0.1", None),
        ("100.64.0.1", "carrier-grade NAT"),
        ("169.254.1.1", "link-local"),
        ("127.0.0.2", "loopback"),
        ("::ffff:10.0.0.1", "private"),
        ("64:ff9b::10.0.0.1", "private"),
        ("2002:a00:1::", "private"),
        ("2001:0:a00:1::", "private"),
        ("fe80::1%eth0", "link-local"),
        ("fd00::1", "unique-local"),
        ("ff02::1", "multicast"),
        ("::", "unspecified"),
        ("::10.0.0.1", "reserved"),
        ("255.255.255.255", "multicast or broadcast"),
    ],
)
def test_every_address_that_is_not_global_has_a_kind(text: str, kind: str | None) -> None:
    found = address.special(address.parse(text))
    assert found == kind or (found is not None and found in str(kind))


def test_a_metadata_service_says_so() -> None:
    for text in ("169.254.169.254", "168.63.129.16", "fd00:ec2::254", "::ffff:169.254.169.254"):
        assert "metadata" in str(address.special(address.parse(text)))


Resolve = Callable[..., None]


@pytest.fixture
def resolve(monkeypatch: pytest.MonkeyPatch) -> Resolve:
    """Has every name stand for these addresses."""

    def lead_to(*addresses: str) -> None:
        def getaddrinfo(host: str, port: int, **_options: Any) -> list[Any]:
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in addresses]

        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)

    return lead_to


def listing(endpoint: str, **arguments: Any) -> Client:
    return Client(project_id=PROJECT, credentials=Token("t"), endpoint=endpoint, max_attempts=1, **arguments)


def test_a_name_that_leads_to_a_private_address_is_denied_with_what_would_allow_it(resolve: Resolve) -> None:
    resolve("10.0.0.7")
    with pytest.raises(DeniedError) as caught:
        listing("https://api.example.com").list_pipelines()
    first, why, remedy = str(caught.value).splitlines()
    assert first == "list-pipelines failed: the host does not allow this request."
    assert why == "a connection to https://api.example.com: it leads to 10.0.0.7 (private), which is not granted."
    assert remedy == "To allow it, pass `allow_addresses=['10.0.0.7/32']` to the client."


def test_an_address_in_the_endpoint_is_judged_too() -> None:
    with pytest.raises(DeniedError, match=r"169\.254\.169\.254 \(a cloud's metadata"):
        listing("https://169.254.169.254").list_pipelines()


def test_a_loopback_name_that_leads_elsewhere_is_denied_whatever_is_granted(resolve: Resolve) -> None:
    resolve("10.0.0.7")
    with pytest.raises(DeniedError, match="it says that it is loopback"):
        listing("http://localhost:1", allow_addresses=["10.0.0.0/8"]).list_pipelines()


def test_the_very_addresses_that_were_checked_are_connected_to(
    resolve: Resolve, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached = []

    def create_connection(place: tuple[str, int], *_: Any, **__: Any) -> socket.socket:
        reached.append(place)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", create_connection)
    resolve("10.0.0.7", "192.168.0.1", "1.1.1.1", "10.0.0.8")
    with pytest.raises(RefusedError):
        listing("https://api.example.com", allow_addresses=["10.0.0.0/8"]).list_pipelines()
    assert reached == [("10.0.0.7", 443), ("1.1.1.1", 443), ("10.0.0.8", 443)]


def test_loopback_by_name_is_reached() -> None:
    with Server(always(EMPTY)) as server:
        assert len(listing(server.url).list_pipelines()) == 0


def test_a_name_that_does_not_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    def getaddrinfo(*_: Any, **__: Any) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    with pytest.raises(DnsError, match="NXDOMAIN"):
        listing("https://api.example.com").list_pipelines()


def test_a_range_that_is_none_names_the_argument() -> None:
    with pytest.raises(InvalidArgumentError, match="allow_addresses"):
        listing("https://api.example.com", allow_addresses=["10.0.0.1/8"])
