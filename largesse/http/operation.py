"""`get`, `post`, `put`, `patch`, `delete`: an operation is a function; what repeats is a type.

    @put(STORE, tags=["Stores"], may="edit stores")
    async def update_store(db: Db, application: Application, store_id: int, data: UpdateStore)...

| In the signature | Is |
|---|---|
| `db: Db` | one transaction: committed when the answer is made, undone when anything is raised |
| `application: Application`, `campaign: Campaign` … | what the path names, loaded, else 404 |
| `caller: Caller`, `now: datetime`, `seed: bytes` | who calls, the time, randomness |
| `pool: Pool`, `live: Live`, `settings: Settings`, `request: Request` | parts of the server |
| a name of the path | its value: `{store_id:int}`, `{session_id:str}` |
| `data: T` | the JSON body |
| `file: Upload[Line]`, `data: File` | a CSV file that was sent, read or unread |
| `page: PageQuery`, or any other struct | query parameters, one for each member |
| anything else | a query parameter, `dry_run` as `dryRun`, or what `Query` or `Header` say |

    dry: Annotated[bool, Header("X-DRY-RUN")] = False

What is returned is the answer; `Csv[Line]` is a file to download. `Reply` chooses another status,
headers, or bytes; then `answer=` says what the documents show. `api` and `partners` import nothing
of the framework, only this file.
"""

from collections.abc import Callable, Mapping
from inspect import getdoc
from typing import Any, Final, get_origin, get_type_hints

from litestar import Response
from litestar.handlers import HTTPRouteHandler
from litestar.response import Stream
from msgspec import Struct

from largesse.http import auth, csvfiles, encoding, gateway, scopes
from largesse.http.csvfiles import Csv, File, Upload
from largesse.http.description import Function, Method, Operation
from largesse.http.encoding import Request
from largesse.http.parameters import Header, Parameters, Query
from largesse.kit.caps import BODY_BYTES_MAX

__all__ = (
    "Csv",
    "File",
    "Header",
    "Query",
    "Reply",
    "Request",
    "Upload",
    "delete",
    "get",
    "patch",
    "post",
    "put",
)

JSON: Final = "application/json"
NO_CONTENT: Final = 204


class Reply(Struct, frozen=True):
    """An answer with a status or headers of its own. A body of bytes is sent as it is."""

    body: Any = None
    status: int = 0  # 0: that of the operation
    headers: Mapping[str, str] = {}
    media_type: str = JSON


def get(path: str, **options: Any) -> Callable[[Function], HTTPRouteHandler]:
    """A function that answers GET. The options are those of `_operation`."""
    return _operation("GET", path, **options)


def post(path: str, **options: Any) -> Callable[[Function], HTTPRouteHandler]:
    """A function that answers POST, with 201 if nothing else is said."""
    return _operation("POST", path, **{"status": 201, **options})


def put(path: str, **options: Any) -> Callable[[Function], HTTPRouteHandler]:
    """A function that answers PUT."""
    return _operation("PUT", path, **options)


def patch(path: str, **options: Any) -> Callable[[Function], HTTPRouteHandler]:
    """A function that answers PATCH."""
    return _operation("PATCH", path, **options)


def delete(path: str, **options: Any) -> Callable[[Function], HTTPRouteHandler]:
    """A function that answers DELETE."""
    return _operation("DELETE", path, **options)


def _operation(
    method: Method, path: str, *, status: int = 200, **options: Any
) -> Callable[[Function], HTTPRouteHandler]:
    """The options are members of `Operation`; those about callers are explained in `auth.py`.

    A function that returns None answers 204.
    """

    def decorate(function: Function) -> HTTPRouteHandler:
        hints = get_type_hints(function, include_extras=True)
        returned = hints.pop("return", None)
        files = [name for name, kind in hints.items() if get_origin(kind) is Upload]
        body_name = files[0] if files else "data"
        body = hints.pop(body_name, None)
        takes = {name: kind for name, kind in hints.items() if scopes.gives(name, kind)}
        operation = Operation(
            method=method,
            path=path,
            function=function,
            parameters=Parameters.of(function, hints, takes, path),
            body=body,
            body_name=body_name,
            takes=takes,
            status=NO_CONTENT if returned is type(None) else status,
            **{"answer": None if returned is Reply else returned, **options},
        )
        return _handler(operation)

    return decorate


def _handler(operation: Operation) -> HTTPRouteHandler:
    async def run(request: Request) -> Response[Any]:
        return await _run(operation, request)

    is_file = operation.body is File or get_origin(operation.body) is Upload
    run.__name__ = run.__qualname__ = operation.function.__name__
    run.__doc__ = getdoc(operation.function)
    run.__module__ = operation.function.__module__
    return HTTPRouteHandler(
        operation.parameters.plain_path(operation.path),
        http_method=operation.method,
        status_code=200,  # Replies carry their own.
        opt={"operation": operation},
        request_max_body_size=csvfiles.UPLOAD_BYTES_MAX if is_file else BODY_BYTES_MAX,
        name=f"{run.__module__}.{run.__name__}",
    )(run)


async def _run(operation: Operation, request: Request) -> Response[Any]:
    """Caller, values, function, answer. What was written is committed when this returns."""
    server: scopes.Server = request.app.state.server
    caller = await auth.admit(server, request, operation)
    is_lenient = operation.api == "gateway"
    arguments = operation.parameters.read(request, is_lenient=is_lenient)
    if operation.body is not None:
        arguments[operation.body_name] = await _body(operation, request)
    if not operation.takes:
        return _reply(operation, await operation.function(**arguments))
    async with scopes.Scope(server, request, caller) as scope:
        for name, kind in operation.takes.items():
            arguments[name] = await scope.take(name, kind)
        return _reply(operation, await operation.function(**arguments))


async def _body(operation: Operation, request: Request) -> Any:
    if operation.body is File:
        return await csvfiles.read_file(request)
    if line := csvfiles.line_kind(operation.body, Upload):
        return await csvfiles.read_upload(request, line)
    read = gateway.read_body if operation.api == "gateway" else encoding.read_body
    return await read(request, operation.body)


def _reply(operation: Operation, answer: Any) -> Response[Any]:
    if isinstance(answer, Csv):
        return Stream(answer.chunks(), media_type=csvfiles.MEDIA_TYPE, headers=answer.headers)
    reply = answer if isinstance(answer, Reply) else Reply(answer)
    status = reply.status or operation.status
    content = reply.body if isinstance(reply.body, bytes) else encoding.encode(reply.body)
    return Response(
        b"" if status == NO_CONTENT else content,
        status_code=status,
        media_type=reply.media_type,
        headers=reply.headers,
    )
