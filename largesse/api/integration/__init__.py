"""The Integration API: what shops call while customers shop."""

import hashlib

from largesse.deciding.loop import Repeat
from largesse.http.operation import Request
from largesse.kit.caps import IDEMPOTENCY_KEY_MAX
from largesse.kit.problems import Invalid


async def repeat_of(request: Request, key: str) -> Repeat | None:
    """The idempotency key of a request with a fingerprint of what it says, or None where it has no
    key.

    Raises `Invalid` for a key that is too long.
    """
    if not key:
        return None
    if len(key) > IDEMPOTENCY_KEY_MAX:
        raise Invalid(
            f"An Idempotency-Key has {IDEMPOTENCY_KEY_MAX} characters at most",
            "parameter:Idempotency-Key",
            title="maxLength",
        )
    said = hashlib.sha256(f"{request.method} {request.scope['path']}?".encode())
    said.update(request.scope["query_string"] + b"\n" + await request.body())
    return Repeat(key, said.hexdigest())
