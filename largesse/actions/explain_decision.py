"""Explain a decision: for a stored session or for a cart, now or at another instant. Writes
nothing.
"""

from datetime import datetime

import msgspec
from msgspec import UNSET, Struct

from largesse.deciding.loop import Ports, Seen, look
from largesse.engine.explain import Explanation, explain
from largesse.engine.returns import key_of
from largesse.engine.rulebook import Rulebook
from largesse.engine.sessions import check_prices, filled, merge
from largesse.engine.situation import Happening, Situation
from largesse.engine.validity import check_update
from largesse.kit.money import ZERO
from largesse.kit.problems import Invalid, must
from largesse.kit.wire import or_else
from largesse.model.coupons import KnownCoupon
from largesse.model.sessions import SessionDocument, SessionUpdate, State
from largesse.storage.situations import Ask, Found


class Question(Struct, kw_only=True):
    """What shall be explained: a stored session, a cart, or one with the other over it."""

    application_id: int
    session_id: str = ""
    update: SessionUpdate = msgspec.field(default_factory=SessionUpdate)
    coupon_code: str = ""
    at: datetime


class Explaining:
    """A question on its way to an explanation."""

    def __init__(self, question: Question) -> None:
        self.question = question
        codes = question.update.coupon_codes
        self.codes = codes
        if question.coupon_code:
            self.codes = [*or_else(codes, []), question.coupon_code]

    def ask(self, rulebook: Rulebook) -> Ask:
        """The session, its customer, and the codes that the question names."""
        application, update = rulebook.application, self.question.update
        return Ask(
            application=application.id,
            account=application.account_id,
            sandbox=application.sandbox,
            session=self.question.session_id or UNSET,
            profile=update.profile_id,
            codes=UNSET if self.codes is UNSET else [rulebook.fold(code) for code in self.codes],
            referral=update.referral_code,
            catalog=UNSET if rulebook.catalog_id is None else rulebook.catalog_id,
            skus=sorted({item.sku for item in or_else(update.cart_items, [])}),
        )

    def expect(self, rulebook: Rulebook) -> Situation:
        """What the question alone tells."""
        return self.situation_of(SessionDocument(), "open")

    def situation_of(self, stored: SessionDocument, state: State) -> Situation:
        """The session as the question puts it."""
        session = merge(stored, self.question.update)
        if self.codes is not UNSET:
            session.coupon_codes = self.codes
        return Situation(
            now=self.question.at,
            happening=Happening("talon_session_updated"),
            profile_key=session.profile_id,
            session_key=self.question.session_id or "explained",
            session=session,
            state="closed" if state == "closed" else "open",
            dry=True,
        )

    def situation(self, rulebook: Rulebook, found: Found) -> Situation:
        """The situation with what is stored. What a closed session took counts as still there."""
        check_update(rulebook, self.question.update)
        stored = found.session
        if self.question.session_id:
            must(stored, "session", self.question.session_id)
        document = stored.document if stored else SessionDocument()
        situation = self.situation_of(document, stored.state if stored else "open")
        if found.goods:
            goods = {item.sku: item for item in found.goods}
            situation.session = filled(situation.session, goods)
        check_prices(situation.session.cart_items)
        situation.profile, situation.stored = found.profile, stored
        return situation


async def explain_decision(ports: Ports, question: Question) -> Explanation:
    """The decision as a tree. Raises `NotFound` for an unknown session, `Invalid` for no
    question.
    """
    if not question.session_id and question.update.cart_items is UNSET and not question.coupon_code:
        raise Invalid("Name a session, a cart or a code", "/sessionId", title="required")
    seen = await look(ports, question.application_id, Explaining(question))
    as_if_not_taken(seen)
    explanation, _ = explain(seen.rulebook, seen.situation)
    return explanation


def as_if_not_taken(seen: Seen) -> None:
    """Give back what the session itself has spent, or it would be in its own way."""
    situation = seen.situation
    if situation.stored is None:
        return
    document = situation.stored.document
    for spent in document.spent:
        key = key_of(spent)
        situation.counters[key] = situation.counters.get(key, ZERO) - spent.amount
    used = {one.coupon_id: one for one in document.used}
    for coupon in situation.coupons.values():
        if coupon.id in used:
            give_back(coupon, used[coupon.id].times)


def give_back(coupon: KnownCoupon, times: int) -> None:
    """Count the redemptions of the explained session as not yet there."""
    coupon.usage_counter -= times
    coupon.profile_redemption_count -= times
