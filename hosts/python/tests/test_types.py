"""The types that this host passes by are those that the component itself declares."""

from importlib.resources import files
from typing import Any

import pytest
from wasmtime import Engine
from wasmtime import component as theirs

from servicestage_pipelines import canonical as ours
from servicestage_pipelines import component
from servicestage_pipelines.contract import FIND_PROJECT, LIST_PIPELINES_JSON
from servicestage_pipelines.guest import Export

ENGINE = Engine()
COMPONENT = theirs.Component(ENGINE, files("servicestage_pipelines").joinpath("servicestage.wasm").read_bytes())
MOST_FLAT = 16
"""How many core values a function takes; what is more passes through memory."""

NUMBERS = {
    "?": theirs.Bool,
    "B": theirs.U8,
    "H": theirs.U16,
    "I": theirs.U32,
    "q": theirs.S64,
    "Q": theirs.U64,
}


def functions(instance: Any) -> dict[str, theirs.FuncType]:
    """The functions of an interface."""
    found = {name: item.ty for name, item in instance.ty.exports(ENGINE).items()}
    return {name: kind for name, kind in found.items() if isinstance(kind, theirs.FuncType)}


IMPORTS = [
    (interface.partition("@")[0], name, function)
    for interface, instance in COMPONENT.type.imports(ENGINE).items()
    for name, function in functions(instance).items()
]


def declared(kind: Any) -> Any:
    """A type of wasmtime's, as plain data."""
    match kind:
        case None:
            return None
        case theirs.ListType():
            return "list", declared(kind.element)
        case theirs.RecordType():
            return "record", [(name, declared(field)) for name, field in kind.fields]
        case theirs.VariantType():
            return "variant", [(name, declared(payload)) for name, payload in kind.cases]
        case theirs.EnumType():
            return "variant", [(name, None) for name in kind.names]
        case theirs.OptionType():
            return "variant", [("none", None), ("some", declared(kind.payload))]
        case theirs.ResultType():
            return "variant", [("ok", declared(kind.ok)), ("error", declared(kind.err))]
        case _:
            return type(kind).__name__


def passed(kind: ours.Type | None) -> Any:
    """A type of ours, as the same plain data."""
    match kind:
        case None:
            return None
        case ours.Own() | ours.Borrow():
            return f"{type(kind).__name__}Type"
        case ours.Number():
            return NUMBERS[kind._code[-1]].__name__
        case ours.Text():
            return "String"
        case ours.Octets():
            return "list", "U8"
        case ours.List():
            return "list", passed(kind._item)
        case ours.Record():
            return "record", [(name, passed(field)) for name, field in kind.fields.items()]
        case ours.Variant():
            return "variant", [(name, passed(payload)) for name, payload in kind._cases]
    raise AssertionError(kind)


@pytest.mark.parametrize("function", [LIST_PIPELINES_JSON, FIND_PROJECT], ids=lambda function: function.name)
def test_what_the_component_exports_is_called_with_its_types(function: Export) -> None:
    interface, _, name = function.name.partition("#")
    found = functions(COMPONENT.type.exports(ENGINE)[interface])[name]
    assert passed(function.parameters) == ("record", [(name, declared(kind)) for name, kind in found.params])
    # Its text is taken as the bytes that it is.
    text = ("list", "U8") if function is LIST_PIPELINES_JSON else "String"
    expected = declared(found.result)
    assert expected[1][0] == ("ok", "String")
    assert passed(function.result) == ("variant", [("ok", text), *expected[1][1:]])
    assert len(function.parameters.cores) > MOST_FLAT


@pytest.mark.parametrize(("interface", "name", "function"), IMPORTS)
def test_what_the_component_imports_is_answered_with_its_types(interface: str, name: str, function: Any) -> None:
    found = component._GRANTED[interface, name]
    assert [passed(kind) for kind in found.parameters] == [declared(kind) for _, kind in function.params]
    assert passed(found.result) == declared(function.result)
    assert sum(len(kind.cores) for kind in found.parameters) <= MOST_FLAT
