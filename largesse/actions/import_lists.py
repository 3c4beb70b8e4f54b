"""Lists that come as files: what an import answers, and collections, which an import fills anew."""

import asyncio
from collections.abc import Iterable
from datetime import datetime
from typing import Final, TypeVar

from largesse.kit.caps import IDENTIFIER_MAX
from largesse.kit.problems import Fault, Invalid, must
from largesse.kit.wire import Wire
from largesse.model.people import Caller
from largesse.storage import applications, collections, coupons
from largesse.storage.collections import CollectionItem, CollectionWithoutPayload, Owner
from largesse.storage.db import Db

T = TypeVar("T")

ITEMS_MAX: Final = 500_000  # items of one list
FAULTS_MAX: Final = 100  # wrong lines that are told at once


class Import(Wire, kw_only=True):
    """What an import brought."""

    id: int
    created: datetime
    account_id: int
    user_id: int
    entity: str
    amount: int


async def new_import(db: Db, caller: Caller, entity: str, amount: int, now: datetime) -> Import:
    """An import that has an id."""
    (made,) = await coupons.take_ids(db, 1)
    return Import(
        id=made,
        created=now,
        account_id=caller.account_id,
        user_id=caller.person_id,
        entity=entity,
        amount=amount,
    )


async def checked(lines: Iterable[tuple[int, T]], text_of: str, *, entity: str) -> dict[str, T]:
    """The lines of a file by one of their texts, each once: the last of the same counts.

    Raises `Invalid` with the numbers of lines whose text is too long, and where there are too many.
    Others are served meanwhile.
    """
    return await asyncio.to_thread(_checked, lines, text_of, entity)


def _checked(lines: Iterable[tuple[int, T]], text_of: str, entity: str) -> dict[str, T]:
    found: dict[str, T] = {}
    faults = []
    for number, line in lines:
        text = getattr(line, text_of)
        if len(text) > IDENTIFIER_MAX:
            details = f"A text here has {IDENTIFIER_MAX} characters at most"
            faults.append(Fault("maxLength", details, f"line:{number}"))
        found[text] = line
        if len(found) > ITEMS_MAX:
            details = f"A {entity} has {ITEMS_MAX} items at most"
            faults.append(Fault("maxItems", details, f"line:{number}"))
        if len(found) > ITEMS_MAX or len(faults) >= FAULTS_MAX:
            break
    if faults:
        raise Invalid.of(faults)
    return found


async def import_collection(
    db: Db,
    owner: Owner,
    collection_id: int,
    lines: Iterable[tuple[int, CollectionItem]],
    *,
    caller: Caller,
    now: datetime,
) -> Import:
    """Put the items of a file in the place of those that a collection has."""
    items = list(await checked(lines, "item", entity="collection"))
    values = {"modified": now, "modified_by": caller.person_id}
    found = must(
        await collections.update(db, owner, collection_id, values), "collection", collection_id
    )
    await collections.replace(db, collection_id, items)
    await touch(db, owner, found)
    return await new_import(db, caller, "Collection", len(items), now)


async def delete_collection(db: Db, owner: Owner, collection_id: int, *, now: datetime) -> None:
    """Remove a collection that no active campaign speaks of."""
    found = must(await collections.find(db, owner, collection_id), "collection", collection_id)
    using = await collections.campaigns_naming(
        db,
        owner.account_id,
        found.name,
        now,
        only=found.subscribed_applications_ids,
        campaign_id=owner.campaign_id or 0,
    )
    if using:
        names = ", ".join(using)
        raise Invalid(f"The collection is used by the campaigns {names}", title="In use")
    await collections.delete(db, owner, collection_id)
    await touch(db, owner, found)


async def touch(db: Db, owner: Owner, *concerned: CollectionWithoutPayload) -> None:
    """Let the Applications that see a collection know that it changed."""
    if owner.application_id is not None:
        await applications.touch(db, owner.application_id)
        return
    seen = [one.subscribed_applications_ids for one in concerned]
    only = {one for ids in seen for one in ids} if all(seen) else set()
    await applications.touch_all(db, owner.account_id, only)
