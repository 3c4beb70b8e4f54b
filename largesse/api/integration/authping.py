"""Whether a key is good: asked by platforms when someone enters one."""

from largesse.http.operation import get


@get("/v2/authping", tags=["Keys"], own=True, platform="any")
async def ping() -> None:
    """Answer 204 to a good key of any platform, 401 to any other."""
