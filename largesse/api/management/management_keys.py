"""Keys for the Management API, perhaps for some operations and some Applications only."""

from datetime import datetime
from typing import Annotated, Final, Literal

from msgspec import UNSET, Meta

from largesse.http import credentials
from largesse.http.operation import delete, get, post
from largesse.kit.paging import PageQuery, Total
from largesse.kit.problems import Fault, Forbidden, Invalid, must
from largesse.kit.wire import Maybe, Wire, given
from largesse.model.people import Caller, ManagementKey
from largesse.storage import applications, keys
from largesse.storage.db import Db

TAG: Final = "Management keys"
KEYS: Final = "/v1/management_keys"
KEY: Final = KEYS + "/{key_id:int}"


class Endpoint(Wire, kw_only=True):
    """An operation that a key may call; without a method all operations of a path."""

    path: Annotated[str, Meta(pattern=r"^/v[12]/", max_length=500)]
    method: Maybe[Literal["GET", "POST", "PUT", "DELETE", "PATCH"]] = UNSET


class NewManagementKey(Wire, kw_only=True):
    """A key that is to be. No endpoints: all; no Applications: all."""

    name: Annotated[str, Meta(min_length=1, max_length=200)]
    expiry_date: datetime
    endpoints: Annotated[list[Endpoint], Meta(max_length=1000)] = []
    allowed_application_ids: Annotated[list[int], Meta(max_length=1000)] = []


@get(KEYS, tags=[TAG], may="read keys", own=True)
async def list_management_keys(db: Db, caller: Caller, page: PageQuery) -> Total[ManagementKey]:
    """List the management keys of the account, without their secrets."""
    return await keys.management_keys(db, caller.account_id, page)


@post(KEYS, tags=[TAG], may="edit keys", own=True)
async def create_management_key(
    db: Db, caller: Caller, data: NewManagementKey, seed: bytes, now: datetime
) -> ManagementKey:
    """Create a management key. Only this answer has its secret."""
    refuse_more_than_own(caller, data)
    known = await applications.known(db, caller.account_id, data.allowed_application_ids)
    faults = [
        Fault("Not found", f"There is no Application {one}", f"/allowedApplicationIds/{at}")
        for at, one in enumerate(data.allowed_application_ids)
        if one not in known
    ]
    if data.expiry_date <= now:
        faults.append(Fault("Invalid", "A key expires in the future", "/expiryDate"))
    if faults:
        raise Invalid.of(faults)
    secret = credentials.make("management", seed)
    values = {
        "account_id": caller.account_id,
        "hash": credentials.digest(secret),
        "created_by": caller.person_id,
        "created": now,
        **given(data),
    }
    made = await keys.insert_management_key(db, values)
    made.key = secret
    return made


@delete(KEY, tags=[TAG], may="edit keys", own=True)
async def delete_management_key(db: Db, caller: Caller, key_id: int) -> None:
    """Delete a management key. Every process refuses it within two seconds."""
    gone = await keys.delete_management_key(db, caller.account_id, key_id)
    must(gone or None, "key", key_id)


def refuse_more_than_own(caller: Caller, data: NewManagementKey) -> None:
    """A key that is held to something makes keys that are held to it, too."""
    allowed = caller.application_ids
    wanted = set(data.allowed_application_ids)
    if allowed is not None and not (wanted and wanted <= allowed):
        raise Forbidden("A key for some Applications makes keys for these only")
    own = set(caller.endpoints)
    asked = {(one.method or "", one.path) for one in data.endpoints}
    if own and not (asked and asked <= own):
        raise Forbidden("A key for some operations makes keys for these only")
