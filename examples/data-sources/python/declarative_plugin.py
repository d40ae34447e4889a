"""Makes a component of `declarative:plugin/data-source` from a table of data sources. Copy this file unchanged."""

import json
import re
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from urllib.parse import urlencode

from componentize_py_types import Err
from wit_world.exports import data_source as contract
from wit_world.imports import outgoing_handler, streams, types

LARGEST_ANSWER = 16 << 20
"""The largest answer that is read, in bytes."""

LONGEST_MESSAGE = 2000
"""Diagnostics are for people: a longer message is cut."""


@dataclass
class Type:
    """A type of values. `attributes` are those of an object."""

    element: contract.ElementType | None = None
    attributes: list["Attribute"] = field(default_factory=list)
    collections: list[contract.Collection] = field(default_factory=list)


TEXT = Type(contract.ElementType_Text())
NUMBER = Type(contract.ElementType_Number())
TRUTH_VALUE = Type(contract.ElementType_TruthValue())


def object_of(*attributes: "Attribute") -> Type:
    """An object with these attributes."""
    return Type(attributes=list(attributes))


def list_of(type: Type) -> Type:
    """A list of values of this type."""
    return Type(type.element, type.attributes, [contract.Collection.LIST, *type.collections])


@dataclass
class Attribute:
    """An attribute: `mode` is REQUIRED, OPTIONAL, COMPUTED or OPTIONAL_COMPUTED."""

    name: str
    type: Type
    mode: contract.Mode
    description: str
    sensitive: bool = False
    deprecated: str | None = None
    environment: list[str] = field(default_factory=list)


REQUIRED, OPTIONAL, COMPUTED, OPTIONAL_COMPUTED = contract.Mode


@dataclass
class Request:
    """A kind of request. In `path`, `{}` stands for one segment. `query` holds the names in its query."""

    method: str
    path: str
    query: list[str] = field(default_factory=list)


@dataclass
class Endpoint:
    """Where requests of a role go: to the origin that the provider's `attribute` names, or else to `defaults`."""

    role: str
    attribute: str
    defaults: list[str]
    requests: list[Request]
    stable: bool = False


@dataclass
class Source:
    """A data source. `read` returns the computed attributes. `check` raises `Failure`; what is null may be unknown."""

    name: str
    description: str
    attributes: list[Attribute]
    read: Callable[["Call"], dict]
    check: Callable[[dict], None] = lambda arguments: None
    deprecated: str | None = None


def header(name: str, attribute: str, prefix: str = "") -> contract.Authentication:
    """A header that the host sets to the value of the provider's attribute, which the component does not see."""
    return contract.Authentication_Header(contract.Header(name, prefix, attribute))


class Failure(Exception):
    """An error that people can understand. `path` leads to the argument at fault: names, and indices of lists."""

    def __init__(self, summary: str, detail: str = "", path: list[str | int] | None = None):
        super().__init__(summary)
        self.diagnostic = _diagnostic(contract.Severity.ERROR, summary, detail, path)


@dataclass
class Call:
    """A read: the arguments, the provider's configuration, and the origins of each role."""

    arguments: dict
    provider: dict
    origins: dict[str, list[str]]
    authentication: list[contract.Authentication]
    warnings: list[contract.Diagnostic] = field(default_factory=list)

    def warn(self, summary: str, detail: str = "", path: list[str | int] | None = None) -> None:
        """Adds a warning to the result."""
        self.warnings.append(_diagnostic(contract.Severity.WARNING, summary, detail, path))

    def get(self, role: str, path: str, **query: str | None):
        """Makes a GET request to the first origin of a role, and returns the JSON of the answer. `path` is encoded."""
        if not self.origins.get(role):
            raise Failure(f"The endpoint {role} has no origin")
        search = urlencode({name: value for name, value in query.items() if value is not None})
        # A query may hold secrets: no message shows it.
        where = self.origins[role][0] + path
        status, body = _send(where, f"?{search}" if search else "", self._headers())
        if status != 200:
            shown = body[:200].decode(errors="replace")
            raise Failure(f"The service answers with status {status}", f"GET {where}: {shown}")
        try:
            return parse(body)
        except ValueError as error:
            raise Failure("The answer of the service is not JSON", f"GET {where}: {error}.") from error

    def _headers(self) -> list[tuple[str, bytes]]:
        # A host that authenticates passes null. Only one that cannot leaves the header to the component.
        for way in self.authentication:
            if isinstance(way, contract.Authentication_Header) and self.provider.get(way.value.attribute) is not None:
                return [(way.value.name, (way.value.prefix + self.provider[way.value.attribute]).encode())]
        return []


