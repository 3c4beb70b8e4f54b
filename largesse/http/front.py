"""The outermost shell of every request: its id, its path for the router, its duration."""

import time
import uuid
from typing import Any, Final
from urllib.parse import unquote_to_bytes

from litestar import Litestar
from prometheus_client import Counter, Histogram
from structlog.contextvars import bound_contextvars

_REQUESTS: Final = Counter(
    "largesse_requests_total", "Answered requests", ("method", "path", "status")
)
_SECONDS: Final = Histogram(
    "largesse_request_seconds",
    "Seconds from the first byte of a request to the last of its answer",
    ("method", "path"),
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5),
)


class App(Litestar):
    """The application behind its shell."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        request_id = str(uuid.uuid4())
        scope.setdefault("state", {})["request_id"] = request_id
        scope["path"] = routable(scope["path"], scope.get("raw_path", b""))
        own = ((b"x-request-id", request_id.encode()), (b"x-content-type-options", b"nosniff"))
        began, status = time.perf_counter(), 0

        async def marked(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], *own]
            await send(message)

        with bound_contextvars(request_id=request_id):
            await super().__call__(scope, receive, marked)
        path = scope.get("path_template", "") or "unknown"
        _REQUESTS.labels(scope["method"], path, status).inc()
        _SECONDS.labels(scope["method"], path).observe(time.perf_counter() - began)


def routable(path: str, raw: bytes) -> str:
    """A path whose parts hold no slash of their own, so that an id may have one.

    The server has decoded the path already. We take it as it was sent and decode each part once,
    all but the slash and the sign of encoding itself; `parameters.decode_segment` does the rest.
    """
    if b"%" not in raw:
        return path
    return "/".join(_part(part) for part in raw.decode("latin-1").split("/"))


def _part(raw: str) -> str:
    try:
        text = unquote_to_bytes(raw).decode()
    except UnicodeDecodeError:
        return raw
    return text.replace("%", "%25").replace("/", "%2F")
