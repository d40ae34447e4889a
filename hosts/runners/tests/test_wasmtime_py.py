"""Every fixture by the package `wasmtime` of PyPI, with the answer of every other host."""

import json
from collections.abc import Callable
from typing import Any

import cases
import pytest
from conftest import COMPONENT, Serve, Tell
from wasmtime import Engine, Store, WasiConfig
from wasmtime.component import Component, Linker, Record, Variant

PIPELINES = "huaweicloud:servicestage/pipelines@0.1.0"

Call = Callable[..., Any]
"""Calls a function of the component, by its name."""


@pytest.fixture
def host() -> str:
    return "wasmtime-py"


@pytest.fixture(scope="module")
def call() -> Call:
    """Compiled once; each call has an instance of its own."""
    engine = Engine()
    component = Component.from_file(engine, str(COMPONENT))
    linker = Linker(engine)
    linker.add_wasip2()
    linker.add_wasi_http()

    def call(name: str, *arguments: Any) -> Any:
        store = Store(engine)
        store.set_wasi(WasiConfig())
        store.set_wasi_http()
        instance = linker.instantiate(store, component)
        index = instance.get_export_index(store, name, instance.get_export_index(store, PIPELINES))
        function = index and instance.get_func(store, index)
        assert function, name
        return function(store, *arguments)

    return call


@pytest.mark.parametrize("name", cases.APPLICABLE)
def test_the_answer_is_that_of_every_host(name: str, call: Call, serve: Serve, tell: Tell) -> None:
    case = cases.read(name, serve)
    connection = _connection(case.connection)
    if case.query is None:
        answer = call("find-project", connection)
        outcome = {"project": answer} if isinstance(answer, str) else {"error": _error(answer)}
    else:
        answer = call("list-pipelines-json", connection, [_term(term) for term in case.query])
        outcome = {"listing": json.loads(answer)} if isinstance(answer, str) else {"error": _error(answer)}
    case.compare(outcome, tell)


def test_the_others_are_not_applicable(tell: Tell) -> None:
    cases.tell_of_others(tell)


_OPTIONAL = [
    "region",
    "project_id",
    "endpoint",
    "iam_endpoint",
    "connect_timeout_ms",
    "first_byte_timeout_ms",
    "between_bytes_timeout_ms",
    "call_timeout_ms",
    "max_attempts",
    "max_response_bytes",
]


def _record(members: dict[str, Any]) -> Record:
    record = Record()
    record.__dict__ = {_kebab(name): value for name, value in members.items()}
    return record


def _connection(given: dict[str, Any]) -> Record:
    credentials: Any
    match given["credentials"]:
        case {"token": token}:
            credentials = token
        case {"access_key": key}:
            credentials = _record({"security_token": None} | key)
        case _:
            credentials = None
    return _record(dict.fromkeys(_OPTIONAL) | given | {"credentials": credentials})


def _term(term: dict[str, Any]) -> Variant:
    ((name, value),) = term.items()
    match name, value:
        case "status", statuses:
            value = [_case(status) for status in statuses]
        case "config_mode", mode:
            value = _case(mode)
        case "order_by", order:
            value = _record({member: _kebab(word) for member, word in order.items()})
        case _, dict():
            value = _record({"from": None, "to": None} | value)
    return Variant(_kebab(name), value)


def _case(case: Any) -> Variant:
    if isinstance(case, str):
        return Variant(_kebab(case))
    ((name, value),) = case.items()
    return Variant(_kebab(name), value)


def _error(record: Record) -> dict[str, Any]:
    error = _members(record)
    kind, detail = _snake(error["kind"].tag), error["kind"].payload
    if isinstance(detail, Record):
        detail = _members(detail)
    elif kind == "timeout":
        # The case of an enumeration, where other details are text.
        detail = _snake(detail)
    return error | {"kind": kind if detail is None else {kind: detail}}


def _members(record: Record) -> dict[str, Any]:
    return {_snake(name): value for name, value in vars(record).items()}


def _kebab(name: str) -> str:
    return name.replace("_", "-")


def _snake(name: str) -> str:
    return name.replace("-", "_")