@dataclass
class Plugin:
    """The component. Name its instance `DataSource` and call it: the tool looks for a class of that name."""

    name: str
    description: str
    provider: list[Attribute]
    sources: list[Source]
    endpoints: list[Endpoint] = field(default_factory=list)
    authentication: list[contract.Authentication] = field(default_factory=list)

    def __call__(self) -> "Plugin":
        return self

    def describe(self) -> contract.Description:
        objects = [self.provider, *(source.attributes for source in self.sources)]
        described = []
        # The list grows while its objects are described: those within others come after them.
        for attributes in objects:
            described.append(contract.ObjectType([_described(attribute, objects) for attribute in attributes]))
        sources = [contract.Source(s.name, s.description, at, s.deprecated) for at, s in enumerate(self.sources, 1)]
        endpoints = [contract.Endpoint(e.role, e.attribute, e.defaults, e.stable) for e in self.endpoints]
        return contract.Description(
            self.name, self.description, described, 0, sources, self.authentication, endpoints
        )

    def needs(self) -> list[contract.Need]:
        return [contract.Need(e.role, r.method, r.path, r.query) for e in self.endpoints for r in e.requests]

    def validate_provider(self, configuration: contract.Values) -> list[contract.Diagnostic]:
        return []

    def validate_arguments(self, source: str, arguments: contract.Values) -> list[contract.Diagnostic]:
        try:
            self._source(source).check(parse(arguments.json))
        except Exception as error:
            return [_reported(source, error)]
        return []

    def read(self, source: str, provider: contract.Values, arguments: contract.Values) -> contract.Reading:
        given, configured = parse(arguments.json), parse(provider.json)
        endpoints = [_resolved(endpoint, configured, given) for endpoint in self.endpoints]
        return self.read_at(source, provider, arguments, endpoints)

    def read_at(
        self, source: str, provider: contract.Values, arguments: contract.Values, endpoints: list[contract.Resolved]
    ) -> contract.Reading:
        try:
            origins = {endpoint.role: endpoint.origins for endpoint in endpoints}
            call = Call(parse(arguments.json), parse(provider.json), origins, self.authentication)
            self._source(source).check(call.arguments)
            return contract.Reading(write(self._source(source).read(call)), call.warnings)
        except Exception as error:
            raise Err([_reported(source, error)]) from error

    def _source(self, name: str) -> Source:
        return next(source for source in self.sources if source.name == name)


def parse(text: str | bytes):
    """Reads JSON. Whole numbers are exact, and so are decimals: they are `Decimal`."""
    return json.loads(text, parse_float=Decimal)


def write(value) -> str:
    """Writes JSON. Every digit of a `Decimal` is kept, which `json` cannot do."""
    match value:
        case dict():
            return "{" + ",".join(f"{json.dumps(str(name))}:{write(one)}" for name, one in value.items()) + "}"
        case list() | tuple():
            return "[" + ",".join(map(write, value)) + "]"
        case Decimal():
            return str(value)
        case _:
            return json.dumps(value, allow_nan=False)


def _send(where: str, query: str, headers: list[tuple[str, bytes]]) -> tuple[int, bytes]:
    scheme, _, rest = where.partition("://")
    authority, _, path = rest.partition("/")
    request = types.OutgoingRequest(types.Fields.from_list(headers))
    request.set_scheme(types.Scheme_Http() if scheme == "http" else types.Scheme_Https())
    request.set_authority(authority)
    request.set_path_with_query(f"/{path}{query}")
    try:
        with outgoing_handler.handle(request, None) as future:
            # A resource is dropped before the one that it is part of, which the end of each `with` does.
            with future.subscribe() as ready:
                ready.block()
            answer = future.get().value
            if isinstance(answer, Err):
                raise answer
            with answer.value as response:
                return response.status(), _read_body(response)
    except Err as error:
        # The name of an error of wasi:http, such as `ErrorCode_ConnectionRefused`.
        code = type(error.value).__name__.removeprefix("ErrorCode_")
        more = getattr(error.value, "value", None)
        raise Failure("The request failed", f"GET {where}: {code}" + (f" ({more})" if more else "")) from error


def _read_body(response: types.IncomingResponse) -> bytes:
    read = bytearray()
    with response.consume() as body, body.stream() as stream:
        while len(read) <= LARGEST_ANSWER:
            try:
                read += stream.blocking_read(65536)
            except Err as error:
                if isinstance(error.value, streams.StreamError_Closed):
                    return bytes(read)
                raise
    raise Failure(f"The answer of the service is larger than {LARGEST_ANSWER} bytes")


def _reported(source: str, error: Exception) -> contract.Diagnostic:
    if isinstance(error, Failure):
        return error.diagnostic
    places = [f"{place.name}, {place.filename}:{place.lineno}" for place in traceback.extract_tb(error.__traceback__)]
    detail = f"{type(error).__name__}: {error}\n{places[-1]}\nReport this to the authors of the component."
    return _diagnostic(contract.Severity.ERROR, f"The data source {source} is at fault", detail, None)


def _diagnostic(severity, summary, detail, path) -> contract.Diagnostic:
    step = {str: contract.Step_Attribute, int: contract.Step_Index}
    steps = None if path is None else [step[type(one)](one) for one in path]
    return contract.Diagnostic(severity, summary[:LONGEST_MESSAGE], detail[:LONGEST_MESSAGE], steps)


def _described(attribute: Attribute, objects: list) -> contract.Attribute:
    element = attribute.type.element
    if element is None:
        element = contract.ElementType_Object(len(objects))
        objects.append(attribute.type.attributes)
    holds = contract.ValueType(attribute.type.collections, element)
    more = (attribute.sensitive, attribute.deprecated, attribute.environment)
    return contract.Attribute(attribute.name, holds, attribute.mode, attribute.description, *more)


def _resolved(endpoint: Endpoint, provider: dict, arguments: dict) -> contract.Resolved:
    """The origins, for a host that does not complete them."""
    if provider.get(endpoint.attribute):
        return contract.Resolved(endpoint.role, [provider[endpoint.attribute]])

    def value(name: re.Match) -> str:
        text = arguments.get(name[1]) or provider.get(name[1])
        # Another text could lead to another host.
        return text if isinstance(text, str) and re.fullmatch("[a-z0-9-]+", text) else name[0]

    complete = [re.sub(r"\{(\w+)\}", value, one) for one in endpoint.defaults]
    return contract.Resolved(endpoint.role, [origin for origin in complete if "{" not in origin])
