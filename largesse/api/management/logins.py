"""Sign-ins: a person with an email address and a password gets a token for three months."""

import asyncio
from datetime import datetime, timedelta
from typing import Annotated, Final

from msgspec import Meta

from largesse.http import credentials
from largesse.http.operation import Request, delete, post
from largesse.kit.problems import Unauthorized
from largesse.kit.wire import Wire
from largesse.model.people import Caller
from largesse.storage import keys
from largesse.storage.db import Db, Pool

TAG: Final = "Sessions"
LOGINS: Final = "/v1/sessions"
VALID_FOR: Final = timedelta(days=90)
_ONE_AT_A_TIME: Final = asyncio.Semaphore(2)  # a hash takes 64 MB and all of a core


class Credentials(Wire, kw_only=True):
    """Who somebody says they are."""

    email: Annotated[str, Meta(min_length=1, max_length=320)]
    password: Annotated[str, Meta(min_length=1, max_length=credentials.PASSWORD_CHARACTERS_MAX)]


class Login(Wire, kw_only=True):
    """A token, for `Authorization: Bearer`."""

    user_id: int
    token: str
    created: datetime


@post(LOGINS, tags=[TAG], open=True)
async def create_session(pool: Pool, data: Credentials, seed: bytes, now: datetime) -> Login:
    """Sign in. The token is shown only here."""
    async with pool.plain() as db:
        who = await keys.person(db, data.email)
    hashed = who.password_hash if who else None
    async with _ONE_AT_A_TIME:
        right = await asyncio.to_thread(credentials.is_password, data.password, hashed)
    if who is None or not right:
        raise Unauthorized("Unknown email address or wrong password", message="Invalid credentials")
    token = credentials.make("login", seed)
    async with pool.transaction() as db:
        await keys.insert_login(db, who, credentials.digest(token), now, now + VALID_FOR)
    return Login(user_id=who.id, token=token, created=now)


@delete(LOGINS, tags=[TAG])
async def destroy_session(db: Db, caller: Caller, request: Request) -> None:
    """Sign out: the token is refused from now on."""
    token = request.headers["authorization"].split(None, 1)[1].strip()
    await keys.delete_login(db, caller.account_id, credentials.digest(token))
