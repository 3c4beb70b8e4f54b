"""Effects that change custom attributes.

Source: UpdateAttributeEffectProps.
"""

import re
from typing import Any, Final

from largesse.engine.effects import effect
from largesse.engine.expr.values import EffectFailed
from largesse.engine.making import as_json_value
from largesse.engine.scene import Scene
from largesse.kit.wire import Json, Wire
from largesse.model.attributes import fits
from largesse.model.changes import AttributeSet
from largesse.model.effects import Effected

ENTITIES: Final = {  # the root in a path: the entity whose attributes it has
    "Session": "CustomerSession",
    "CustomerSession": "CustomerSession",
    "Profile": "CustomerProfile",
    "CustomerProfile": "CustomerProfile",
    "Coupon": "Coupon",
}
ROOTS: Final = {"CustomerSession": "Session", "CustomerProfile": "Profile"}
_PATH: Final = re.compile(r"(\w+)(?:\.CartItems\[(\d{1,4})\])?\.Attributes\.(\w+)")


class UpdateAttribute(Wire, kw_only=True):
    """A new value of a custom attribute."""

    path: str
    value: Json


@effect("updateAttribute", says="set {path} to {value}")
def update_attribute(scene: Scene, path: str, value: Any) -> Effected:
    """Set a custom attribute of the session, the customer, the code or a line of the cart.

    It is stored at once, seen by the rules that follow, and never undone. An item's lasts for this
    evaluation only.
    """
    found = _PATH.fullmatch(path)
    root, line, name = found.groups() if found else ("", None, "")
    entity = ENTITIES.get(root, "")
    if line:
        entity = "CartItem" if entity == "CustomerSession" else ""
    kind = scene.rulebook.types.get(entity, {}).get(name)
    if kind is None:
        raise EffectFailed(f"there is no attribute {path}")
    if root not in scene.roots or (entity == "Coupon" and scene.coupon is None):
        raise EffectFailed(f"there is no {root} here")
    plain = as_json_value(value)
    if not fits(plain, kind):
        raise EffectFailed(f"the value of {path} is not a {kind}")
    change = AttributeSet(
        entity=ROOTS.get(entity, entity),
        name=name,
        value=plain,
        seen=value,
        position=int(line) if line else -1,
        coupon_id=scene.coupon.id if entity == "Coupon" and scene.coupon else 0,
    )
    scene.attributes_of(change.entity, change.position)  # Fails here if there is no such line.
    return Effected("updateAttribute", (UpdateAttribute(path=path, value=plain),), (change,))
