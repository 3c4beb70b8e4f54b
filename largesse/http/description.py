"""All that is known of an operation: the server runs it, documents describe it, laws walk it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Literal

from msgspec import Struct

from largesse.http.parameters import Parameters

Api = Literal["integration", "management", "gateway", "server"]
Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
Function = Callable[..., Awaitable[Any]]


class Operation(Struct, kw_only=True):
    """A function with its path and all its options."""

    method: Method
    path: str
    function: Function
    parameters: Parameters
    body: Any  # the type of the body, or None
    body_name: str
    takes: Mapping[str, Any]  # what `scopes.py` gives
    answer: Any
    status: int
    tags: Sequence[str] = ()
    may: str = ""
    own: bool = False
    idempotent: bool = False
    api: Api = "server"  # set where the operation is found
    open: bool = False
    deployment: str = ""
    key: str = ""
    platform: str = ""

    @property
    def name(self) -> str:
        """What a person calls it: `PUT /v2/customer_sessions/{customer_session_id:str}`."""
        return f"{self.method} {self.path}"
