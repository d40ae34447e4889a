"""Exceptions have every field of the component's errors, under names that are native here."""

import builtins
import json
import pickle
import traceback
from datetime import timedelta
from typing import Any

import pytest

import servicestage_pipelines as package
from conftest import FIXTURES, ROOT
from servicestage_pipelines import ServiceStageError, errors
from servicestage_pipelines.errors import error_of
from servicestage_pipelines.model import milliseconds

RECORDED = {
    folder.name: expected["error"]
    for folder in sorted(FIXTURES.iterdir())
    if "error" in (expected := json.loads((folder / "expected.json").read_text("utf-8")))
}

BUILTIN = {
    "invalid_argument": ValueError,
    "denied": PermissionError,
    "dns": ConnectionError,
    "refused": ConnectionRefusedError,
    "tls": ConnectionError,
    "reset": ConnectionResetError,
    "timeout": builtins.TimeoutError,
    "unauthenticated": PermissionError,
    "clock_skew": PermissionError,
    "forbidden": PermissionError,
    "not_found": LookupError,
    "cut_short": ConnectionError,
}
"""The exceptions that a program which knows nothing of this package may catch."""


@pytest.mark.parametrize("error", RECORDED.values(), ids=RECORDED.keys())
def test_an_exception_has_every_field(error: dict[str, Any]) -> None:
    exception = error_of(json.dumps(error))
    kind, detail = next(iter(error["kind"].items())) if isinstance(error["kind"], dict) else (error["kind"], {})
    assert type(exception).__name__ == kind.title().replace("_", "") + "Error"
    assert isinstance(exception, BUILTIN.get(kind, Exception))
    assert exception.kind == kind
    for name in error.keys() - {"kind"}:
        assert getattr(exception, name) == error[name]
    details = detail if isinstance(detail, dict) else {"phase" if kind == "timeout" else "description": detail}
    for name, value in details.items():
        assert _plain(getattr(exception, name.removesuffix("_ms"))) == value

    assert str(exception) == error["message"]
    assert repr(exception) == f"<{type(exception).__name__}: {str(exception).splitlines()[0]}>"
    copy = pickle.loads(pickle.dumps(exception))
    assert (type(copy), vars(copy), copy.to_dict()) == (type(exception), vars(exception), exception.to_dict())
    assert exception.to_dict() == error


def _plain(value: Any) -> Any:
    match value:
        case timedelta():
            return value // timedelta(milliseconds=1)
        case tuple():
            return list(value)
        case _:
            return milliseconds(value) if hasattr(value, "tzinfo") else value


def test_every_kind_has_a_class_of_its_own_that_can_be_imported() -> None:
    classes = {one for one in vars(package).values() if isinstance(one, type) and issubclass(one, ServiceStageError)}
    assert classes - {ServiceStageError} == set(errors._CLASSES.values())
    assert len(classes) == len(errors._CLASSES) + 1
    assert classes <= {getattr(package, name) for name in package.__all__}


@pytest.mark.parametrize("text", json.loads((ROOT / "tests/vectors/printable.json").read_text("utf-8"))["texts"])
def test_text_of_the_service_is_harmless_where_an_error_is_printed(text: dict[str, str]) -> None:
    record = RECORDED["forbidden"] | {"message": f"first{text['text']}", "vendor_message": text["text"]}
    error = error_of(json.dumps(record))
    assert str(error) == f"first{text['lines']}"
    assert "".join(traceback.format_exception_only(error)).endswith(f": first{text['lines']}\n")
    first, *_ = f"first{text['lines']}".splitlines()
    assert repr(error) == f"<ForbiddenError: {first}>"
    assert (error.message, error.vendor_message, error.to_dict()) == (record["message"], text["text"], record)
