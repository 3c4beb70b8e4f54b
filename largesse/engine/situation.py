"""All that one decision may look at. Nothing else reaches the engine: not the time, not chance,
not a database.
"""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from msgspec import Struct, field

from largesse.model.coupons import KnownCoupon
from largesse.model.giveaways import Gift
from largesse.model.limits import CounterKey
from largesse.model.profiles import KnownProfile
from largesse.model.referrals import KnownReferral
from largesse.model.sessions import SessionDocument, State, StoredSession


class Happening(Struct, frozen=True):
    """What set the decision off: a built-in event of a session or profile, or a custom event."""

    type: str
    attributes: dict[str, Any] = field(default_factory=dict)
    is_custom: bool = False
    integration_id: str = ""  # of an advanced event
    connected_session_id: str = ""


class Situation(Struct, kw_only=True):
    """What was read for one decision.

    `session` is what the session will be; `stored` what it was. `ids` and `seed` are where new rows
    and codes take their numbers and characters from.
    """

    now: datetime
    happening: Happening
    profile_key: str = ""
    profile: KnownProfile | None = None
    session_key: str = ""
    session: SessionDocument = field(default_factory=SessionDocument)
    state: State = "open"
    stored: StoredSession | None = None
    coupons: dict[str, KnownCoupon] = field(default_factory=dict)
    counters: dict[CounterKey, Decimal] = field(default_factory=dict)
    asked: frozenset[CounterKey] = (
        frozenset()
    )  # the counters that were read; one that is not in `counters` is zero
    referral: KnownReferral | None = None
    audiences: dict[int, str] = field(default_factory=dict)  # of the customer, by id
    joined: frozenset[int] = frozenset()  # audiences that this request made the customer join
    left: frozenset[int] = frozenset()
    gifts: list[Gift] = field(default_factory=list)  # codes that pools can still give
    ids: Iterator[int] = field(default_factory=lambda: iter(()))
    seed: bytes = b""
    dry: bool = False
    complete: bool = False  # evaluate and explain every campaign, not only those that can fire
    candidates: dict[int, list[int]] | None = None  # what the index said, once it was asked
    evaluable_campaign_ids: frozenset[int] | None = None
    staged: bool = False  # a test key also tries staged campaigns

    @property
    def commits(self) -> bool:
        """Whether what is decided counts at once: a closing session, an event, a profile update."""
        return not self.session_key or self.state in ("closed", "partially_returned")
