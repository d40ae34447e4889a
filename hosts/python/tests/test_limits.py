"""Components that misbehave: what the host allows ends a call, and nothing else."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from conftest import PROJECT
from wasmtime import wat2wasm

from servicestage_pipelines import Client, OtherError, Token, client, wasi_http
from servicestage_pipelines.canonical import Record
from servicestage_pipelines.component import LoadError, Plugin, Trapped
from servicestage_pipelines.contract import FIND_PROJECT, LIST_PIPELINES_JSON
from servicestage_pipelines.guest import MOST_PASSED, Export, HostFailed
from servicestage_pipelines.http import HttpError, Request, Response, Timeouts
from servicestage_pipelines.resources import MOST_HEADER_BYTES, Fields, Outgoing
from servicestage_pipelines.world import MOST_REQUESTS, MOST_RESOURCES, Overdue, SystemClock, World

RETURN = Export("return", Record({}), FIND_PROJECT.result)


class _Nowhere:
    def send(self, _request: Request, _timeouts: Timeouts) -> Response:
        raise HttpError("HTTP-request-denied")


def component(body: str, imports: str = "", name: str = "return") -> Plugin:
    """A component with a function of this body, which returns where in memory its result is. At 0 there is the result
    `seven`, at 16 an error of a kind that does not exist, and at 32 a text beyond the memory's end."""
    realloc = '(func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))'
    text = f"""
        (component (core module {imports} {realloc}
          (memory (export "memory") 1)
          (data (i32.const 8) "\\40\\00\\00\\00\\05\\00\\00\\00\\01\\00\\00\\00\\00\\00\\00\\00\\ff")
          (data (i32.const 40) "\\fc\\ff\\00\\00\\05\\00\\00\\00")
          (data (i32.const 64) "seven")
          (func (export "{name}") (param i32) (result i32) {body})))
    """
    return Plugin(bytes(wat2wasm(text)))


def call(plugin: Plugin, seconds: float = 5) -> Any:
    return plugin.call(World(_Nowhere(), SystemClock(), seconds), seconds, RETURN, {})


def test_a_component_that_returns_is_called() -> None:
    assert call(component("i32.const 0")) == (True, "seven")


def test_a_component_that_computes_for_ever_is_ended_and_others_go_on() -> None:
    endless = component("(loop br 0) unreachable")
    with pytest.raises(Overdue):
        call(endless, 0.2)
    assert call(component("i32.const 0")) == (True, "seven")


def test_a_component_that_computes_is_ended_also_in_a_process_that_was_forked() -> None:
    endless = component("(loop br 0) unreachable")
    # As it is found there: it was started, and does not live.
    endless._epoch._ticker = threading.Thread()
    with pytest.raises(Overdue):
        call(endless, 0.2)


def test_memory_ends_at_the_limit() -> None:
    # Grows to so many pages, and traps where it cannot.
    grow = "(if (i32.eq (memory.grow (i32.const {pages})) (i32.const -1)) (then unreachable)) i32.const 0"
    assert call(component(grow.format(pages=8191))) == (True, "seven")
    with pytest.raises(Trapped, match="unreachable"):
        call(component(grow.format(pages=8192)))


def test_a_trap_is_told_without_the_stack() -> None:
    with pytest.raises(Trapped, match=r"^wasm trap: wasm `unreachable` instruction executed$"):
        call(component("unreachable"))


@pytest.mark.parametrize("place", [16, 32, 65_530, -8])
def test_a_result_that_is_none_ends_the_call(place: int) -> None:
    with pytest.raises(Trapped, match=r"^the component passes "):
        call(component(f"i32.const {place}"))


def test_calls_that_fail_at_one_time_do_not_take_each_others_outcome() -> None:
    poll = '(import "wasi:io/poll@0.2.0" "poll" (func $poll (param i32 i32 i32)))'
    failing = component("(call $poll (i32.const 0) (i32.const 0) (i32.const 0)) unreachable", poll)
    trapping, returning = component("unreachable"), component("i32.const 0")

    def outcome(plugin: Plugin) -> str:
        try:
            return str(call(plugin))
        except Trapped as trapped:
            return str(trapped)

    plugins = [failing, trapping, returning] * 200
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(zip(plugins, pool.map(outcome, plugins), strict=True))
    assert {said for plugin, said in outcomes if plugin is failing} == {"the component waits for nothing"}
    assert {said for plugin, said in outcomes if plugin is returning} == {"(True, 'seven')"}
    reasons = {said for plugin, said in outcomes if plugin is trapping}
    assert reasons <= {"wasm trap: wasm `unreachable` instruction executed", str(HostFailed())}


FIELDS = '(import "wasi:http/types@0.2.0" "[constructor]fields" (func $fields (result i32)))'


def test_resources_are_counted() -> None:
    take = "call $fields drop " * MOST_RESOURCES + "{} i32.const 0"
    assert call(component(take.format(""), FIELDS)) == (True, "seven")
    with pytest.raises(Trapped, match=f"more than {MOST_RESOURCES} resources"):
        call(component(take.format("call $fields drop"), FIELDS))


