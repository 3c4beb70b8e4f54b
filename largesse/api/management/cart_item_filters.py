"""Cart item filters of an Application: expressions that choose items of a cart by name."""

from datetime import datetime
from typing import Annotated, Final

from msgspec import UNSET, Meta

from largesse.engine.effects import table
from largesse.engine.expr.check import check as check_expression
from largesse.engine.expr.read import read_all
from largesse.engine.expr.types import ANY, ListOf
from largesse.engine.vocabulary import names_of
from largesse.http.operation import delete, get, post, put
from largesse.kit.paging import Page, PageQuery
from largesse.kit.problems import Fault, Invalid, must
from largesse.kit.wire import Json, Maybe, Wire
from largesse.model.campaigns import Application, Text
from largesse.storage import applications, attributes
from largesse.storage import cart_item_filters as filters
from largesse.storage.cart_item_filters import CartItemFilter
from largesse.storage.db import Db

TAG: Final = "Cart item filters"
FILTERS: Final = "/v1/applications/{application_id:int}/cart_item_filters"
FILTER: Final = FILTERS + "/{cart_item_filter_id:int}"
PAGE_SIZE_MAX: Final = 50


class WritableCartItemFilter(Wire, kw_only=True):
    """A filter as it shall be: a name, and an expression that gives items."""

    name: Text
    expression: Annotated[list[Json], Meta(min_length=1)]


class ApplicationCIF(Wire, kw_only=True):
    """A filter. Its one expression has the same id."""

    id: int
    created: datetime
    modified: datetime
    name: str
    application_id: int
    active_expression_id: int


class ApplicationCIFExpression(Wire, kw_only=True):
    """The expression of a filter."""

    id: int
    created: datetime
    application_id: int
    cart_item_filter_id: int
    expression: list[Json]


class FilterPageQuery(PageQuery, kw_only=True):
    """Which part of a list of filters is wanted."""

    page_size: Annotated[int, Meta(ge=1, le=PAGE_SIZE_MAX)] = PAGE_SIZE_MAX


@get(FILTERS, tags=[TAG], may="read campaigns")
async def list_application_cart_item_filters(
    db: Db, application: Application, page: FilterPageQuery, name: Maybe[str] = UNSET
) -> Page[ApplicationCIF]:
    """List the cart item filters of an Application."""
    found = await filters.page(db, application.id, name, page)
    return Page(has_more=found.has_more, data=[shown(one) for one in found.data])


@post(FILTERS, tags=[TAG], may="edit campaigns", own=True)
async def create_cart_item_filter(
    db: Db, application: Application, data: WritableCartItemFilter, now: datetime
) -> ApplicationCIF:
    """Create a cart item filter."""
    await check(db, application, data)
    values = {"name": data.name, "expression": data.expression}
    made = await filters.insert(db, application.id, values, now)
    await applications.touch(db, application.id)
    return shown(made)


@put(FILTER, tags=[TAG], may="edit campaigns", own=True)
async def update_cart_item_filter(
    db: Db,
    application: Application,
    cart_item_filter_id: int,
    data: WritableCartItemFilter,
    now: datetime,
) -> ApplicationCIF:
    """Change a cart item filter."""
    found = await filters.find(db, application.id, cart_item_filter_id)
    must(found, "cart item filter", cart_item_filter_id)
    await check(db, application, data)
    values = {"name": data.name, "expression": data.expression, "modified": now}
    changed = await filters.update(db, application.id, cart_item_filter_id, values)
    await applications.touch(db, application.id)
    return shown(must(changed, "cart item filter", cart_item_filter_id))


@delete(FILTER, tags=[TAG], may="edit campaigns", own=True)
async def delete_cart_item_filter(
    db: Db, application: Application, cart_item_filter_id: int
) -> None:
    """Delete a cart item filter."""
    gone = await filters.delete(db, application.id, cart_item_filter_id)
    must(gone or None, "cart item filter", cart_item_filter_id)
    await applications.touch(db, application.id)


@get(FILTER + "/expressions/{expression_id:int}", tags=[TAG], may="read campaigns")
async def get_application_cart_item_filter_expression(
    db: Db, application: Application, cart_item_filter_id: int, expression_id: int
) -> ApplicationCIFExpression:
    """Get the expression of a cart item filter."""
    found = await filters.find(db, application.id, cart_item_filter_id)
    one = must(found, "cart item filter", cart_item_filter_id)
    must(expression_id == one.id or None, "expression", expression_id)
    return ApplicationCIFExpression(
        id=one.id,
        created=one.modified,
        application_id=one.application_id,
        cart_item_filter_id=one.id,
        expression=one.expression,
    )


def shown(one: CartItemFilter) -> ApplicationCIF:
    """A filter as a list shows it."""
    return ApplicationCIF(
        id=one.id,
        created=one.created,
        modified=one.modified,
        name=one.name,
        application_id=one.application_id,
        active_expression_id=one.id,
    )


async def check(db: Db, application: Application, data: WritableCartItemFilter) -> None:
    """Raise `Invalid` with everything that is wrong with an expression."""
    node, faults = read_all(data.expression, table())
    if faults:
        raise Invalid.of([Fault(one.title, one.details, f"/expression{one.at}") for one in faults])
    names = names_of(await attributes.of_account(db, application.account_id), application.id)
    found = check_expression(node, table(), names, expected=ListOf(ANY), at="/expression").faults
    if found:
        raise Invalid.of(found)
