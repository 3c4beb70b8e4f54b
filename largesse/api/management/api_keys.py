"""Keys of an Application, for the Integration API or for one platform of the gateway."""

from datetime import datetime
from typing import Annotated, Final, Literal

from msgspec import Meta

from largesse.http import credentials
from largesse.http.operation import delete, get, post
from largesse.kit.paging import PageQuery, Total
from largesse.kit.problems import Invalid, must
from largesse.kit.wire import Wire
from largesse.model.campaigns import Application
from largesse.model.people import ApiKey, Caller, Platform
from largesse.storage import keys
from largesse.storage.db import Db

TAG: Final = "API keys"
KEYS: Final = "/v1/applications/{application_id:int}/api_keys"
KEY: Final = KEYS + "/{api_key_id:int}"


class NewApiKey(Wire, kw_only=True):
    """A key that is to be. One of the type `test` decides without writing."""

    title: Annotated[str, Meta(min_length=1, max_length=200)]
    expires: datetime
    platform: Platform = "none"
    type: Literal["", "test", "staging"] = ""


@get(KEYS, tags=[TAG], may="read keys", own=True)
async def list_api_keys(db: Db, application: Application, page: PageQuery) -> Total[ApiKey]:
    """List the keys of an Application, without their secrets."""
    return await keys.api_keys(db, application.id, page)


@post(KEYS, tags=[TAG], may="edit keys", own=True)
async def create_api_key(
    db: Db, caller: Caller, application: Application, data: NewApiKey, *, seed: bytes, now: datetime
) -> ApiKey:
    """Create a key. Only this answer has its secret."""
    if data.expires <= now:
        raise Invalid("A key expires in the future", "/expires")
    secret = credentials.make("integration" if data.platform == "none" else "third-party", seed)
    values = {
        "account_id": caller.account_id,
        "application_id": application.id,
        "title": data.title,
        "platform": data.platform,
        "type": data.type,
        "hash": credentials.digest(secret),
        "created_by": caller.person_id,
        "created": now,
        "expires": data.expires,
    }
    made = await keys.insert_api_key(db, values)
    made.key = secret
    return made


@delete(KEY, tags=[TAG], may="edit keys", own=True)
async def delete_api_key(db: Db, caller: Caller, application: Application, api_key_id: int) -> None:
    """Delete a key. Every process refuses it within two seconds."""
    gone = await keys.delete_api_key(db, caller.account_id, application.id, api_key_id)
    must(gone or None, "key", api_key_id)