def test_requests_are_counted() -> None:
    one = Request("GET", "https", "api.example.com", "/", [])
    many = World(_Nowhere(), SystemClock(), 5)
    for _ in range(MOST_REQUESTS):
        many.send(one, Timeouts())
    with pytest.raises(HttpError, match="internal-error"):
        many.send(one, Timeouts())
    assert "internal-error" in str(
        wasi_http.FUNCTIONS["wasi:http/outgoing-handler", "handle"].run(many, _outgoing(), None)
    )


def _outgoing() -> Outgoing:
    return Outgoing(Fields(), authority="api.example.com")


def test_what_is_passed_to_the_host_is_not_longer_than_is_sensible() -> None:
    get = '(import "wasi:http/types@0.2.0" "[method]fields.get" (func $get (param i32 i32 i32 i32)))'
    body = f"(call $get (call $fields) (i32.const 0) (i32.const {MOST_PASSED + 1}) (i32.const 0)) i32.const 0"
    with pytest.raises(Trapped, match=f"passes {MOST_PASSED + 1} bytes, where {MOST_PASSED} are the limit"):
        call(component(body, FIELDS + get))


def test_headers_do_not_pile_up() -> None:
    fields = Fields()
    for _ in range(MOST_HEADER_BYTES // 1024):
        fields.append("name", bytes(1024 - 32 - len("name")))
    with pytest.raises(MemoryError, match=f"headers of more than {MOST_HEADER_BYTES} bytes"):
        fields.append("name", b"")


@pytest.mark.parametrize("body", ["i32.const 1 call $drop", "call $fields drop i32.const 1 call $drop"])
def test_a_handle_is_good_for_what_it_stands_for_alone(body: str) -> None:
    drop = '(import "wasi:io/poll@0.2.0" "[resource-drop]pollable" (func $drop (param i32)))'
    with pytest.raises(Trapped, match="the handle 1, which it has not"):
        call(component(f"{body} i32.const 0", FIELDS + drop))


def test_a_list_is_not_longer_than_is_sensible() -> None:
    poll = '(import "wasi:io/poll@0.2.0" "poll" (func $poll (param i32 i32 i32)))'
    with pytest.raises(Trapped, match="a list of 100000 items"):
        call(component("(call $poll (i32.const 0) (i32.const 100000) (i32.const 0)) i32.const 0", poll))


@pytest.mark.parametrize(
    ("imports", "what"),
    [
        ('(import "wasi:sockets/network@0.2.0" "connect" (func))', "connect of wasi:sockets/network@0[.]2[.]0"),
        ('(import "wasi:http/types@0.2.0" "new-function" (func))', "new-function of wasi:http/types@0[.]2[.]0"),
        ('(import "wasi:io/poll@0.3.0" "poll" (func (param i32 i32 i32)))', "poll of wasi:io/poll@0[.]3[.]0"),
    ],
)
def test_a_component_that_imports_anything_else_does_not_load(imports: str, what: str) -> None:
    with pytest.raises(LoadError, match=f"^the component imports {what}, which this host does not grant$"):
        component("i32.const 0", imports)


def test_a_function_of_another_type_cannot_be_linked() -> None:
    with pytest.raises(
        LoadError, match=r"cannot be linked: types incompatible: expected type `\(func \(param i64\)\)`"
    ):
        component("i32.const 0", '(import "wasi:io/poll@0.2.0" "poll" (func (param i64)))')


@pytest.mark.parametrize("wasm", [b"", b"\0asm\1\0\0\0", b"\0asm\x0d\0\1\0"])
def test_what_is_no_component_with_a_module_does_not_load(wasm: bytes) -> None:
    with pytest.raises(LoadError, match="component"):
        Plugin(wasm)


def test_another_component_than_expected_says_so() -> None:
    plugin = component("i32.const 0")
    with pytest.raises(LoadError, match=r"exports no huaweicloud:servicestage/pipelines@0[.]1[.]0#list-pipelines-json"):
        plugin.call(World(_Nowhere(), SystemClock(), 5), 5, LIST_PIPELINES_JSON, {})


def test_a_listing_that_is_none_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "_loaded", [component("i32.const 0", name=LIST_PIPELINES_JSON.name)])
    with pytest.raises(OtherError, match="the component's listing cannot be read: JSON is malformed"):
        Client(region="cn-north-4", project_id=PROJECT, credentials=Token("example-token")).list_pipelines()


def test_an_interruption_reaches_the_caller() -> None:
    class Interrupted(SystemClock):
        def wait(self, _changed: threading.Condition, _nanoseconds: int) -> None:
            raise KeyboardInterrupt

    class Silent(_Nowhere):
        def send(self, _request: Request, _timeouts: Timeouts) -> Response:
            ended.wait()
            raise HttpError("connection-terminated")

    ended = threading.Event()
    listing = Client(region="cn-north-4", project_id=PROJECT, credentials=Token("example-token"))
    listing._clock, listing._sender = Interrupted(), Silent()
    with pytest.raises(KeyboardInterrupt):
        listing.list_pipelines()
    ended.set()
