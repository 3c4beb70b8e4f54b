"""Whom a rule speaks of: the customer of the request, or the advocate who referred him."""

from largesse.engine.expr.values import EffectFailed
from largesse.engine.scene import Scene
from largesse.model.profiles import KnownProfile


def person(scene: Scene, whose: str) -> tuple[str, KnownProfile | None]:
    """The id and what is known of a customer. Raises `EffectFailed` when there is none."""
    if whose == "Advocate":
        referral = scene.situation.referral
        if referral is None or referral.advocate is None:
            raise EffectFailed("there is no advocate here")
        return referral.advocate_profile_integration_id, referral.advocate
    if whose != "Current":
        raise EffectFailed(f"{whose} is neither Current nor Advocate")
    if not scene.situation.profile_key:
        raise EffectFailed("this needs a customer")
    return scene.situation.profile_key, scene.situation.profile
