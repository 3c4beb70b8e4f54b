"""The OpenAPI document: msgspec describes types, signatures and docstrings describe operations."""

import html
import inspect
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any, Final, get_args, get_origin

import msgspec
from msgspec import UnsetType

from largesse import __version__
from largesse.http.csvfiles import MEDIA_TYPE, Csv, File, Upload
from largesse.http.description import Operation
from largesse.http.encoding import encode
from largesse.http.parameters import Place

_PLACE: Final = re.compile(r"\{(\w+):\w+\}")
_REFERENCE: Final = "#/components/schemas/{name}"
PAGE_HEADERS: Final = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
IDEMPOTENCY: Final = "Idempotency-Key"
STYLE: Final = "body{font:15px sans-serif;max-width:60em;margin:2em auto}code{font-size:13px}"

SECURITY: Final = {
    "integration": {"type": "apiKey", "in": "header", "name": "Authorization"},
    "management": {"type": "apiKey", "in": "header", "name": "Authorization"},
    "gateway": {"type": "apiKey", "in": "header", "name": "Authorization"},
}
ERROR: Final = {
    "type": "object",
    "required": ["message", "errors", "StatusCode"],
    "properties": {
        "message": {"type": "string"},
        "StatusCode": {"type": "integer"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["title", "details", "source"],
                "properties": {
                    "title": {"type": "string"},
                    "details": {"type": "string"},
                    "source": {
                        "type": "object",
                        "properties": {
                            kind: {"type": "string"}
                            for kind in ("pointer", "parameter", "line", "resource")
                        },
                    },
                },
            },
        },
    },
}
GATEWAY_ERROR: Final = {
    "type": "object",
    "required": ["StatusCode", "Error", "RequestUUID"],
    "properties": {
        "StatusCode": {"type": "integer"},
        "Error": {"type": "string"},
        "RequestUUID": {"type": "string", "format": "uuid"},
    },
}


def document(operations: Sequence[Operation]) -> bytes:
    """The JSON of the whole document."""
    types = _Types()
    for operation in operations:
        types.add(operation.body, operation.answer)
        for place in _places(operation):
            types.add(place.type)
    types.close()
    paths: dict[str, dict[str, Any]] = {}
    for operation, name in zip(operations, _names(operations), strict=True):
        described = {"operationId": name, **_described(operation, types)}
        paths.setdefault(public_path(operation.path), {})[operation.method.lower()] = described
    schemas = {**types.components, "Error": ERROR, "GatewayError": GATEWAY_ERROR}
    return encode(
        {
            "openapi": "3.1.0",
            "info": {"title": "Largesse", "version": __version__},
            "paths": paths,
            "components": {"schemas": schemas, "securitySchemes": SECURITY},
        }
    )


def page(operations: Iterable[Operation]) -> bytes:
    """A page that lists all operations."""
    by_tag: dict[str, list[Operation]] = {}
    for operation in operations:
        by_tag.setdefault((operation.tags or ("Other",))[0], []).append(operation)
    parts = ["<!doctype html><title>Largesse</title><style>", STYLE, "</style><h1>Largesse</h1>"]
    parts.append('<p>The whole description: <a href="/openapi.json">openapi.json</a></p>')
    for tag, members in sorted(by_tag.items()):
        parts.append(f"<h2>{html.escape(tag)}</h2><dl>")
        for operation in members:
            path = html.escape(f"{operation.method} {public_path(operation.path)}")
            parts.append(f"<dt><code>{path}</code><dd>{html.escape(_says(operation)[0])}")
        parts.append("</dl>")
    return "".join(parts).encode()


def public_path(path: str) -> str:
    """A path with the names of the contract: `/v1/applications/{applicationId}`."""
    return _PLACE.sub(lambda found: "{" + _camel(found[1]) + "}", path)


class _Types:
    """Collects types, describes them all at once so that names are unique, then looks them up."""

    def __init__(self) -> None:
        self._wanted: dict[str, Any] = {}
        self._described: Mapping[str, Any] = {}
        self.components: dict[str, Any] = {}

    def add(self, *kinds: Any) -> None:
        """Take note of types that will be asked for."""
        for kind in kinds:
            if kind not in (None, type(None), File) and msgspec_knows(kind):
                self._wanted[repr(_given(kind))] = _given(kind)

    def close(self) -> None:
        """Describe all types that were noted."""
        schemas, components = msgspec.json.schema_components(
            list(self._wanted.values()), ref_template=_REFERENCE
        )
        self._described = dict(zip(self._wanted, map(_numbers, schemas), strict=True))
        self.components = {name: _numbers(schema) for name, schema in components.items()}

    def schema(self, kind: Any) -> Any:
        """The description of a type; anything goes where there is none."""
        return self._described.get(repr(_given(kind)), {})


