"""What all calls of the third-party gateway share: families, deployments, bodies, odd keys.

A deployment is a name in a list. It is never connected to, and never looked up.
"""

import base64
import binascii
from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl

from largesse.http import lenient
from largesse.http.encoding import Request
from largesse.http.parameters import read_query
from largesse.kit.problems import Invalid, Unauthorized

T = TypeVar("T")

# The first part of a path → the platform whose keys it takes.
FAMILIES: Final = {
    "braze": "braze",
    "iterable": "iterable",
    "segment": "segment",
    "cdp": "customer_data",
    "customer_engagement": "customer_engagement",
    "mparticle": "mparticle",
    "emarsys": "emarsys",
    "selligent": "none",
}
_FORM: Final = "application/x-www-form-urlencoded"
_PORTS: Final = (":443", ":80")


def family(path: str) -> str:
    """The first part of a path, when it is the gateway's; else nothing."""
    first = path.lstrip("/").partition("/")[0]
    return first if first in FAMILIES else ""


async def read_body(request: Request, kind: type[T]) -> T:
    """The body as a `kind`, or `Invalid`."""
    body = await read_object(request)
    if family(request.scope["path"]) == "braze":
        body = lenient.unflattened(body)
    return lenient.read(body, kind)


async def read_object(request: Request) -> dict[str, Any]:
    """The body as an object: JSON, or a form, whose values are texts."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() == _FORM:
        try:
            pairs = parse_qsl(
                (await request.body()).decode(), keep_blank_values=True, errors="strict"
            )
        except ValueError:
            raise Invalid("The form cannot be read") from None
        return dict(pairs)
    body = await request.json()
    if not isinstance(body, dict):
        raise Invalid("A JSON object is expected", title="type")
    return body


async def given(request: Request, place: str) -> str:
    """The text at a place like `header:x`, `query:x` or `body:x.y`; nothing if there is none."""
    where, _, name = place.partition(":")
    if where == "header":
        return str(request.headers.get(name, "")).strip()
    if where == "query":
        texts = read_query(request.scope["query_string"], any_case=True).get(name.lower())
        return texts[-1].strip() if texts else ""
    found: Any = await read_object(request)
    for step in name.split("."):
        found = member(found, step)
    return found.strip() if isinstance(found, str) else ""


def member(value: Any, name: str) -> Any:
    """A member by its name in any letter case; None when there is none."""
    if not isinstance(value, dict):
        return None
    if name in value:
        return value[name]
    return next((inner for key, inner in value.items() if key.lower() == name.lower()), None)


def host_of(text: str) -> str:
    """The host by which a deployment is called, however it is spelled; nothing if it is none."""
    text = text.strip()
    scheme, found, rest = text.partition("://")
    if found:
        if scheme.lower() not in ("http", "https"):
            return ""
        text = rest
    for end in "/?#":
        text = text.partition(end)[0]
    for port in _PORTS:
        text = text.removesuffix(port)
    text = text.removesuffix(".").lower()
    try:
        host = text if text.isascii() else text.encode("idna").decode()
    except UnicodeError:
        return ""
    return "" if "@" in host else host


def key_in_basic(payload: str) -> str:
    """The key in a Basic header, which is `ApiKey-v1 <key>:` or `ApiKey-v1:<key>`."""
    try:
        text = base64.b64decode(payload, validate=True).decode()
    except (binascii.Error, ValueError):
        raise Unauthorized("Invalid API key") from None
    user, _, password = text.partition(":")
    scheme, _, key = user.strip().partition(" ")
    if scheme.lower() != "apikey-v1":
        raise Unauthorized("Invalid API key")
    return key.strip() or password.strip()
