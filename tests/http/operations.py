"""Operations that exist for tests only: they echo, raise, and write."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from litestar.handlers import HTTPRouteHandler
from msgspec import UNSET, Meta

from largesse.http.errors import Busy
from largesse.http.operation import (
    Csv,
    File,
    Header,
    Query,
    Reply,
    Request,
    Upload,
    get,
    patch,
    post,
    put,
)
from largesse.kit.money import OutOfBounds
from largesse.kit.paging import PageQuery
from largesse.kit.problems import Conflict, Fault, Forbidden, Invalid, NotFound, TooMany
from largesse.kit.wire import Json, Maybe, Wire
from largesse.model.campaigns import Application
from largesse.model.people import Caller
from largesse.storage.db import Db


class Item(Wire, kw_only=True):
    """A line."""

    sku: Annotated[str, Meta(min_length=1, max_length=5, pattern="^[A-Z0-9]+$")]
    price: Decimal
    quantity: Annotated[int, Meta(ge=1, le=10)] = 1
    attributes: Maybe[dict[str, Json]] = UNSET


class Basket(Wire, kw_only=True):
    """A session, more or less."""

    state: Literal["open", "closed", "partially_returned", "cancelled"] = "open"
    cart_items: Maybe[Annotated[list[Item], Meta(max_length=3)]] = UNSET
    at: Maybe[datetime | None] = UNSET
    totals: Maybe[dict[str, Decimal]] = UNSET
    inner: Maybe["Basket"] = UNSET


class Body(Wire, kw_only=True):
    """What is sent."""

    customer_session: Basket


class Search(PageQuery, kw_only=True):
    """A query with members of its own."""

    name: Maybe[str] = UNSET
    tags: Maybe[list[str]] = UNSET


@post("/json", open=True, status=200)
async def echo(request: Request) -> Json:
    """Give back what came."""
    return await request.json()


@patch("/struct", open=True)
async def changed(data: Item) -> Item:
    """Give back what came."""
    return data


@put("/struct", open=True)
async def shaped(data: Body) -> Body:
    """Give back what came, if it has the shape."""
    return data


@get("/texts/{text:str}", open=True)
async def text_in_path(text: str) -> dict[str, str]:
    """The id as it was meant."""
    return {"text": text}


@get("/numbers/{number:int}", open=True)
async def number_in_path(number: int) -> int:
    """The number in the path."""
    return number


@get("/query", open=True)
async def values(
    search: Search,
    dry_run: bool = False,
    amount: Decimal = Decimal(0),
    at: Annotated[datetime | None, Query("when")] = None,
    flag: Annotated[bool, Header("X-Flag")] = False,
) -> dict[str, Any]:
    """All values of the query."""
    return {"search": search, "dryRun": dry_run, "amount": amount, "when": at, "flag": flag}


PROBLEMS: dict[str, Callable[[], Exception]] = {
    "invalid": lambda: Invalid("A reason", "/a/0", title="enum"),
    "several": lambda: Invalid.of(
        [
            Fault("a", "In the query", "parameter:sort"),
            Fault("b", "In a line", "line:17"),
            Fault("c", "Nowhere"),
        ]
    ),
    "forbidden": lambda: Forbidden("No"),
    "missing": lambda: NotFound("No coupon", "resource:coupon"),
    "conflict": lambda: Conflict("Twice", title="Duplicate"),
    "crowd": lambda: Conflict("", message="Too many requests at once"),
    "many": lambda: TooMany("Slow down", after_seconds=7),
    "busy": Busy,
    "slow": TimeoutError,
    "away": ConnectionRefusedError,
    "large": lambda: OutOfBounds("1"),
    "bug": lambda: ValueError("a secret"),
    "group": lambda: ExceptionGroup("a secret", [ValueError("a secret")]),
}


@get("/problems/{name:str}", open=True)
async def problem(name: str) -> None:
    """Raise."""
    raise PROBLEMS[name]()  # noqa: RSE102 - a factory, not a class


@get("/braze/problems/{name:str}", open=True)
async def problem_of_gateway(name: str) -> None:
    """Raise, as a call of the gateway."""
    raise PROBLEMS[name]()  # noqa: RSE102 - a factory, not a class


@post("/writes/{how:str}", open=True)
async def write(db: Db, how: str) -> Json:
    """Write a row, and end in some way."""
    await db.run("insert into account (name) values ($1)", how)
    if how.startswith("raises"):
        raise Conflict("No")
    return object() if how.startswith("unwritable") else how


@get("/applications/{application_id:int}", api="management", may="read applications")
async def read_application(application: Application) -> dict[str, int]:
    """An Application of the caller's account."""
    return {"id": application.id}


@get("/mine", api="integration")
async def own_application(application: Application, caller: Caller) -> dict[str, Any]:
    """The Application of the key."""
    return {"id": application.id, "test": caller.is_test}


@get("/whoever", api="management")
async def whoever(caller: Caller) -> dict[str, str]:
    """Who calls."""
    return {"kind": caller.kind}


@post("/braze/coupon", api="gateway", deployment="body:deploymentUrl", status=200)
async def by_body(caller: Caller, request: Request) -> Reply:
    """A call that names its deployment in the body."""
    return Reply({"platform": caller.platform})


@get("/cdp/who", api="gateway", deployment="header:destination-hostname")
async def by_header(caller: Caller) -> Json:
    """A call that names its deployment in a header."""
    return {"platform": caller.platform}


@get("/emarsys/who", api="gateway", deployment="query:deployment")
async def by_query(caller: Caller, external_id: Annotated[str, Query("externalId")] = "") -> Json:
    """A call that names its deployment in the query."""
    return {"platform": caller.platform, "externalId": external_id}


@post(
    "/mparticle",
    api="gateway",
    deployment="body:account.account_settings.deploymentURL",
    key="body:account.account_settings.apiKey",
    status=200,
)
async def by_settings(caller: Caller) -> Json:
    """A call that has its key in the body."""
    return {"platform": caller.platform}


class Line(Wire, kw_only=True):
    """A line of a file."""

    sku: str
    price: Decimal
    left_over: Maybe[int] = UNSET
    is_new: bool = False
    since: Maybe[datetime] = UNSET
    tags: Maybe[list[str]] = UNSET


@post("/files", open=True, status=200)
async def import_lines(file: Upload[Line]) -> list[tuple[int, Line]]:
    """Give back the lines of a file, with their numbers."""
    return file.lines


@post("/raw-files", open=True, status=200)
async def import_raw(data: File) -> int:
    """How large a file is."""
    return len(data)


@get("/files/{count:int}", open=True)
async def export_lines(count: int) -> Csv[Line]:
    """A file of this many lines."""
    line = Line(sku='a,"b"', price=Decimal("1.50"), since=datetime(2025, 1, 31, tzinfo=UTC))
    return Csv(Line, (line for _ in range(count)), name="lines.csv")


@get("/streams/{count:int}", open=True)
async def stream_lines(count: int) -> Csv[Line]:
    """The same, line by line."""

    async def lines() -> AsyncIterator[Line]:
        for number in range(count):
            yield Line(sku=str(number), price=Decimal(number), tags=["a", "b"], is_new=True)

    return Csv(Line, lines())


OPERATIONS = [member for member in list(globals().values()) if isinstance(member, HTTPRouteHandler)]
