"""What a start or the command line makes, by the same operations that the API offers."""

import secrets
from datetime import datetime, timedelta
from typing import Any, Final

from litestar.handlers import HTTPRouteHandler

from largesse.api.management import api_keys, management_keys
from largesse.kit.problems import must
from largesse.model.people import ApiKey, Caller, ManagementKey
from largesse.storage import accounts, applications
from largesse.storage.db import Db

ACCOUNT: Final = "Largesse"
SEED_BYTES: Final = 32
KEY_VALID_FOR: Final = timedelta(days=3650)


async def owner(db: Db, now: datetime) -> Caller:
    """The account of this server, made if there is none, as someone who may do everything in it."""
    await accounts.hold(db)
    account_id = await accounts.first(db)
    if account_id is None:
        account_id = await accounts.insert(db, ACCOUNT, now)
    person_id = await accounts.administrator(db, account_id)
    return Caller(account_id=account_id, kind="person", person_id=person_id or 0)


async def run(operation: HTTPRouteHandler, **parts: Any) -> Any:
    """Call an operation without a request. Its parts are what its signature asks for."""
    return await operation.opt["operation"].function(**parts)


async def management_key(db: Db, caller: Caller, name: str, now: datetime) -> ManagementKey:
    """A new management key for everything."""
    made = await run(
        management_keys.create_management_key,
        db=db,
        caller=caller,
        data=management_keys.NewManagementKey(name=name, expiry_date=now + KEY_VALID_FOR),
        seed=secrets.token_bytes(SEED_BYTES),
        now=now,
    )
    assert isinstance(made, ManagementKey)
    return made


async def application_key(
    db: Db, caller: Caller, application_id: int, data: api_keys.NewApiKey, now: datetime
) -> ApiKey:
    """A new key of an Application."""
    found = await applications.find(db, caller.account_id, application_id)
    made = await run(
        api_keys.create_api_key,
        db=db,
        caller=caller,
        application=must(found, "application", application_id),
        data=data,
        seed=secrets.token_bytes(SEED_BYTES),
        now=now,
    )
    assert isinstance(made, ApiKey)
    return made
