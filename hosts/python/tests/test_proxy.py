"""Proxies, over real sockets: which requests take one, and what becomes of failures."""

import socket
from pathlib import Path

import pytest
import trustme
from conftest import PROJECT
from servers import EMPTY, Server, always, once, relay, request
from test_network import certified

from servicestage_pipelines import Client, DeniedError, InvalidArgumentError, OtherError, Token
from servicestage_pipelines.policy import Origin
from servicestage_pipelines.proxy import Proxy

NAME = "api.example.com"


def listing(ca_file: Path | None = None, endpoint: str = f"https://{NAME}") -> Client:
    return Client(project_id=PROJECT, credentials=Token("t"), endpoint=endpoint, ca_file=ca_file, max_attempts=1)


def test_https_goes_through_the_tunnel_of_a_proxy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    authority = trustme.CA()
    file = tmp_path / "authorities.pem"
    authority.cert_pem.write_to_path(str(file))
    asked = []

    def handle(stream: socket.socket) -> None:
        asked.append(request(stream))
        stream.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        with socket.create_connection(("127.0.0.1", server.port)) as behind:
            relay(stream, behind)

    with Server(always(EMPTY), certified(authority, NAME)) as server, Server(handle) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://user:hush@127.0.0.1:{proxy.port}")
        assert len(listing(file).list_pipelines()) == 0
    (head,) = asked
    assert head.startswith(b"CONNECT api.example.com:443 HTTP/1.")
    assert b"proxy-authorization: Basic dXNlcjpodXNo\r\n" in head


def test_a_proxy_that_refuses_is_named_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    with Server(once(b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n")) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://user:hush@127.0.0.1:{proxy.port}")
        with pytest.raises(OtherError, match=f"no connection through the proxy 127.0.0.1:{proxy.port}") as caught:
            listing().list_pipelines()
    assert "hush" not in str(caught.value)


def test_an_address_in_the_endpoint_is_judged_before_the_proxy_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with Server(always(b"")) as proxy:
        monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{proxy.port}")
        with pytest.raises(DeniedError):
            listing(endpoint="https://10.0.0.1").list_pipelines()
        assert proxy.connections == 0


@pytest.mark.parametrize("value", ["socks5://127.0.0.1:1080", "http://", "http://user:hush@:3128"])
def test_a_variable_that_names_no_proxy_is_an_error(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", value)
    with pytest.raises(InvalidArgumentError, match="HTTPS_PROXY is not a usable proxy URL") as caught:
        listing()
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    ("endpoint", "exceptions", "through"),
    [
        ("https://api.example.com", "", True),
        ("https://api.example.com", "example.com", False),
        ("https://api.example.com", " .Example.com , x", False),
        ("https://api.example.com", "ple.com", True),
        ("https://api.example.com", "*", False),
        ("https://1.2.3.4", "1.2.0.0/16", False),
        ("https://1.2.3.4", "1.3.0.0/16", True),
        ("https://localhost", "", False),
        ("https://127.0.0.1", "", False),
    ],
)
def test_exceptions_and_loopback_are_reached_straight(endpoint: str, exceptions: str, through: bool) -> None:
    proxy = Proxy.of({"all_proxy": "proxy.example.com:3128", "NO_PROXY": exceptions})
    origin = Origin.parse(endpoint)
    assert origin is not None
    assert (proxy.of_origin(origin) is not None) == through
