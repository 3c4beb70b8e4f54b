"""Custom attributes of an account, and the types of its events."""

from datetime import datetime
from typing import Annotated, Any

from msgspec import UNSET, Meta

from largesse.kit.paging import PageQuery, Total
from largesse.kit.wire import Maybe, Wire
from largesse.model.attributes import Attribute, Entity, NewAttribute, ValueType
from largesse.storage.db import Db
from largesse.storage.where import Where

# An empty event type stands for none; in an answer it is left out.
COLUMNS = (
    "id, created, account_id, entity, nullif(event_type, '') as event_type, event_type_id, name,"
    " title, type, description, suggestions, has_allowed_list, restricted_by_suggestions, editable,"
    " subscribed_applications_ids, subscribed_catalogs_ids, allowed_subscriptions"
)
SORTS = ("id", "created", "entity", "event_type", "name", "title", "type", "description")


class AttributeQuery(Wire, kw_only=True):
    """Which attributes of an account are wanted."""

    entity: Maybe[Entity] = UNSET
    type: Maybe[ValueType] = UNSET
    application_ids: Maybe[Annotated[str, Meta(max_length=10_000)]] = UNSET
    loyalty_program_ids: Maybe[str] = UNSET
    kind: Maybe[str] = UNSET
    search: Maybe[str] = UNSET


class EventType(Wire, kw_only=True):
    """A kind of event that customers can do."""

    id: int
    created: datetime
    name: str
    title: str
    description: str = ""


async def of_account(db: Db, account_id: int) -> list[Attribute]:
    """Every attribute of an account."""
    return await db.all(
        Attribute, f"select {COLUMNS} from attribute where account_id = $1 order by id", account_id
    )


async def find(db: Db, account_id: int, attribute_id: int) -> Attribute | None:
    """An attribute of an account."""
    return await db.one(
        Attribute,
        f"select {COLUMNS} from attribute where account_id = $1 and id = $2",
        account_id,
        attribute_id,
    )


async def page(
    db: Db, account_id: int, query: AttributeQuery, applications: list[int], page: PageQuery
) -> Total[Attribute]:
    """Attributes of an account; only those that one of `applications` knows, if any are named."""
    where = Where("account_id = {}", account_id)
    if query.entity is not UNSET:
        where.add("entity = {}", query.entity)
    if query.type is not UNSET:
        where.add("type = {}", query.type)
    if applications:
        subscribed = "subscribed_applications_ids"
        where.add(f"cardinality({subscribed}) = 0 or {subscribed} && {{}}::bigint[]", applications)
    if query.search is not UNSET:
        where.add(
            "position(lower({}) in lower(name || chr(10) || description || chr(10) || type)) > 0",
            query.search,
        )
    sql = f"select {COLUMNS} from attribute where {where}"
    return await db.total(Attribute, sql, *where.values, page=page, sorts=SORTS)


async def insert(db: Db, account_id: int, new: NewAttribute, now: datetime) -> Attribute:
    """A new attribute; the type of its event comes into being with it."""
    event_type = new.event_type or ""
    values = {
        "account_id": account_id,
        "entity": new.entity,
        "event_type": event_type,
        "event_type_id": await _event_type(db, account_id, event_type, now) if event_type else None,
        "name": new.name,
        "title": new.title,
        "type": new.type,
        "editable": new.editable,
        "created": now,
        **_changeable(new),
    }
    made = await db.insert(Attribute, "attribute", values)
    if not event_type:
        made.event_type = UNSET
    return made


async def update(db: Db, account_id: int, attribute_id: int, new: NewAttribute) -> Attribute | None:
    """Change what may be changed of an attribute."""
    owner = {"account_id": account_id, "id": attribute_id}
    await db.update(Attribute, "attribute", owner, {**_changeable(new), "editable": new.editable})
    return await find(db, account_id, attribute_id)


def _changeable(new: NewAttribute) -> dict[str, Any]:
    allowed = new.allowed_subscriptions
    return {
        "description": new.description,
        "suggestions": new.suggestions,
        "has_allowed_list": new.has_allowed_list,
        "restricted_by_suggestions": new.restricted_by_suggestions,
        "subscribed_applications_ids": new.subscribed_applications_ids,
        "subscribed_catalogs_ids": new.subscribed_catalogs_ids,
        "allowed_subscriptions": None if allowed is UNSET else allowed,
    }


async def _event_type(db: Db, account_id: int, name: str, now: datetime) -> int:
    await db.run(
        "insert into event_type (account_id, name, title, created) values ($1, $2, $2, $3)"
        " on conflict do nothing",
        account_id,
        name,
        now,
    )
    sql = "select id from event_type where account_id = $1 and name = $2"
    return int(await db.value(sql, account_id, name))


async def event_types(
    db: Db, account_id: int, name: str | None, page: PageQuery
) -> Total[EventType]:
    """The event types of an account; only the one of a name where a name is given."""
    return await db.total(
        EventType,
        "select * from event_type where account_id = $1 and ($2::text is null or name = $2)",
        account_id,
        name,
        page=page,
        sorts=("id", "created", "name", "title"),
    )


async def recorded_event_types(
    db: Db, application_id: int, page: PageQuery
) -> tuple[list[str], int]:
    """The types of the events that an Application has recorded: a page, and how many in all."""
    rows = await db.rows(
        "select distinct type from event where application_id = $1 order by type", application_id
    )
    names = [row["type"] for row in rows]
    if page.sort == "-type":
        names.reverse()
    return names[page.skip : page.skip + page.page_size], len(names)
