"""Components that misbehave: what the host allows ends a call, and nothing else."""

import threading

import pytest

from servicestage_pipelines import Client, Token
from servicestage_pipelines.component import INTERFACE, LoadError, Plugin, Trapped
from servicestage_pipelines.http import HttpError, Request, Response, Timeouts
from servicestage_pipelines.world import Overdue, SystemClock, World


class _Nowhere:
    def send(self, _request: Request, _timeouts: Timeouts) -> Response:
        raise HttpError("HTTP-request-denied")


def world(seconds: float) -> World:
    return World(_Nowhere(), SystemClock(), seconds)


def component(body: str, memory: str = "", imports: str = "") -> Plugin:
    """A component whose `find-project` is this body of a function that returns a number."""
    text = f"""
        (component {imports}
          (core module $module {memory} (func (export "run") (result i32) {body}))
          (core instance $instance (instantiate $module))
          (func $run (result u32) (canon lift (core func $instance "run")))
          (instance $interface (export "find-project" (func $run)))
          (export "{INTERFACE}" (instance $interface)))
    """
    return Plugin(text.encode())


def test_a_component_that_returns_is_called() -> None:
    assert component("i32.const 7").call(world(5), 5, "find-project", []) == 7


def test_a_component_that_computes_for_ever_is_ended_and_others_go_on() -> None:
    endless = component("(loop br 0) unreachable")
    with pytest.raises(Overdue):
        endless.call(world(0.2), 0.2, "find-project", [])
    assert component("i32.const 7").call(world(5), 5, "find-project", []) == 7


def test_memory_ends_at_the_limit() -> None:
    grow = "(memory.grow (i32.const {pages}))"
    within, beyond = (component(grow.format(pages=pages), "(memory 1)") for pages in (8000, 8192))
    assert within.call(world(5), 5, "find-project", []) == 1
    assert beyond.call(world(5), 5, "find-project", []) == 2**32 - 1


def test_a_trap_is_told_without_the_stack() -> None:
    with pytest.raises(Trapped, match=r"^wasm trap: wasm `unreachable` instruction executed$"):
        component("unreachable").call(world(5), 5, "find-project", [])


def test_a_component_that_imports_anything_else_does_not_load() -> None:
    with pytest.raises(LoadError, match=r"wasi:sockets/network@0[.]2[.]0, which this host does not grant"):
        component("i32.const 7", imports='(import "wasi:sockets/network@0.2.0" (instance))')


def test_a_function_that_the_host_does_not_know_cannot_be_linked() -> None:
    imports = '(import "wasi:http/types@0.2.0" (instance (export "new-function" (func))))'
    with pytest.raises(Trapped, match="new-function"):
        component("i32.const 7", imports=imports).call(world(5), 5, "find-project", [])


def test_another_component_than_expected_says_so() -> None:
    with pytest.raises(LoadError, match="exports no list-pipelines-json in huaweicloud:servicestage"):
        component("i32.const 7").call(world(5), 5, "list-pipelines-json", [])


def test_an_interruption_reaches_the_caller() -> None:
    class Interrupted(SystemClock):
        def wait(self, _changed: threading.Condition, _nanoseconds: int) -> None:
            raise KeyboardInterrupt

    class Silent(_Nowhere):
        def send(self, _request: Request, _timeouts: Timeouts) -> Response:
            ended.wait()
            raise HttpError("connection-terminated")

    ended = threading.Event()
    client = Client(region="cn-north-4", project_id="0" * 32, credentials=Token("example-token"))
    client._clock, client._sender = Interrupted(), Silent()
    with pytest.raises(KeyboardInterrupt):
        client.list_pipelines()
    ended.set()
