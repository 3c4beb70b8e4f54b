"""Collections: lists of texts that rules look things up in, of an account or of one campaign."""

from collections.abc import Collection as Some
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Final, NamedTuple

from msgspec import UNSET, Meta, structs

from largesse.kit.paging import Page, PageQuery
from largesse.kit.wire import Maybe, Wire
from largesse.storage.db import Db
from largesse.storage.where import Where

SORTS: Final = ("id", "created", "modified", "name")
ITEMS_SHOWN: Final = 50  # items of a collection that is shown whole
BLOCK: Final = 10_000  # items that are written at once

Ids = Annotated[list[int], Meta(max_length=1_000)]
Name = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=500,
        pattern=r"^[^\x00-\x1f\x7f\s][^\x00-\x1f\x7f]*$(?!\n)",
    ),
]
Description = Annotated[str, Meta(max_length=1_000)]


class CollectionWithoutPayload(Wire, kw_only=True):
    """A collection as a list shows it."""

    id: int
    created: datetime
    modified: datetime
    account_id: int
    name: str
    description: str
    subscribed_applications_ids: list[int]
    created_by: int
    modified_by: Maybe[int] = UNSET
    application_id: Maybe[int] = UNSET
    campaign_id: Maybe[int] = UNSET


class Collection(CollectionWithoutPayload, kw_only=True):
    """A collection with its first items."""

    payload: list[str]


class CollectionItem(Wire, kw_only=True):
    """A text of a collection."""

    item: str


class CollectionPage(Wire, kw_only=True):
    """A page of collections: how many there are in all, or whether there are more."""

    data: list[CollectionWithoutPayload]
    has_more: Maybe[bool] = UNSET
    total_result_size: Maybe[int] = UNSET


class CollectionQuery(Wire, kw_only=True):
    """Which collections are wanted."""

    name: Maybe[str] = UNSET
    with_total_result_size: bool = False


class Owner(NamedTuple):
    """Whose a collection is: the account's, or that of one campaign of an Application."""

    account_id: int
    application_id: int | None = None
    campaign_id: int | None = None


OWNED: Final = (
    "account_id = $1 and application_id is not distinct from $2"
    " and campaign_id is not distinct from $3"
)


async def find(db: Db, owner: Owner, collection_id: int) -> CollectionWithoutPayload | None:
    """A collection of an owner."""
    return await db.one(
        CollectionWithoutPayload,
        f"select * from collection where {OWNED} and id = $4",
        *owner,
        collection_id,
    )


async def page(db: Db, owner: Owner, query: CollectionQuery, page: PageQuery) -> CollectionPage:
    """Collections of an owner.

    An owner with an Application and without a campaign stands for all campaigns of it.
    """
    where = Where("account_id = {}", owner.account_id)
    if owner.application_id is not None:
        where.add("application_id = {}", owner.application_id)
    if owner.campaign_id is not None:
        where.add("campaign_id = {}", owner.campaign_id)
    elif owner.application_id is None:
        where.say("campaign_id is null")
    if query.name is not UNSET:
        where.add("position(lower({}) in lower(name)) > 0", query.name)
    sql = f"select * from collection where {where}"
    found, more = await db.page(
        CollectionWithoutPayload, sql, *where.values, page=page, sorts=SORTS
    )
    if query.with_total_result_size:
        total = await db.count(sql, *where.values)
        return CollectionPage(data=found, total_result_size=total)
    return CollectionPage(data=found, has_more=more)


async def insert(
    db: Db, owner: Owner, values: dict[str, Any], now: datetime
) -> CollectionWithoutPayload:
    """A new collection without items."""
    own = {**owner._asdict(), "created": now, "modified": now}
    return await db.insert(CollectionWithoutPayload, "collection", own | values)


async def update(
    db: Db, owner: Owner, collection_id: int, values: dict[str, Any]
) -> CollectionWithoutPayload | None:
    """Change a collection. Holds it until the transaction ends."""
    account = {"account_id": owner.account_id, "id": collection_id}
    if await find(db, owner, collection_id) is None:
        return None
    return await db.update(CollectionWithoutPayload, "collection", account, values)


async def delete(db: Db, owner: Owner, collection_id: int) -> None:
    """Remove a collection with its items."""
    await db.run(f"delete from collection where {OWNED} and id = $4", *owner, collection_id)


async def whole(db: Db, found: CollectionWithoutPayload) -> Collection:
    """A collection with its first items."""
    first = await items(db, found.id, PageQuery(page_size=ITEMS_SHOWN))
    return Collection(**structs.asdict(found), payload=[one.item for one in first.data])


async def items(db: Db, collection_id: int, page: PageQuery) -> Page[CollectionItem]:
    """The items of a collection that its owner was asked for, in the order of their file."""
    rows = await db.rows(
        "select item from collection_item where collection_id = $1 order by place"
        " limit $2 offset $3",
        collection_id,
        page.page_size + 1,
        page.skip,
    )
    data = [CollectionItem(item=row["item"]) for row in rows[: page.page_size]]
    return Page(has_more=len(rows) > page.page_size, data=data)


async def all_items(db: Db, collection_id: int) -> list[str]:
    """Every item of a collection that its owner was asked for, in the order of their file."""
    found = await db.value(
        "select array(select item from collection_item where collection_id = $1 order by place)",
        collection_id,
    )
    return list(found)


async def replace(db: Db, collection_id: int, texts: Sequence[str]) -> None:
    """Put items in the place of those of a collection that is held."""
    await db.run("delete from collection_item where collection_id = $1", collection_id)
    for first in range(0, len(texts), BLOCK):
        await db.run(
            "insert into collection_item (collection_id, place, item)"
            " select $1, $2 + line.place, line.item"
            " from unnest($3::text[]) with ordinality as line(item, place)",
            collection_id,
            first,
            texts[first : first + BLOCK],
        )


async def campaigns_naming(
    db: Db, account_id: int, name: str, now: datetime, *, only: Some[int] = (), campaign_id: int = 0
) -> list[str]:
    """The names of active campaigns whose rules mention a name: a few, to tell them.

    `only` are the Applications that are looked at, all if there are none.
    """
    rows = await db.rows(
        "select c.name from campaign c join application a on a.id = c.application_id"
        " join ruleset r on r.id = c.active_ruleset_id and r.campaign_id = c.id"
        " where a.account_id = $1 and c.state = 'enabled' and coalesce(c.end_time > $3, true)"
        " and ($4::bigint[] = '{}' or a.id = any($4)) and $5::bigint in (0, c.id)"
        " and (position(to_json($2::text)::text in r.rules::text) > 0"
        " or position(to_json($2::text)::text in r.bindings::text) > 0)"
        " order by c.id limit 3",
        account_id,
        name,
        now,
        list(only),
        campaign_id,
    )
    return [row["name"] for row in rows]
