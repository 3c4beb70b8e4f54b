"""Coupons by the identifier that a partner asked for them with.

A partner may ask twice, and at the same time, for what it names alike: it gets one coupon. Who asks
is told apart by the recipient, because the identifiers of some partners name a whole mailing.
"""

import hashlib
from datetime import datetime
from typing import Final

from msgspec import Struct

from largesse.model.coupons import Coupon
from largesse.storage.coupons import COLUMNS
from largesse.storage.db import Db

KEY_BYTES_MAX: Final = 1_000  # an index has no room for more


class Asked(Struct, frozen=True):
    """What a partner asked for: an Application, a campaign, an identifier or none, a recipient."""

    application_id: int
    campaign_id: int
    identifier: str = ""
    recipient: str = ""

    def key(self, coupon_id: int = 0) -> tuple[int, int, str, str]:
        """How it is stored. A coupon that nobody named has a name that nobody can give."""
        name = _short("=" + self.identifier) if self.identifier else f"#{coupon_id}"
        return self.application_id, self.campaign_id, name, _short(self.recipient)


def _short(text: str) -> str:
    """A text, or what stands for it where it is too long to be found by."""
    raw = text.encode()
    return text if len(raw) <= KEY_BYTES_MAX else "~" + hashlib.sha256(raw).hexdigest()


async def find(db: Db, asked: Asked) -> Coupon | None:
    """The coupon that was given out under an identifier."""
    return await db.one(
        Coupon,
        f"select {COLUMNS} from coupon where application_id = $1 and id ="
        " (select coupon_id from coupon_identifier where application_id = $1 and campaign_id = $2"
        " and identifier = $3 and recipient_integration_id = $4)",
        *asked.key(),
    )


async def hold(db: Db, asked: Asked) -> None:
    """Let nobody else create under an identifier until the transaction ends."""
    await db.run(
        "select pg_advisory_xact_lock(hashtextextended(json_build_array("
        "$1::bigint, $2::bigint, $3::text, $4::text)::text, 0))",
        *asked.key(),
    )


async def insert(
    db: Db, asked: Asked, coupon_id: int, *, platform: str, external: str, now: datetime
) -> None:
    """Remember under which identifier, by which platform and for which of its campaigns."""
    await db.run(
        "insert into coupon_identifier (application_id, campaign_id, identifier,"
        " recipient_integration_id, coupon_id, platform, external_campaign_id, created)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8)",
        *asked.key(coupon_id),
        coupon_id,
        platform,
        external,
        now,
    )
