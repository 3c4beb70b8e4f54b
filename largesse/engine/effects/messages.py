"""Effects that only say something: notifications, and payloads that a shop defined.

Source: ShowNotificationEffectProps, CustomEffectProps.
"""

import re
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, Literal, get_args

import msgspec

from largesse.engine.cart import number
from largesse.engine.effects import effect
from largesse.engine.expr.functions import Whole, whole
from largesse.engine.expr.values import EffectFailed
from largesse.engine.scene import Scene
from largesse.kit.money import read_number
from largesse.kit.wire import Json, Wire
from largesse.model.campaigns import CustomEffect
from largesse.model.effects import Effected

Kind = Literal["Info", "Offer", "Error", "Misc"]
KINDS: Final = get_args(Kind)
_PLACE: Final = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_QUOTE: Final = re.compile(r'(?<!\\)(?:\\\\)*"')
_decoder: Final = msgspec.json.Decoder(float_hook=read_number)
_encoder: Final = msgspec.json.Encoder(decimal_format="number")


class ShowNotification(Wire, kw_only=True):
    """A message for the customer."""

    notification_type: str
    title: str
    body: str


class Custom(Wire, kw_only=True):
    """A payload of the shop's own."""

    effect_id: int
    name: str
    payload: Json


@effect("showNotification", says="show the {kind} “{title}”: {body}", on_failure=True)
def show_notification(kind: Kind, title: str, body: str) -> Effected:
    """Tell the shop to show the customer a message."""
    if kind not in KINDS:
        raise EffectFailed(f"{kind} is no kind of notification")
    return Effected(
        "showNotification", (ShowNotification(notification_type=kind, title=title, body=body),)
    )


@effect(
    "customEffect", says="send the custom effect {effect_id} with {values: and }", on_failure=True
)
def custom_effect(scene: Scene, effect_id: Whole, *values: Any) -> Effected:
    """Send a payload that the shop defined, its places filled with values in the order of its
    parameters.
    """
    known = scene.rulebook.custom_effects.get(whole(effect_id))
    if known is None:
        raise EffectFailed(f"there is no custom effect {effect_id:f}")
    if len(values) != len(known.params):
        raise EffectFailed(f"{known.name} takes {len(known.params)} values, not {len(values)}")
    purse = scene.purse("", "customEffect")
    if purse.take(Decimal(1)) is None:
        raise EffectFailed("the budget allows no more custom effects")
    props = Custom(effect_id=known.id, name=known.name, payload=filled(known, values))
    return Effected("customEffect", (props,), purse.changes())


def filled(known: CustomEffect, values: tuple[Any, ...]) -> Json:
    """The payload with its places filled. Raises `EffectFailed` when that makes no JSON object.

    A place within quotes becomes text, a place outside of them the JSON of its value.
    """
    given = {parameter.name: value for parameter, value in zip(known.params, values, strict=True)}
    text, quoted = "", False
    parts = _PLACE.split(known.payload)
    for at, part in enumerate(parts):
        if at % 2:
            text += written(given.get(part), quoted=quoted)
        else:
            quoted ^= len(_QUOTE.findall(part)) % 2 == 1
            text += part
    try:
        payload = _decoder.decode(text)
    except (msgspec.MsgspecError, ValueError) as error:
        raise EffectFailed(f"the payload of {known.name} is no JSON with these values") from error
    if not isinstance(payload, dict):
        raise EffectFailed(f"the payload of {known.name} is no JSON object")
    return number(payload)


def written(value: Any, *, quoted: bool) -> str:
    """A value as it stands in a JSON text, within quotes or not."""
    if isinstance(value, datetime):
        value = value.isoformat().replace("+00:00", "Z")
    if quoted and not isinstance(value, str):
        value = _encoder.encode(value).decode()
    text = _encoder.encode(value).decode()
    return text[1:-1] if quoted else text
