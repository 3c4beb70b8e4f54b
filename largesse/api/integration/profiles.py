"""Customer profiles: update one, with or without running rules."""

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta

from largesse.actions.update_profile import ProfileUpdate, update_profile
from largesse.api.integration import repeat_of
from largesse.deciding.loop import Ports
from largesse.engine.answer import State
from largesse.http.operation import Header, Reply, Request, put
from largesse.kit.caps import IDENTIFIER_MAX
from largesse.kit.clock import Clock
from largesse.kit.problems import Invalid
from largesse.kit.wire import Maybe, Wire, or_else
from largesse.live import Live
from largesse.model.people import Caller
from largesse.storage.db import Pool

TAG = "Customer profiles"

ProfileContent = Literal[
    "customerProfile",
    "triggeredCampaigns",
    "loyalty",
    "event",
    "awardedGiveaways",
    "ruleFailureReasons",
    "campaignEligibility",
    "achievements",
]


class ProfileRequest(Wire, kw_only=True):
    """New values of a customer, and what the answer shall hold beside the effects."""

    attributes: Maybe[dict[str, Any]] = UNSET
    evaluable_campaign_ids: Maybe[list[int]] = UNSET
    response_content: Annotated[list[ProfileContent], Meta(max_length=20)] = []


@put("/v2/customer_profiles/{integration_id:str}", tags=[TAG], may="update profiles", answer=State)
async def update_customer_profile(
    *,
    pool: Pool,
    live: Live,
    clock: Clock,
    seed: bytes,
    caller: Caller,
    request: Request,
    integration_id: str,
    data: ProfileRequest,
    run_rule_engine: bool = False,
    dry: bool = False,
    idempotency_key: Annotated[str, Header("Idempotency-Key")] = "",
) -> Reply:
    """Merge attributes into a customer, null removing one; rules run where `runRuleEngine` asks
    for it.
    """
    check(caller, integration_id, data, runs_rules=run_rule_engine, dry=dry)
    chosen = or_else(data.evaluable_campaign_ids, [])
    now = clock.now()
    update = ProfileUpdate(
        now=now,
        attributes=or_else(data.attributes, {}),
        runs_rules=run_rule_engine,
        evaluable_campaign_ids=frozenset(chosen) or None,
        content=frozenset(data.response_content),
        dry=(dry and run_rule_engine) or caller.is_test,
        repeat=await repeat_of(request, idempotency_key),
    )
    return Reply(await update_profile(Ports(pool, live, now, seed), caller, integration_id, update))


def check(caller: Caller, key: str, data: ProfileRequest, *, runs_rules: bool, dry: bool) -> None:
    """Refuse what only makes sense where rules run, or run dry."""
    if not 1 <= len(key) <= IDENTIFIER_MAX:
        raise Invalid(
            f"An id has 1 to {IDENTIFIER_MAX} characters",
            "parameter:integrationId",
            title="maxLength",
        )
    if caller.is_test and not runs_rules:
        raise Invalid(
            "A test key needs runRuleEngine=true", "parameter:runRuleEngine", title="Invalid"
        )
    if data.response_content and not runs_rules:
        raise Invalid(
            "responseContent needs runRuleEngine=true", "/responseContent", title="Invalid"
        )
    is_dry = dry or caller.is_test
    if "campaignEligibility" in data.response_content and not is_dry:
        raise Invalid("campaignEligibility needs dry=true", "/responseContent", title="Invalid")
    if data.evaluable_campaign_ids is not UNSET and not is_dry:
        raise Invalid(
            "evaluableCampaignIds needs dry=true", "/evaluableCampaignIds", title="Invalid"
        )
