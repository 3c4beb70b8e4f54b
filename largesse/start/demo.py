"""The example shop of `largesse demo`, and `demo.json`, which remembers its secrets.

The database keeps hashes only. What is missing is made, so a demo repairs itself when the file or
the database is lost.
"""

import os
import secrets
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Final

import msgspec

from largesse.actions.create_coupons import NewCoupons
from largesse.api.management import api_keys, campaigns, coupons, deployments, rulesets
from largesse.api.management import applications as shops
from largesse.config import DEMO_DEPLOYMENT, Settings
from largesse.http import credentials
from largesse.kit.codes import ALPHABET
from largesse.kit.paging import PageQuery
from largesse.kit.wire import Wire
from largesse.model.campaigns import Application, NewCampaign, NewRuleset, Rule
from largesse.model.coupons import CodeGeneratorSettings
from largesse.model.people import Caller, Platform
from largesse.start.issue import (
    KEY_VALID_FOR,
    SEED_BYTES,
    application_key,
    management_key,
    owner,
    run,
)
from largesse.storage import accounts, applications, keys
from largesse.storage.db import Db

EMAIL: Final = "admin@example.test"
SHOP: Final = "Demo shop"
COUPON: Final = "WELCOME10"
GATEWAY_PATTERN: Final = "DEMO-####-####"
THIRD_PARTIES: Final[tuple[Platform, ...]] = (
    "braze",
    "iterable",
    "segment",
    "mparticle",
    "emarsys",
    "customer_engagement",
    "customer_data",
)


class Demo(Wire, kw_only=True):
    """What a demo tells its user, and what tests read."""

    url: str
    database_url: str
    email: str
    password: str
    management_key: str
    integration_key: str
    application_id: int
    third_party_keys: dict[str, str]
    deployment: str


def file_of(settings: Settings) -> Path:
    """Where a demo is remembered."""
    return settings.data_dir / "demo.json"


def remembered(settings: Settings) -> Demo | None:
    """The demo of an earlier start, if its file is whole."""
    try:
        return msgspec.json.decode(file_of(settings).read_bytes(), type=Demo)
    except (FileNotFoundError, msgspec.MsgspecError):
        return None


def remember(settings: Settings, demo: Demo) -> None:
    """Write the file for its owner's eyes only, whole or not at all."""
    path = file_of(settings)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    new = path.with_name("demo.json.new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(demo), indent=2) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    new.rename(path)


async def furnish(db: Db, settings: Settings, url: str, now: datetime) -> Demo:
    """The demo of this database, made if it is not there.

    Its secrets are on disk before the transaction ends: secrets that lead nowhere are made again,
    hashes of secrets that nobody has would be lost.
    """
    assert settings.database_url, "a demo has a database"
    caller = await owner(db, now)
    demo = remembered(settings)
    if demo is None or not await is_of(db, demo):
        demo = await make(db, caller, settings, now)
    demo.url, demo.database_url = url, settings.database_url
    remember(settings, demo)
    return demo


async def is_of(db: Db, demo: Demo) -> bool:
    """Whether the remembered secrets are those of this database."""
    known = await keys.find(db, "management", credentials.digest(demo.management_key))
    return known is not None


async def make(db: Db, caller: Caller, settings: Settings, now: datetime) -> Demo:
    """Sign-in, shop and keys. A shop that exists is kept; its keys are made anew."""
    password = secrets.token_urlsafe(12)
    person_id = await accounts.put_administrator(
        db,
        caller.account_id,
        EMAIL,
        password_hash=credentials.hash_password(password),
        now=now,
    )
    caller = msgspec.structs.replace(caller, person_id=person_id)
    shop = await find_shop(db, caller) or await make_shop(db, caller, now)
    deployment = settings.deployments[0] if settings.deployments else DEMO_DEPLOYMENT
    await know_deployment(db, caller, deployment)
    management = await management_key(db, caller, "Demo", now)
    platforms: tuple[Platform, ...] = ("none", *THIRD_PARTIES)
    own: dict[str, str] = {
        platform: await shop_key(db, caller, shop, platform, now) for platform in platforms
    }
    return Demo(
        url="",
        database_url="",
        email=EMAIL,
        password=password,
        management_key=management.key or "",
        integration_key=own.pop("none"),
        application_id=shop.id,
        third_party_keys=own,
        deployment=deployment,
    )


async def find_shop(db: Db, caller: Caller) -> Application | None:
    """The shop that an earlier demo made."""
    page = await applications.page(db, caller.account_id, None, PageQuery(page_size=1000))
    return next((one for one in page.data if one.name == SHOP), None)


async def make_shop(db: Db, caller: Caller, now: datetime) -> Application:
    """An Application with one running campaign: ten percent off for a coupon."""
    data = shops.NewApplication(name=SHOP, timezone="UTC", currency="EUR")
    shop = await run(shops.create_application, db=db, caller=caller, data=data, now=now)
    assert isinstance(shop, Application)
    campaign = await run(
        campaigns.create_campaign,
        db=db,
        caller=caller,
        application=shop,
        data=NewCampaign(
            name="Welcome",
            description="10 % off the session total with the coupon WELCOME10.",
            state="enabled",
            features=["coupons"],
            coupon_settings=CodeGeneratorSettings(
                valid_characters=list(ALPHABET), coupon_pattern=GATEWAY_PATTERN
            ),
        ),
        now=now,
    )
    owned = {"db": db, "application": shop, "campaign": campaign, "now": now}
    rules = NewRuleset(rules=[ten_percent_off()], bindings=[], activate=True)
    await run(rulesets.create_ruleset, caller=caller, data=rules, **owned)
    welcome = NewCoupons(coupon_pattern=COUPON, number_of_coupons=1, usage_limit=0)
    seed = secrets.token_bytes(SEED_BYTES)
    await run(coupons.create_coupons, data=welcome, seed=seed, **owned)
    return shop


def ten_percent_off() -> Rule:
    """The rule that the first session of a newcomer meets."""
    return Rule(
        title="10 % off with a valid coupon",
        condition=["and", ["couponValid"]],
        effects=[["setDiscount", "10% off", ["*", [".", "Session", "Total"], Decimal("0.1")]]],
    )


async def know_deployment(db: Db, caller: Caller, host: str) -> None:
    """Register a public name, once."""
    page = PageQuery(page_size=1000)
    known = await run(deployments.list_deployments, db=db, caller=caller, page=page)
    if host not in {one.host for one in known.data}:
        data = deployments.NewDeployment(host=host)
        await run(deployments.create_deployment, db=db, caller=caller, data=data)


async def shop_key(
    db: Db, caller: Caller, shop: Application, platform: Platform, now: datetime
) -> str:
    """A new key of the shop, as text."""
    title = "Demo" if platform == "none" else f"Demo {platform}"
    data = api_keys.NewApiKey(title=title, expires=now + KEY_VALID_FOR, platform=platform)
    return (await application_key(db, caller, shop.id, data, now)).key or ""
