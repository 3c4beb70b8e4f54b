"""What races are about: shops with codes and budgets that run out, and sessions that close."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from largesse.actions.save_campaign import create_campaign
from largesse.actions.save_ruleset import create_ruleset
from largesse.model.campaigns import NewCampaign, NewRuleset
from largesse.storage import applications
from tests import kit
from tests.races.cluster import Cluster, connected
from tests.races.rush import Answer, Sent, rush

SESSIONS = "/v2/customer_sessions/"
TEN_OFF = ["setDiscount", "ten", 10]


@dataclass(frozen=True)
class Stall:
    """A shop that every process of the cluster sells for."""

    cluster: Cluster
    shop: kit.Shop

    @property
    def path(self) -> str:
        """Where the Management API has it."""
        return f"/v1/applications/{self.shop.id}"

    def sent(self, at: int, key: str, body: Any, **headers: str) -> Sent:
        """An update of a session, to one of the processes in turn."""
        node = self.cluster.nodes[at % len(self.cluster.nodes)]
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return Sent(node, "PUT", SESSIONS + key, self.shop.key, body, named)

    def reopening(self, at: int, key: str) -> Sent:
        """A request to open a session again."""
        node = self.cluster.nodes[at % len(self.cluster.nodes)]
        return Sent(node, "PUT", f"{SESSIONS}{key}/reopen", self.shop.key)

    def update(self, key: str, body: Any, at: int = 0) -> Answer:
        """One update with nobody beside it."""
        (answer,) = rush([self.sent(at, key, body)])
        assert answer.status == 200, answer.content
        return answer

    def session(self, key: str) -> dict[str, Any]:
        """A session as it is stored."""
        call = self.cluster.call
        found = call("GET", SESSIONS + key, key=self.shop.key, status=200)
        return found.json()["customerSession"]

    def coupon(self, code: str) -> dict[str, Any]:
        """What is counted of a coupon."""
        sql = "select * from coupon where application_id = $1 and value = $2"
        (row,) = self.cluster.sql(sql, self.shop.id, code)
        return dict(row)

    def spent(self, campaign_id: int) -> dict[str, int]:
        """What the budgets of a campaign have spent, by action."""
        sql = "select action, amount from counter where application_id = $1 and campaign_id = $2"
        found = self.cluster.sql(sql, self.shop.id, campaign_id)
        return {row["action"]: int(row["amount"]) for row in found}


def a_stall(cluster: Cluster) -> Stall:
    """A new shop."""
    return Stall(cluster, kit.an_application(cluster.call))


def a_campaign(stall: Stall, *conditions: Any, **values: Any) -> int:
    """A running campaign that takes ten off when the conditions hold."""
    (made,) = campaigns(stall, 1, lambda _: list(conditions), **values)
    return made


def campaigns(
    stall: Stall, count: int, condition: Callable[[int], Sequence[Any]], **values: Any
) -> list[int]:
    """As many campaigns at once, each with ten off under its own condition."""
    return kit.run(_campaigns(stall, count, condition, values))


async def _campaigns(
    stall: Stall, count: int, condition: Callable[[int], Sequence[Any]], values: dict[str, Any]
) -> list[int]:
    now = datetime.now(UTC)
    effects = values.pop("effects", [TEN_OFF])
    made = []
    async with connected(stall.cluster.database_url) as pool, pool.transaction() as db:
        account_id = stall.cluster.call.account_id
        application = await applications.find(db, account_id, stall.shop.id)
        for at in range(count):
            body = {"name": f"Race {at}", "tags": [], "features": ["coupons"], "limits": []}
            campaign = await create_campaign(
                db, application, 0, msgspec.convert({**body, **values}, NewCampaign), now=now
            )
            rule = {"title": "ten", "condition": ["and", *condition(at)], "effects": effects}
            rules = msgspec.convert({"rules": [rule], "bindings": [], "activate": True}, NewRuleset)
            await create_ruleset(db, application, campaign, rules, person_id=0, now=now)
            made.append(campaign.id)
    return made


def codes(stall: Stall, campaign_id: int, count: int, **terms: Any) -> list[str]:
    """New coupons of a campaign."""
    path = f"{stall.path}/campaigns/{campaign_id}/coupons?silent=no"
    body = {"usageLimit": 0, **terms, "numberOfCoupons": count}
    made = stall.cluster.call("POST", path, body, status=200)
    return [one["value"] for one in made.json()["data"]]


def limit(action: str, amount: int, *entities: str) -> dict[str, Any]:
    """A budget of a campaign."""
    return {"action": action, "limit": amount, "entities": list(entities)}


def closing(*codes_entered: str, **values: Any) -> dict[str, Any]:
    """A session of a hundred that closes; of a new customer unless told otherwise."""
    session = {
        "profileId": f"c-{secrets.token_hex(8)}",
        "state": "closed",
        "couponCodes": list(codes_entered),
        "cartItems": [{"name": "Mug", "sku": "mug", "quantity": 1, "price": 100}],
        **values,
    }
    return {"customerSession": session, "responseContent": ["customerSession"]}


def to_state(state: str) -> dict[str, Any]:
    """An update that moves a session to a state and nothing else."""
    return {"customerSession": {"state": state}, "responseContent": ["customerSession"]}
