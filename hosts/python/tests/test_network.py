"""What servers do and the network lacks, as errors; over real sockets."""

import multiprocessing
import os
import socket
import ssl
from pathlib import Path
from typing import Any

import pytest
import trustme
from conftest import PROJECT
from servers import EMPTY, Server, always, once, request

from servicestage_pipelines import (
    Client,
    CutShortError,
    OtherError,
    RedirectedError,
    RefusedError,
    ResetError,
    ServiceStageError,
    TimeoutError,
    TlsError,
    Token,
    TooLargeError,
)


def client(server: Server, **arguments: Any) -> Client:
    defaults: dict[str, Any] = {"project_id": PROJECT, "credentials": Token("example-token"), "max_attempts": 1}
    return Client(**defaults | {"endpoint": server.url} | arguments)


def test_a_connection_is_kept_for_the_next_call() -> None:
    with Server(always(EMPTY)) as server, client(server) as listing:
        for _ in range(3):
            assert len(listing.list_pipelines()) == 0
        assert server.connections == 1


def test_a_connection_that_the_server_ended_is_not_used_again() -> None:
    # Where it ends only after the next call has found it, that call is tried again.
    with Server(once(EMPTY)) as server, client(server, max_attempts=2) as listing:
        for _ in range(3):
            assert len(listing.list_pipelines()) == 0
        assert server.connections == 3


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are not forked here")
def test_a_process_that_was_forked_shares_no_connection() -> None:
    with Server(always(EMPTY)) as server, client(server) as listing:
        listing.list_pipelines()
        forked = multiprocessing.get_context("fork").Process(target=listing.list_pipelines)
        forked.start()
        forked.join()
        assert forked.exitcode == 0
        listing.list_pipelines()
        assert server.connections == 2


def test_what_a_server_sends_unasked_is_no_answer() -> None:
    first = [EMPTY + EMPTY.replace(b"[]", b"{}")]

    def handle(stream: socket.socket) -> None:
        while request(stream):
            stream.sendall(first.pop() if first else EMPTY)

    with Server(handle) as server, client(server) as listing:
        assert len(listing.list_pipelines()) == 0
        # The one that was sent unasked would be an error.
        assert len(listing.list_pipelines()) == 0


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (b"", ResetError),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n[", CutShortError),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n[]\r\n", CutShortError),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nmany\r\n[]\r\n", OtherError),
        (b"SSH-2.0-server\r\n", OtherError),
        (b"HTTP/1.1 200 OK\r\nname: " + b"x" * 70_000 + b"\r\n\r\n", TooLargeError),
        (b"HTTP/1.1 200 OK\r\n" + b"name: x\r\n" * 200 + b"\r\n", TooLargeError),
        (b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n", RedirectedError),
    ],
)
def test_an_answer_that_is_none_is_an_error(answer: bytes, expected: type[ServiceStageError]) -> None:
    with Server(once(answer)) as server, pytest.raises(expected):
        client(server).list_pipelines()


def test_a_body_beyond_the_limit_is_not_read_on() -> None:
    def handle(stream: socket.socket) -> None:
        request(stream)
        stream.sendall(b"HTTP/1.1 200 OK\r\n\r\n[")
        while True:
            stream.sendall(b" " * 65536)

    with Server(handle) as server, pytest.raises(TooLargeError) as caught:
        client(server, max_response_bytes=1_000_000).list_pipelines()
    assert caught.value.limit_bytes == 1_000_000


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    with pytest.raises(RefusedError):
        Client(project_id=PROJECT, credentials=Token("t"), endpoint=url, max_attempts=1).list_pipelines()


@pytest.mark.parametrize(
    ("sent", "limit", "phase"),
    [
        (b"", "first_byte_timeout", "first_byte"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[", "between_bytes_timeout", "between_bytes"),
        (b"", "call_timeout", "call"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[", "call_timeout", "call"),
    ],
)
def test_a_server_that_stops_is_waited_for_as_long_as_allowed(sent: bytes, limit: str, phase: str) -> None:
    def handle(stream: socket.socket) -> None:
        request(stream)
        stream.sendall(sent)
        server.wait()

    with Server(handle) as server, pytest.raises(TimeoutError) as caught:
        client(server, **{limit: 0.2}).list_pipelines()
    assert caught.value.phase == phase


def test_a_drip_of_bytes_does_not_outlast_the_call() -> None:
    def handle(stream: socket.socket) -> None:
        request(stream)
        stream.sendall(b"HTTP/1.1 200 OK\r\n\r\n[")
        while not server._ended.wait(0.01):
            stream.sendall(b" ")

    with Server(handle) as server, pytest.raises(TimeoutError) as caught:
        client(server, call_timeout=0.3).list_pipelines()
    assert caught.value.phase == "call"


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


def certified(authority: trustme.CA, *names: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    return context


def test_a_private_authority_is_trusted_if_named(authority: trustme.CA, tmp_path: Path) -> None:
    file = tmp_path / "authorities.pem"
    authority.cert_pem.write_to_path(str(file))
    with Server(always(EMPTY), certified(authority, "localhost")) as server:
        assert len(client(server, ca_file=file).list_pipelines()) == 0
        with pytest.raises(TlsError, match="not trusted"):
            client(server).list_pipelines()


def test_a_certificate_for_another_name_is_not_trusted(authority: trustme.CA, tmp_path: Path) -> None:
    file = tmp_path / "authorities.pem"
    authority.cert_pem.write_to_path(str(file))
    with Server(always(EMPTY), certified(authority, "other.example")) as server, pytest.raises(TlsError):
        client(server, ca_file=file).list_pipelines()


def test_only_tls_1_2_and_newer_is_spoken() -> None:
    listing = Client(project_id=PROJECT, credentials=Token("t"), endpoint="https://localhost")
    assert listing._network._context().minimum_version == ssl.TLSVersion.TLSv1_2


def test_a_server_that_speaks_no_tls_is_a_tls_error() -> None:
    def handle(stream: socket.socket) -> None:
        stream.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        server.wait()

    with Server(handle) as server, pytest.raises(TlsError):
        client(server, endpoint=server.url.replace("http:", "https:")).list_pipelines()


def test_an_authority_that_cannot_be_read_names_the_argument(tmp_path: Path) -> None:
    with pytest.raises(ServiceStageError) as caught:
        Client(project_id=PROJECT, credentials=Token("t"), ca_file=tmp_path / "none.pem")
    assert caught.value.to_dict()["kind"]["invalid_argument"]["argument"] == "ca_file"
