"""Problems become the error bodies of the API that was called: the last handler of all."""

from collections.abc import Iterable
from typing import Any

import litestar
from litestar import Response
from litestar.exceptions import (
    HTTPException,
    InternalServerException,
    MethodNotAllowedException,
    NotFoundException,
)

from largesse.http import gateway
from largesse.http.encoding import encode
from largesse.kit.log import log
from largesse.kit.money import OutOfBounds
from largesse.kit.problems import (
    Conflict,
    Fault,
    Forbidden,
    Invalid,
    NotFound,
    Problem,
    TooMany,
    Unauthorized,
)
from largesse.storage.db import as_problem, is_away


class Busy(Problem):
    """All connections are in use, or the database does not answer in time: 503."""

    status = 503
    says = "The server is busy"

    def __init__(self) -> None:
        super().__init__("Try again in a moment", title="Busy")


class WrongMethod(Problem):
    """The path exists, the method does not: 405."""

    status = 405
    says = "Method not allowed"


class TooLarge(Problem):
    """More than we read: 413."""

    status = 413
    says = "The body is too large"


class Broken(Problem):
    """A bug of ours: 500. Nothing of it reaches the caller."""

    status = 500
    says = "Internal server error"


def answer(request: litestar.Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """The answer to whatever was raised; what no caller can have caused is logged."""
    problem, path = _as_problem(error), request.scope["path"]
    request_id = request.scope["state"].get("request_id", "")
    if isinstance(problem, Busy):
        # A busy server has no time to write out where it was busy.
        log.warning("busy", request_id=request_id, path=path, problem=repr(error))
    elif problem.status >= Broken.status:
        log.error("request failed", request_id=request_id, path=path, exc_info=error)
    if gateway.family(path):
        problem = _as_gateway_says(problem)
        body = _gateway_body(problem, request_id)
    else:
        body = _body(problem)
    return Response(
        body,
        status_code=problem.status,
        media_type="application/json",
        headers=_headers(problem, error),
    )


def _as_problem(error: Exception) -> Problem:
    if isinstance(error, Problem):
        return error
    if is_away(error):
        return Busy()
    if isinstance(error, OutOfBounds):
        return Invalid(f"Out of bounds: {error}", title="maximum")
    if isinstance(error, HTTPException) and error.status_code < Broken.status:
        return _as_ours(error)
    if isinstance(error, InternalServerException) and "disconnected" in error.detail:
        return Invalid("The request ended early")
    return as_problem(error) or Broken("", title="Internal")


def _as_ours(error: HTTPException) -> Problem:
    """What the framework raises before an operation is reached."""
    if isinstance(error, NotFoundException):
        return NotFound("There is nothing at this path", "resource:path", title="Not found")
    if isinstance(error, MethodNotAllowedException):
        return WrongMethod("This path has other methods, named in Allow", title="Method")
    if error.status_code == TooLarge.status:
        return TooLarge("Send less at once", title="maxLength")
    return Invalid("The request cannot be read", title="Invalid request")


def _headers(problem: Problem, error: Exception) -> dict[str, str]:
    headers = {}
    if isinstance(problem, TooMany):
        headers["Retry-After"] = str(problem.after_seconds)
    elif isinstance(problem, Conflict | Busy):
        headers["Retry-After"] = "1"
    if isinstance(problem, WrongMethod) and isinstance(error, HTTPException):
        headers["Allow"] = (error.headers or {}).get("allow", "")
    return headers


def _body(problem: Problem) -> bytes:
    errors = [
        {"title": fault.title, "details": fault.details, "source": _source(fault.at)}
        for fault in _shown(problem)
    ]
    return encode({"message": problem.message, "errors": errors, "StatusCode": problem.status})


def _shown(problem: Problem) -> Iterable[Fault]:
    if isinstance(problem, Broken | Unauthorized):
        return ()
    return [fault for fault in problem.faults if fault.details]


def _source(at: str) -> dict[str, str]:
    kind, colon, name = at.partition(":")
    if colon and kind in ("parameter", "line", "resource"):
        return {kind: name}
    return {"pointer": at} if at == "" or at.startswith("/") else {"resource": at}


def _as_gateway_says(problem: Problem) -> Problem:
    """The gateway knows no 403, and says 429 where the Integration API says 409 to a crowd."""
    if isinstance(problem, Forbidden):
        return Unauthorized(problem.faults[0].details)
    if isinstance(problem, Conflict) and problem.message.startswith(TooMany.says):
        return TooMany(TooMany.says)
    return problem


def _gateway_body(problem: Problem, request_id: str) -> bytes:
    """Exactly these members in this order, and a newline at the end."""
    says = problem.faults[0].details or problem.message
    text = says if problem.status < Broken.status else "unknown error"
    return encode({"StatusCode": problem.status, "Error": text, "RequestUUID": request_id}) + b"\n"
