"""Webhooks: calls to other servers, with places that rules fill."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from msgspec import UNSET, Meta

from largesse.http.operation import delete, get, post, put
from largesse.kit.caps import TEXT_MAX
from largesse.kit.paging import PageQuery, Total
from largesse.kit.problems import Fault, Invalid, must
from largesse.kit.texts import integer
from largesse.kit.wire import Maybe, Wire
from largesse.model.attributes import Title
from largesse.model.people import Caller
from largesse.storage import applications, webhooks
from largesse.storage.db import Db
from largesse.storage.webhooks import ShownWebhook, Verb, WebhookParameter, WebhookQuery

TAG: Final = "Webhooks"
WEBHOOKS: Final = "/v1/webhooks"
WEBHOOK: Final = WEBHOOKS + "/{webhook_id:int}"
HEADER: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\x00-\x08\x0a-\x1f\x7f]*")
BLANK: Final = re.compile(r"[\x00-\x20\x7f]")

Header = Annotated[str, Meta(max_length=8_000)]


class WritableWebhook(Wire, kw_only=True):
    """A webhook as it shall be. No Applications: all of them."""

    application_ids: Annotated[list[int], Meta(max_length=1_000)]
    title: Title
    verb: Verb
    url: Annotated[str, Meta(min_length=1, max_length=8_000)]
    headers: Annotated[list[Header], Meta(max_length=100)] = []
    params: Annotated[list[WebhookParameter], Meta(max_length=100)] = []
    enabled: bool = True
    draft: bool = False
    description: Annotated[str, Meta(max_length=1_000)] = ""
    payload: Annotated[str, Meta(max_length=TEXT_MAX)] = ""
    secret: Maybe[str] = UNSET


@get(WEBHOOKS, tags=[TAG], may="read webhooks")
async def get_webhooks(
    db: Db, caller: Caller, query: WebhookQuery, page: PageQuery
) -> Total[ShownWebhook]:
    """List the webhooks of the account."""
    wanted = applications_in(query.application_ids or "")
    return await webhooks.page(db, caller.account_id, query, wanted, page)


@post(WEBHOOKS, tags=[TAG], may="edit webhooks", own=True)
async def create_webhook(
    db: Db, caller: Caller, data: WritableWebhook, now: datetime
) -> ShownWebhook:
    """Create a webhook."""
    await check(db, caller.account_id, data)
    values = {"created_by": caller.person_id, **columns(data)}
    made = await webhooks.insert(db, caller.account_id, values, now)
    await applications.touch_all(db, caller.account_id, made.application_ids)
    return made


@get(WEBHOOK, tags=[TAG], may="read webhooks")
async def get_webhook(db: Db, caller: Caller, webhook_id: int) -> ShownWebhook:
    """Get a webhook."""
    return must(await webhooks.find(db, caller.account_id, webhook_id), "webhook", webhook_id)


@put(WEBHOOK, tags=[TAG], may="edit webhooks", own=True)
async def update_webhook(
    db: Db, caller: Caller, webhook_id: int, data: WritableWebhook, now: datetime
) -> ShownWebhook:
    """Change a webhook."""
    must(await webhooks.find(db, caller.account_id, webhook_id), "webhook", webhook_id)
    await check(db, caller.account_id, data)
    values = {"modified": now, **columns(data)}
    changed = await webhooks.update(db, caller.account_id, webhook_id, values)
    await applications.touch_all(db, caller.account_id)
    return must(changed, "webhook", webhook_id)


@delete(WEBHOOK, tags=[TAG], may="edit webhooks", own=True)
async def delete_webhook(db: Db, caller: Caller, webhook_id: int) -> None:
    """Delete a webhook. Rules that use it fail from now on."""
    gone = await webhooks.delete(db, caller.account_id, webhook_id)
    must(gone or None, "webhook", webhook_id)
    await applications.touch_all(db, caller.account_id)


def applications_in(text: str) -> list[int]:
    """The ids in a list that is written as a text. Raises `Invalid`."""
    parts = [part for part in text.split(",") if part.strip()]
    ids = [number for part in parts if (number := integer(part)) is not None]
    if len(ids) < len(parts):
        raise Invalid("Ids of Applications are numbers", "parameter:applicationIds")
    return ids


def columns(data: WritableWebhook) -> dict[str, Any]:
    """What is stored of a webhook. The engine reads the title of a parameter as its name."""
    names = WritableWebhook.__struct_fields__
    values = {name: getattr(data, name) for name in names if name != "secret"}
    params = [
        {
            "name": one.title,
            "title": one.title,
            "type": one.type,
            "ui": one.ui,
            **({} if one.description is UNSET else {"description": one.description}),
        }
        for one in data.params
    ]
    return values | {"params": params}


async def check(db: Db, account_id: int, data: WritableWebhook) -> None:
    """Raise `Invalid` with everything that is wrong with a webhook."""
    known = await applications.known(db, account_id, data.application_ids)
    faults = [
        Fault("Not found", f"There is no Application {one}", f"/applicationIds/{at}")
        for at, one in enumerate(data.application_ids)
        if one not in known
    ]
    faults += call_faults(data)
    if faults:
        raise Invalid.of(faults)


def call_faults(data: WritableWebhook) -> Iterator[Fault]:
    """What is wrong with where to and how a webhook calls."""
    if wrong := url_fault(data.url):
        yield Fault("format", wrong, "/url")
    for at, header in enumerate(data.headers):
        if not HEADER.fullmatch(header):
            yield Fault("pattern", "A header is written as Name: value", f"/headers/{at}")
    seen: set[str] = set()
    for at, parameter in enumerate(data.params):
        if parameter.title in seen:
            yield Fault("Duplicate", "Two parameters have the same title", f"/params/{at}/title")
        seen.add(parameter.title)
    if data.secret:
        yield Fault("Unsupported", "This server does not sign its calls", "/secret")


def url_fault(url: str) -> str:
    """Why nothing can be called by a URL, or nothing. Its path and query may have places."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "The URL cannot be read"
    if parts.scheme.lower() not in ("http", "https") or not host or BLANK.search(url):
        return "A URL is absolute and begins with http:// or https://"
    if "$" in parts.netloc or "{" in parts.netloc:
        return "The host of a URL has no places that rules fill"
    if "@" in parts.netloc:
        return "Credentials stand in headers, not in the URL"
    return ""
