"""WAVE, the text form of values by which the wasmtime command line takes arguments and prints results."""

import json
import re
from typing import Any


def written(connection: dict[str, Any], query: list[dict[str, Any]] | None = None) -> str:
    """The arguments of a call, from the form that fixtures have; without a query those of `find-project`."""
    if query is None:
        return _connection(connection)
    return f"{_connection(connection)}, [{', '.join(_term(term) for term in query)}]"


def read(text: str) -> Any:
    """A value in the JSON form: names in snake_case, a case with payload as an object; a missing value is left out."""
    reader = _Reader(text.strip())
    value = reader.value()
    assert reader.at_end(), "more than a value"
    return value


def _connection(fields: dict[str, Any]) -> str:
    members = {name: _text(value) if isinstance(value, str) else str(value) for name, value in fields.items()}
    match fields["credentials"]:
        case {"token": token}:
            members["credentials"] = f"token({_text(token)})"
        case {"access_key": key}:
            members["credentials"] = f"access-key({_record({name: _text(value) for name, value in key.items()})})"
        case word:
            members["credentials"] = word
    return _record(members)


def _term(term: dict[str, Any]) -> str:
    ((name, value),) = term.items()
    match name, value:
        case "status", statuses:
            payload = f"[{', '.join(_case(status) for status in statuses)}]"
        case "config_mode", mode:
            payload = _case(mode)
        case "order_by", order:
            payload = _record({member: _kebab(word) for member, word in order.items()})
        case _, dict():
            payload = _record({member: str(number) for member, number in value.items()})
        case _, str():
            payload = _text(value)
        case _:
            payload = str(value)
    return f"{_kebab(name)}({payload})"


def _case(case: Any) -> str:
    if isinstance(case, str):
        return _kebab(case)
    ((name, value),) = case.items()
    return f"{_kebab(name)}({_text(value) if isinstance(value, str) else value})"


def _record(members: dict[str, str]) -> str:
    # An empty record is written so, for it could be a set of flags.
    return "{" + (", ".join(f"{_kebab(name)}: {value}" for name, value in members.items()) or ":") + "}"


def _kebab(name: str) -> str:
    return name.replace("_", "-")


def _text(text: str) -> str:
    # WAVE escapes as JSON does, except for what JSON writes as four digits.
    return re.sub(r"\\u([0-9a-f]{4})", r"\\u{\1}", json.dumps(text, ensure_ascii=False))


_TOKEN = re.compile(
    r"""\s*(?:
        (?P<number>-?[0-9]+)
      | "(?P<string>(?:[^"\\]|\\.)*)"
      | %?(?P<word>[a-z][a-z0-9-]*)
      | (?P<mark>[\[\]{}(),:])
    )""",
    re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]+)\}|(.))")
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t"}


class _Reader:
    """Reads value after value, each by what it begins with. The command line's own output is taken to be WAVE."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def at_end(self) -> bool:
        return self._at == len(self._text)

    def value(self) -> Any:
        kind, text = self._next()
        if kind == "number":
            return int(text)
        if kind == "string":
            return _ESCAPE.sub(_unescaped, text)
        if kind == "word":
            return self._case(text.replace("-", "_"))
        return self._list() if text == "[" else self._record()

    def _case(self, word: str) -> Any:
        if word in ("true", "false"):
            return word == "true"
        if not self._skip("("):
            return None if word == "none" else word
        value = self.value()
        assert self._skip(")")
        return value if word == "some" else {word: value}

    def _list(self) -> list[Any]:
        items = []
        while not self._skip("]"):
            items.append(self.value())
            self._skip(",")
        return items

    def _record(self) -> dict[str, Any]:
        members = {}
        # Stands in a record of which nothing is left.
        self._skip(":")
        while not self._skip("}"):
            name = self._next()[1].replace("-", "_")
            assert self._skip(":")
            members[name] = self.value()
            self._skip(",")
        return members

    def _skip(self, mark: str) -> bool:
        found = _TOKEN.match(self._text, self._at)
        if found is None or found["mark"] != mark:
            return False
        self._at = found.end()
        return True

    def _next(self) -> tuple[str, str]:
        found = _TOKEN.match(self._text, self._at)
        assert found, f"no value: {self._text[self._at : self._at + 80]}"
        self._at = found.end()
        kind = str(found.lastgroup)
        return kind, found[kind]


def _unescaped(found: re.Match[str]) -> str:
    return chr(int(found[1], 16)) if found[1] else _ESCAPED.get(found[2], found[2])
