"""Customer profiles: update one, with or without running rules; or many at once, without."""

from datetime import datetime
from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta

from largesse.actions import update_profiles as updating
from largesse.actions.update_profile import ProfileUpdate, update_profile
from largesse.actions.update_profiles import ManyProfiles, ManyProfilesState
from largesse.api.integration import repeat_of
from largesse.deciding.loop import Ports
from largesse.engine.answer import State
from largesse.http.operation import Header, Reply, Request, put
from largesse.kit.caps import IDENTIFIER_MAX
from largesse.kit.clock import Clock
from largesse.kit.problems import Invalid
from largesse.kit.wire import Maybe, Wire, or_else
from largesse.live import Live
from largesse.model.campaigns import Application
from largesse.model.people import Caller
from largesse.storage.db import Db, Pool

TAG = "Customer profiles"
AUDIENCES_MAX = 1_000  # that one customer joins, or leaves, in one call

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


class AudiencesChanges(Wire, kw_only=True):
    """The audiences that a customer joins and leaves."""

    adds: Annotated[list[int], Meta(max_length=AUDIENCES_MAX)]
    deletes: Annotated[list[int], Meta(max_length=AUDIENCES_MAX)]


class ProfileRequest(Wire, kw_only=True):
    """New values of a customer, and what the answer shall hold beside the effects."""

    attributes: Maybe[dict[str, Any]] = UNSET
    audiences_changes: Maybe[AudiencesChanges] = UNSET
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
    if data.audiences_changes is not UNSET:
        update.adds = data.audiences_changes.adds
        update.deletes = data.audiences_changes.deletes
    return Reply(await update_profile(Ports(pool, live, now, seed), caller, integration_id, update))


@put("/v2/customer_profiles", tags=[TAG], may="update profiles", answer=ManyProfilesState)
async def update_customer_profiles(
    *,
    db: Db,
    application: Application,
    caller: Caller,
    now: datetime,
    request: Request,
    data: ManyProfiles,
    silent: Literal["yes", "no"] = "yes",
    idempotency_key: Annotated[str, Header("Idempotency-Key")] = "",
) -> Reply:
    """Merge attributes into up to 1000 customers, all or none, without running rules.

    With `silent=no` the answer shows the customers.
    """
    answer = await updating.update_profiles(
        db,
        application,
        data,
        now=now,
        silent=silent == "yes",
        repeat=await repeat_of(request, idempotency_key),
        dry=caller.is_test,
    )
    return Reply(answer.body.encode(), status=answer.status)


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
