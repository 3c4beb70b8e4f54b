"""Effects that hand out codes of a pool.

Source: AwardGiveawayEffectProps, WillAwardGiveawayEffectProps.
"""

from decimal import Decimal
from typing import Literal

from largesse.engine.effects import effect
from largesse.engine.expr.functions import Whole, whole
from largesse.engine.expr.values import EffectFailed
from largesse.engine.people import person
from largesse.engine.scene import Scene
from largesse.kit.wire import Wire
from largesse.model.changes import Change, GiveawayAwarded
from largesse.model.effects import Effected


class WillAwardGiveaway(Wire, kw_only=True):
    """A code of the pool will be given when the session closes."""

    pool_id: int
    pool_name: str
    recipient_integration_id: str


class AwardGiveaway(WillAwardGiveaway, kw_only=True):
    """A code that was given."""

    giveaway_id: int
    code: str


@effect("awardGiveaway", says="give the {whose} customer a code of the pool {pool_id}")
def award_giveaway(
    scene: Scene, pool_id: Whole, whose: Literal["Current", "Advocate"] = "Current"
) -> Effected:
    """Give a customer a code of a pool: promised while the session is open, given when it closes.

    Fails when the pool is empty. A code that was given stays given.
    """
    pool = whole(pool_id)
    name = scene.rulebook.pools.get(pool)
    if name is None:
        raise EffectFailed(f"there is no pool {pool}")
    recipient, _ = person(scene, whose)
    left = [
        gift
        for gift in scene.situation.gifts
        if gift.pool_id == pool and ("given", gift.id) not in scene.state
    ]
    if not left:
        raise EffectFailed(f"the pool {name} has no codes left")
    purse = scene.purse("", "awardGiveaway")
    if purse.take(Decimal(1)) is None:
        raise EffectFailed("the budget allows no more giveaways")
    gift = left[0]
    changes: tuple[Change, ...] = (GiveawayAwarded(pool, gift.id, recipient), *purse.changes())
    if not scene.situation.commits:
        promise = WillAwardGiveaway(
            pool_id=pool, pool_name=name, recipient_integration_id=recipient
        )
        return Effected("willAwardGiveaway", (promise,), changes)
    given = AwardGiveaway(
        pool_id=pool,
        pool_name=name,
        recipient_integration_id=recipient,
        giveaway_id=gift.id,
        code=gift.code,
    )
    return Effected("awardGiveaway", (given,), changes)
