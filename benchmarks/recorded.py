"""What the server sends to the database for one session, as templates for any session.

A session is updated with the code of the product on a pool that writes down each statement. In its
arguments everything that belongs to this session becomes a variable, so that pgbench can make the
same two calls for sessions of its own.
"""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from msgspec import Struct

from benchmarks import carts
from benchmarks.seed import Shop
from largesse.actions.update_session import Wish, update_session
from largesse.api.integration.sessions import IntegrationRequest
from largesse.deciding.load import load
from largesse.deciding.loop import Ports
from largesse.live import Live
from largesse.model.people import Caller
from largesse.storage import changes, situations
from largesse.storage.db import Db, Pool, as_json, connect

SESSION: Final = "recorded-session"
PROFILE: Final = carts.customer(0)
CODE: Final = carts.code(0)
MARK: Final = re.compile(r"\$(\w+)")
# What stands for a number in a structure, where a mark would be a text.
NUMBERS: Final = ("row", "event", "coupon", "revision")
# Ids of rows that callers make, far above those that the server takes.
IDS_PER_CLIENT: Final = 10**9
IDS_PER_RUN: Final = 10**12

Call = tuple[str, tuple[Any, ...]]


class Step(Struct, frozen=True):
    """The two calls of one update: arguments with `$session` and other marks, and plain texts."""

    ask: str
    write: str
    document: str
    effects: str
    event: str


class Calls(Struct, frozen=True):
    """What is called: the updates of a session, and the id of the first code."""

    steps: list[Step]
    first_coupon: int


class Recorder(Pool):
    """A pool that writes down what is asked and told."""

    def __init__(self, pool: Pool) -> None:
        super().__init__(pool.pool)
        self.calls: list[Call] = []

    @asynccontextmanager
    async def plain(self) -> AsyncIterator[Db]:
        """A connection whose statements are written down."""
        async with super().plain() as db:
            yield Recorded(db, self.calls)


class Recorded(Db):
    """A connection that writes down its statements."""

    def __init__(self, db: Db, calls: list[Call]) -> None:
        super().__init__(db.connection)
        self.calls = calls

    async def rows(self, sql: str, *values: Any) -> list[Any]:
        """The rows of a statement, which is kept."""
        self.calls.append((sql, values))
        return await super().rows(sql, *values)


async def record(url: str, shop: Shop, *, dry: bool) -> Calls:
    """The calls of every update of a session; of a dry one, the call that reads."""
    pool = await connect(url, most=2)
    try:
        recorder = Recorder(pool)
        live = Live(pool, load)
        await live.rulebook(pool, shop.application_id)
        for state in carts.states():
            await update(recorder, live, shop, state, dry=dry)
    finally:
        await pool.close()
    reads = [values for sql, values in recorder.calls if sql == situations.READ]
    writes = [values for sql, values in recorder.calls if sql == changes.WRITE]
    expected = carts.STEPS, 0 if dry else carts.STEPS
    assert (len(reads), len(writes)) == expected, "an update reads once and writes once"
    others = {sql for sql, _ in recorder.calls} - {situations.READ, changes.WRITE}
    assert not others, f"an update makes no third call: {others}"
    if dry:
        steps = [Step(asked(asks), "", "", "", "") for (asks,) in reads]
    else:
        steps = [step(asks, values) for (asks,), values in zip(reads, writes, strict=True)]
    return Calls(steps, shop.first_coupon)


async def update(recorder: Recorder, live: Live, shop: Shop, state: str, *, dry: bool) -> None:
    """Update the recorded session, as the operation does."""
    before, between, after = carts.pieces(1)[state][0]
    body = msgspec.json.decode(before + PROFILE + between + CODE + after, type=IntegrationRequest)
    now = datetime.now(UTC)
    wish = Wish(content=frozenset(body.response_content), dry=dry, now=now)
    caller = Caller(
        account_id=shop.account_id, kind="integration", application_id=shop.application_id
    )
    ports = Ports(recorder, live, now, b"recorded")
    await update_session(ports, caller, SESSION, body.customer_session, wish)


def step(asks: Any, values: tuple[Any, ...]) -> Step:
    """The templates of one update."""
    items, documents, effects, events, _ = values
    (item,) = json.loads(as_json(items))
    item["session"]["id"], item["session"]["revision"] = "$row", "$revision"
    item["event"]["id"] = "$event"
    for used in item.get("coupons", []):
        used["id"] = "$coupon"
    return Step(asked(asks), marked([item]), documents[0], effects[0], events[0])


def asked(asks: Any) -> str:
    """What is asked for, with marks."""
    return marked(json.loads(as_json(asks)))


def marked(value: Any) -> str:
    """JSON with marks in the place of everything that belongs to one session."""
    text = json.dumps(value)
    for name in NUMBERS:
        text = text.replace(f'"${name}"', f"${name}")
    names = {SESSION: "$session", PROFILE: carts.customer("$profile"), CODE: carts.code("$code")}
    for own, mark in names.items():
        text = text.replace(f'"{own}"', f'"{mark}"')
    assert "recorded" not in text, "a name of the recorded session is left"
    return text
