"""Who calls, and whether they may: `ApiKey-v1`, `ManagementKey-v1`, `Bearer`; Basic for Emarsys.

These options of an operation are read here:

| Option | Means |
|---|---|
| `may` | the permission that a person needs |
| `open` | nobody needs to say who they are |
| `deployment` | where a gateway call names its deployment: `header:x`, `query:x`, `body:x.y` |
| `key` | where a gateway call has its key, when not in the Authorization header: `body:x.y` |
| `platform` | whose keys are taken, when not those of the path's family; `any` |
"""

import ipaddress
import re
from functools import cache
from typing import Final

from largesse.config import read_rate
from largesse.http import credentials, gateway
from largesse.http.description import Operation
from largesse.http.encoding import Request
from largesse.http.scopes import Server
from largesse.kit.problems import Forbidden, Invalid, Problem, TooMany, Unauthorized
from largesse.model.people import Caller
from largesse.storage.keys import Known

# API → scheme → the kind of secret.
SCHEMES: Final = {
    "integration": {"apikey-v1": "integration"},
    "management": {"managementkey-v1": "management", "bearer": "login"},
    "gateway": {"apikey-v1": "integration"},
}
_PLACE: Final = re.compile(r"\{[^}]*\}")


async def admit(server: Server, request: Request, operation: Operation) -> Caller | None:
    """The caller of an operation, who may call it. Raises `Unauthorized` or `Forbidden`.

    A deployment is looked at before the key, because it says whose key it is.
    """
    if operation.deployment:
        await _check_deployment(server, request, operation.deployment)
    if operation.open:
        return None
    secret, kind = await _secret(request, operation)
    if not credentials.is_well_formed(secret):
        raise _refused()
    known = await server.live.caller(kind, credentials.digest(secret))
    if known is None:
        raise _refused()
    _check(server, known, request, operation)
    await _check_settings(server, known.caller, request, operation)
    return known.caller


async def _check_deployment(server: Server, request: Request, place: str) -> None:
    named = await gateway.given(request, place)
    if not named:
        raise Invalid("No Deployment URL specified", _pointer(place), title="required")
    host = gateway.host_of(named)
    if not host or not await server.live.is_deployment(host):
        raise Invalid("The Deployment URL is not known here", _pointer(place), title="Unknown")


def _pointer(place: str) -> str:
    where, _, name = place.partition(":")
    return "/" + name.replace(".", "/") if where == "body" else f"parameter:{name}"


async def _secret(request: Request, operation: Operation) -> tuple[str, str]:
    """The secret that came with a request, and its kind."""
    if operation.key:
        secret = await gateway.given(request, operation.key)
        if not secret:
            raise _missing(operation)
        return secret, "integration"
    words = request.headers.get("authorization", "").split(None, 1)
    if not words:
        raise _missing(operation)
    scheme, secret = words[0].lower(), words[1].strip() if len(words) > 1 else ""
    if scheme == "basic" and gateway.family(operation.path) == "emarsys":
        return gateway.key_in_basic(secret), "integration"
    kind = SCHEMES[operation.api].get(scheme)
    if kind is None:
        raise _refused()
    return secret, kind


def _check(server: Server, known: Known, request: Request, operation: Operation) -> None:
    caller = known.caller
    if caller.expires is not None and caller.expires <= server.clock.now():
        raise _refused()
    if caller.kind == "integration":
        own = operation.platform or gateway.FAMILIES.get(gateway.family(operation.path), "none")
        if own != "any" and caller.platform not in ("none", own):
            raise _refused()
    if caller.endpoints and not _is_listed(caller, request, operation):
        raise Forbidden("This key is not for this endpoint", title="Forbidden")
    allowed = known.permissions
    if operation.may and allowed is not None and operation.may not in allowed:
        raise Forbidden(f"You lack the permission to {operation.may}", title="Forbidden")


async def _check_settings(
    server: Server, caller: Caller, request: Request, operation: Operation
) -> None:
    """What an administrator has set: who may call from where, and how often."""
    settings = await server.live.settings(caller.account_id)
    client = request.scope["client"]
    if settings.get("allowedIPs") and not _is_within(client, tuple(settings["allowedIPs"])):
        raise Forbidden("Calls from your address are not allowed", title="Forbidden")
    if operation.api == "gateway":
        text = settings.get("thirdPartyRate")
        rate = read_rate(text) if text else server.settings.third_party_rate
        if rate and (seconds := server.live.wait(caller.key_id, rate)):
            raise TooMany(TooMany.says, after_seconds=seconds)


def _is_within(client: tuple[str, int] | None, allowed: tuple[str, ...]) -> bool:
    address = ipaddress.ip_address(client[0]) if client else None
    return any(address in network for network in _networks(allowed) if address)


@cache
def _networks(texts: tuple[str, ...]) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    return [ipaddress.ip_network(text, strict=False) for text in texts]


def _is_listed(caller: Caller, request: Request, operation: Operation) -> bool:
    """Whether a key that is held to some endpoints may call this one."""
    paths = (_PLACE.sub("{}", operation.path), request.scope["path"])
    return any(
        method in ("", operation.method) and _PLACE.sub("{}", path.rstrip("/")) in paths
        for method, path in caller.endpoints
    )


def _missing(operation: Operation) -> Problem:
    text = "Missing Session Token" if operation.api == "gateway" else "Invalid API key"
    return Unauthorized(text)


def _refused() -> Problem:
    return Unauthorized("Invalid API key")
