"""A database with everything that is measured on: Applications, campaigns, customers, codes."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from msgspec import Struct

from benchmarks import carts
from benchmarks import shop as mix
from largesse.api.management import api_keys, applications, attributes, campaigns, rulesets
from largesse.model.people import Caller
from largesse.start import issue
from largesse.storage import coupons, keys, migrate
from largesse.storage.db import Db, connect

CUSTOMER_COLUMNS: Final = (
    "account_id", "sandbox", "integration_id", "id", "attributes", "sessions", "created",
    "last_activity",
)  # fmt: skip
COUPON_COLUMNS: Final = ("application_id", "id", "campaign_id", "value", "usage_limit", "created")


class Shop(Struct, frozen=True):
    """An Application to measure with: its key, and where the ids of its codes begin."""

    campaigns: int
    account_id: int
    application_id: int
    key: str
    first_coupon: int


async def furnish(url: str, sizes: Sequence[int]) -> dict[int, Shop]:
    """Bring the database up to date and make an Application of each size."""
    await migrate.migrate(url)
    pool = await connect(url, most=1)
    now = datetime.now(UTC)
    try:
        async with pool.transaction() as db:
            caller = await issue.owner(db, now)
            for attribute in mix.attributes():
                await issue.run(
                    attributes.create_attribute, db=db, caller=caller, data=attribute, now=now
                )
            await make_customers(db, caller.account_id, now)
        shops = {}
        for size in sizes:
            async with pool.transaction() as db:
                shops[size] = await make_shop(db, caller, size, now)
        async with pool.plain() as db:
            await db.run("vacuum analyze")
            await db.run("checkpoint")
    finally:
        await pool.close()
    return shops


async def make_customers(db: Db, account_id: int, now: datetime) -> None:
    """Customers that have been here before."""
    ids = await ids_for(db, carts.CUSTOMERS)
    segment = '{"segment": "regular"}'
    rows = [
        (account_id, False, carts.customer(number), row, segment, 3, now, now)
        for number, row in enumerate(ids)
    ]
    await db.connection.copy_records_to_table("profile", columns=CUSTOMER_COLUMNS, records=rows)


async def make_shop(db: Db, caller: Caller, size: int, now: datetime) -> Shop:
    """An Application with campaigns of the mix, codes and a key."""
    data = applications.NewApplication(name=f"{size} campaigns", timezone="UTC", currency="EUR")
    made = await issue.run(
        applications.create_application, db=db, caller=caller, data=data, now=now
    )
    owners = []
    parts: dict[str, Any] = {"db": db, "caller": caller, "application": made, "now": now}
    for planned in mix.campaigns(size):
        campaign = await issue.run(campaigns.create_campaign, data=planned.campaign, **parts)
        await issue.run(rulesets.create_ruleset, campaign=campaign, data=planned.ruleset, **parts)
        if planned.has_coupons:
            owners.append(campaign.id)
    key = api_keys.NewApiKey(title="Benchmark", expires=now + issue.KEY_VALID_FOR)
    api_key = await issue.application_key(db, caller, made.id, key, now)
    return Shop(
        campaigns=size,
        account_id=caller.account_id,
        application_id=made.id,
        key=str(api_key.key),
        first_coupon=await make_codes(db, made.id, owners, now),
    )


async def make_codes(db: Db, application_id: int, owners: list[int], now: datetime) -> int:
    """Codes without a usage limit, spread over the coupon campaigns. Gives the first one's id."""
    first = (await ids_for(db, carts.CODES))[0]
    rows = [
        (application_id, first + number, owners[number % len(owners)], carts.code(number), 0, now)
        for number in range(carts.CODES)
    ]
    await db.connection.copy_records_to_table("coupon", columns=COUPON_COLUMNS, records=rows)
    return first


async def ids_for(db: Db, count: int) -> range:
    """Ids that follow one another."""
    first = await keys.next_ids(db)
    assert count <= coupons.IDS_PER_BLOCK, "one block of ids is enough"
    return range(first, first + count)
