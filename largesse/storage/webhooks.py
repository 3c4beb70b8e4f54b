"""Webhooks of an account: calls to others that rules set off."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from msgspec import UNSET, Meta

from largesse.kit.paging import PageQuery, Total
from largesse.kit.wire import Maybe, Wire
from largesse.storage.db import Db
from largesse.storage.where import Where

SORTS: Final = ("id", "created", "modified", "title", "verb", "url", "enabled")

Verb = Literal["POST", "PUT", "GET", "DELETE", "PATCH"]
VISIBLE: Final = {"visible": "enabled", "hidden": "not enabled"}


class WebhookParameter(Wire, kw_only=True):
    """A place in the URL, the headers and the payload that a rule fills. Its title is its name."""

    type: Literal["string", "number", "boolean", "time", "(list string)", "(list number)"]
    title: Annotated[str, Meta(min_length=1, max_length=200)]
    description: Maybe[Annotated[str, Meta(max_length=1_000)]] = UNSET
    ui: dict[str, Any] = {}


class ShownWebhook(Wire, kw_only=True):
    """A webhook as callers see it."""

    id: int
    created: datetime
    modified: datetime
    application_ids: list[int]
    title: str
    description: str
    draft: bool
    verb: Verb
    url: str
    headers: list[str]
    payload: str
    params: list[WebhookParameter]
    enabled: bool


class WebhookQuery(Wire, kw_only=True):
    """Which webhooks are wanted. None is made from a template of an integration."""

    application_ids: Maybe[Annotated[str, Meta(max_length=10_000)]] = UNSET
    creation_type: Maybe[Literal["templateWebhooks", "webhooks"]] = UNSET
    visibility: Maybe[Literal["visible", "hidden"]] = UNSET
    outgoing_integrations_type_id: Maybe[int] = UNSET
    title: Maybe[str] = UNSET


async def find(db: Db, account_id: int, webhook_id: int) -> ShownWebhook | None:
    """A webhook of an account."""
    sql = "select * from webhook where account_id = $1 and id = $2"
    return await db.one(ShownWebhook, sql, account_id, webhook_id)


async def page(
    db: Db, account_id: int, query: WebhookQuery, applications: Sequence[int], page: PageQuery
) -> Total[ShownWebhook]:
    """Webhooks of an account; only those that one of `applications` has, if any are named."""
    where = Where("account_id = {}", account_id)
    if applications:
        condition = "cardinality(application_ids) = 0 or application_ids && {}::bigint[]"
        where.add(condition, list(applications))
    if query.creation_type == "templateWebhooks":
        where.say("false")
    if query.outgoing_integrations_type_id is not UNSET:
        where.say("false")
    if query.visibility is not UNSET:
        where.say(VISIBLE[query.visibility])
    if query.title is not UNSET:
        where.add("position(lower({}) in lower(title)) > 0", query.title)
    sql = f"select * from webhook where {where}"
    return await db.total(ShownWebhook, sql, *where.values, page=page, sorts=SORTS)


async def insert(db: Db, account_id: int, values: dict[str, Any], now: datetime) -> ShownWebhook:
    """A new webhook."""
    own = {"account_id": account_id, "created": now, "modified": now}
    return await db.insert(ShownWebhook, "webhook", own | values)


async def update(
    db: Db, account_id: int, webhook_id: int, values: dict[str, Any]
) -> ShownWebhook | None:
    """Change a webhook."""
    owner = {"account_id": account_id, "id": webhook_id}
    return await db.update(ShownWebhook, "webhook", owner, values)


async def delete(db: Db, account_id: int, webhook_id: int) -> bool:
    """Remove a webhook."""
    sql = "delete from webhook where account_id = $1 and id = $2"
    return await db.run(sql, account_id, webhook_id) > 0
