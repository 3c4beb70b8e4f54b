"""Effects that let customers join and leave audiences.

Source: AddToAudienceEffectProps, RemoveFromAudienceEffectProps.
"""

from typing import Literal

from msgspec import UNSET

from largesse.engine.effects import effect
from largesse.engine.expr.functions import Whole, whole
from largesse.engine.expr.values import EffectFailed
from largesse.engine.people import person
from largesse.engine.scene import Scene
from largesse.kit.wire import Maybe, Wire
from largesse.model.changes import AudienceChanged
from largesse.model.effects import Effected


class Membership(Wire, kw_only=True):
    """An audience and the customer who joins or leaves it."""

    audience_id: int
    audience_name: str
    profile_integration_id: str
    profile_id: Maybe[int] = UNSET


@effect("addToAudience", says="let the {whose} customer join the audience {audience_id}")
def add_to_audience(
    scene: Scene, audience_id: Whole, whose: Literal["Current", "Advocate"] = "Current"
) -> Effected:
    """Let a customer join an audience: at once, also while the session is open, and for good."""
    return moved(scene, whole(audience_id), whose, adds=True)


@effect("removeFromAudience", says="let the {whose} customer leave the audience {audience_id}")
def remove_from_audience(
    scene: Scene, audience_id: Whole, whose: Literal["Current", "Advocate"] = "Current"
) -> Effected:
    """Let a customer leave an audience: at once, also while the session is open, and for good."""
    return moved(scene, whole(audience_id), whose, adds=False)


def moved(scene: Scene, audience_id: int, whose: str, *, adds: bool) -> Effected:
    """A change of membership. Raises `EffectFailed` without the customer or the audience."""
    name = scene.rulebook.audiences.get(audience_id)
    if name is None:
        raise EffectFailed(f"there is no audience {audience_id}")
    key, profile = person(scene, whose)
    props = Membership(
        audience_id=audience_id,
        audience_name=name,
        profile_integration_id=key,
        profile_id=profile.id if profile else UNSET,
    )
    kind = "addToAudience" if adds else "removeFromAudience"
    return Effected(kind, (props,), (AudienceChanged(audience_id, key, adds),))
