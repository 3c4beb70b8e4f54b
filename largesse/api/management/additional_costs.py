"""Additional costs of the account: shipping, wrapping and the like."""

from datetime import datetime
from typing import Final

from largesse.http.operation import get, post, put
from largesse.kit.paging import PageQuery, Total
from largesse.kit.problems import Fault, Invalid, must
from largesse.kit.wire import given
from largesse.model.attributes import AdditionalCost, NewAdditionalCost
from largesse.model.people import Caller
from largesse.storage import additional_costs, applications
from largesse.storage.db import Db

TAG: Final = "Additional costs"
COSTS: Final = "/v1/additional_costs"
COST: Final = COSTS + "/{additional_cost_id:int}"


@get(COSTS, tags=[TAG], may="read attributes")
async def list_additional_costs(db: Db, caller: Caller, page: PageQuery) -> Total[AdditionalCost]:
    """List the additional costs of the account."""
    return await additional_costs.page(db, caller.account_id, page)


@post(COSTS, tags=[TAG], may="edit attributes")
async def create_additional_cost(
    db: Db, caller: Caller, data: NewAdditionalCost, now: datetime
) -> AdditionalCost:
    """Create an additional cost. Its name cannot be changed later."""
    await check(db, caller.account_id, data)
    made = await additional_costs.insert(db, caller.account_id, given(data), now)
    await applications.touch_all(db, caller.account_id, made.subscribed_applications_ids)
    return made


@get(COST, tags=[TAG], may="read attributes")
async def get_additional_cost(db: Db, caller: Caller, additional_cost_id: int) -> AdditionalCost:
    """Get an additional cost."""
    found = await additional_costs.find(db, caller.account_id, additional_cost_id)
    return must(found, "additional cost", additional_cost_id)


@put(COST, tags=[TAG], may="edit attributes")
async def update_additional_cost(
    db: Db, caller: Caller, additional_cost_id: int, data: NewAdditionalCost
) -> AdditionalCost:
    """Change an additional cost, all but its name."""
    found = await additional_costs.find(db, caller.account_id, additional_cost_id)
    old = must(found, "additional cost", additional_cost_id)
    if data.name != old.name:
        raise Invalid("The name of an additional cost cannot be changed", "/name", title="Fixed")
    await check(db, caller.account_id, data)
    changed = await additional_costs.update(db, caller.account_id, old.id, given(data))
    await applications.touch_all(db, caller.account_id)
    return must(changed, "additional cost", additional_cost_id)


async def check(db: Db, account_id: int, data: NewAdditionalCost) -> None:
    """Raise `Invalid` where Applications of another account are named."""
    ids = data.subscribed_applications_ids
    known = await applications.known(db, account_id, ids)
    faults = [
        Fault("Not found", f"There is no Application {one}", f"/subscribedApplicationsIds/{at}")
        for at, one in enumerate(ids)
        if one not in known
    ]
    if faults:
        raise Invalid.of(faults)
