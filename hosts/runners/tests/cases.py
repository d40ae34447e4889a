"""The fixtures, as the component alone is asked them: over real HTTP, with a server in place of the service."""

import json
from dataclasses import dataclass
from typing import Any

import tomli
from canonical import canonical
from conftest import FIXTURES, UNSERVED, Serve, Tell

_CODE = "wasmtime does not find the error code of a body that breaks, so that every one is a `reset`"

DIFFERING = {
    "between_bytes_timeout": _CODE,
    "chunk_missing": _CODE,
    "length_too_long": _CODE,
    "reset_then_success": "wasmtime takes a connection that ends without an answer for a breach of HTTP",
}
"""The fixtures to which the component has another answer on wasmtime, and why."""

NAMES = sorted(folder.name for folder in FIXTURES.iterdir())
APPLICABLE = [name for name in NAMES if name not in UNSERVED]


@dataclass
class Case:
    """A fixture, with the server of a test in place of the service."""

    name: str
    connection: dict[str, Any]
    query: list[dict[str, Any]] | None
    """None: the project is looked up, and nothing listed."""
    expected: dict[str, Any]

    def compare(self, outcome: dict[str, Any], tell: Tell) -> None:
        """Fails unless the outcome is the expected one, or differs where that is known."""
        if why := DIFFERING.get(self.name):
            assert canonical(outcome) != canonical(self.expected), "it does not differ any more"
            tell(self.name, why, differs=True)
        else:
            assert canonical(outcome) == canonical(self.expected)
            tell(self.name, None)


def read(name: str, serve: Serve) -> Case:
    """Reads a fixture, and serves it."""
    case = tomli.loads((FIXTURES / name / "case.toml").read_text("utf-8"))
    expected = json.loads((FIXTURES / name / "expected.json").read_text("utf-8"))
    server = serve(name)
    led = {"endpoint": server, "iam_endpoint": server}
    nothing_sent = expected.get("error", {}).get("attempts") == 0
    # Where a part of the connection is not valid, it may be an endpoint.
    connection = led | case["connection"] if nothing_sent else case["connection"] | led
    query = None if case.get("operation") == "find-project" else case.get("query", [])
    return Case(name, connection, query, expected)


def tell_of_others(tell: Tell) -> None:
    """Says why the others are not applicable."""
    assert set(UNSERVED) | set(DIFFERING) <= set(NAMES)
    for name, why in UNSERVED.items():
        tell(name, why)
