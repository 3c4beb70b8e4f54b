"""The effect that calls another server.

Source: TriggerWebhookEffectProps.
"""

from decimal import Decimal
from typing import Any

from largesse.engine.effects import effect
from largesse.engine.expr.functions import Whole, whole
from largesse.engine.expr.values import EffectFailed
from largesse.engine.making import as_json_value
from largesse.engine.scene import Scene
from largesse.kit.wire import Wire
from largesse.model.changes import WebhookTriggered
from largesse.model.effects import Effected


class TriggerWebhook(Wire, kw_only=True):
    """Which webhook is called; for information."""

    webhook_id: int
    webhook_name: str


@effect("triggerWebhook", says="call the webhook {webhook_id} with {values: and }")
def trigger_webhook(scene: Scene, webhook_id: Whole, *values: Any) -> Effected:
    """Call another server with values for the parameters of a webhook; not in dry runs."""
    known = scene.rulebook.webhooks.get(whole(webhook_id))
    if known is None:
        raise EffectFailed(f"there is no webhook {webhook_id:f}")
    if len(values) != len(known.params):
        raise EffectFailed(f"{known.title} takes {len(known.params)} values, not {len(values)}")
    purse = scene.purse("", "callApi")
    if purse.take(Decimal(1)) is None:
        raise EffectFailed("the budget allows no more calls")
    props = TriggerWebhook(webhook_id=known.id, webhook_name=known.title)
    due = WebhookTriggered(known.id, tuple(as_json_value(value) for value in values))
    return Effected("triggerWebhook", (props,), (due, *purse.changes()))