def msgspec_knows(kind: Any) -> bool:
    """Whether msgspec can describe a type; answers of the server's own kinds are not described."""
    try:
        msgspec.json.schema(_given(kind))
    except (TypeError, NotImplementedError):
        return False
    return True


def _given(kind: Any) -> Any:
    """A type without the possibility that nothing is given."""
    if get_origin(kind) is Annotated:
        inner, *marks = get_args(kind)
        return Annotated[(_given(inner), *marks)]
    members = [member for member in get_args(kind) if member is not UnsetType]
    if UnsetType not in get_args(kind) or not members:
        return kind
    made = members[0]
    for member in members[1:]:
        made = made | member
    return made


def _numbers(schema: Any) -> Any:
    """A description in which exact decimals are numbers, which is how they are written."""
    if isinstance(schema, list):
        return [_numbers(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("format") == "decimal":
        rest = {name: part for name, part in schema.items() if name != "format"}
        return {**rest, "type": "number"}
    return {name: _numbers(part) for name, part in schema.items()}


def _described(operation: Operation, types: _Types) -> dict[str, Any]:
    summary, description = _says(operation)
    described: dict[str, Any] = {
        "summary": summary,
        "tags": list(operation.tags),
        "parameters": list(_parameters(operation, types)),
        "responses": _responses(operation, types),
    }
    if description:
        described["description"] = description
    if operation.body is not None:
        described["requestBody"] = {"required": True, "content": _content(operation.body, types)}
    if operation.api in SECURITY and not operation.open:
        described["security"] = [{operation.api: []}]
    if operation.own:
        described["x-own"] = True
    return described


def _names(operations: Sequence[Operation]) -> Iterator[str]:
    """The functions' names. Twins of a later version or another API say so."""
    taken: set[str] = set()
    for operation in operations:
        name, version = operation.function.__name__, operation.path.split("/")[1]
        wishes = (name, f"{name}_{version}", f"{name}_{operation.api}_{version}")
        free = (wish for wish in wishes if wish not in taken)
        chosen = next(free, f"{name}_{len(taken)}")
        taken.add(chosen)
        yield chosen


def _says(operation: Operation) -> tuple[str, str]:
    first, _, rest = (inspect.getdoc(operation.function) or "").partition("\n")
    return first, rest.strip()


def _content(kind: Any, types: _Types) -> dict[str, Any]:
    if get_origin(kind) is Csv:
        return {MEDIA_TYPE: {"schema": {"type": "string", "format": "csv"}}}
    if kind is File or get_origin(kind) is Upload:
        upload = {
            "type": "object",
            "properties": {"upFile": {"type": "string", "format": "binary"}},
        }
        return {"multipart/form-data": {"schema": upload}}
    return {"application/json": {"schema": types.schema(kind)}}


def _responses(operation: Operation, types: _Types) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": "Done"}
    if operation.status != 204:
        answer["content"] = _content(operation.answer, types)
    error = "GatewayError" if operation.api == "gateway" else "Error"
    wrong = {"schema": {"$ref": _REFERENCE.format(name=error)}}
    return {
        str(operation.status): answer,
        "default": {"description": "What is wrong", "content": {"application/json": wrong}},
    }


def _places(operation: Operation) -> list[Place]:
    return [place for group in operation.parameters.groups for place in group.places]


def _parameters(operation: Operation, types: _Types) -> Iterable[dict[str, Any]]:
    for name, kind in operation.parameters.path.items():
        schema = {"type": "integer" if kind == "int" else "string"}
        yield {"name": _camel(name), "in": "path", "required": True, "schema": schema}
    for place in _places(operation):
        parameter = {
            "name": place.name,
            "in": place.where,
            "required": place.required,
            "schema": types.schema(place.type),
        }
        yield {**parameter, "description": place.description} if place.description else parameter
    where, _, header = operation.deployment.partition(":")
    if where == "header":
        host = {"type": "string", "format": "hostname"}
        yield {"name": header, "in": "header", "required": True, "schema": host}
    if operation.idempotent and all(place.name != IDEMPOTENCY for place in _places(operation)):
        limits = {"type": "string", "maxLength": 255}
        yield {"name": IDEMPOTENCY, "in": "header", "required": False, "schema": limits}


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)
