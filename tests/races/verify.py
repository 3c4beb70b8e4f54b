"""Derives every counter of an Application again from its sessions, and says what differs."""

from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

import msgspec

from largesse.model.limits import GIVEN_BACK
from largesse.model.sessions import SessionDocument
from largesse.storage.db import from_json
from tests.races.cluster import Cluster
from tests.races.rush import Answer

COUNTED = ("closed", "partially_returned")


def deviations(cluster: Cluster, application_id: int) -> list[str]:
    """Everything that does not add up. Nothing, where all is well."""
    sessions = [
        (row, msgspec.json.decode(row["document"], type=SessionDocument))
        for row in cluster.sql("select * from session where application_id = $1", application_id)
    ]
    return [
        *of_coupons(cluster, application_id, sessions),
        *of_budgets(cluster, application_id, sessions),
        *of_limits(cluster, application_id),
        *of_customers(cluster, sessions),
        *of_history(cluster, application_id, sessions),
    ]


def unkept(cluster: Cluster, application_id: int, answers: Iterable[Answer]) -> list[str]:
    """The sessions that do not hold what their callers were told, each updated once."""
    sql = "select integration_id, effects from session where application_id = $1"
    stored = {row["integration_id"]: row["effects"] for row in cluster.sql(sql, application_id)}
    broken = []
    for answer in answers:
        held = stored.get(answer.sent.path.rsplit("/", 1)[1])
        if held is None or from_json(held) != answer.body["effects"]:
            broken.append(f"{answer.sent.path}: told {answer.body['effects']}, holds {held}")
    return broken


def of_coupons(cluster: Cluster, application_id: int, sessions: list[Any]) -> Iterator[str]:
    """A coupon was used as often as sessions say, by the same customers, within its limits."""
    times: Counter[int] = Counter()
    paid: dict[int, Decimal] = {}
    for _, document in sessions:
        for used in document.used:
            times[used.coupon_id] += used.times
            paid[used.coupon_id] = paid.get(used.coupon_id, Decimal(0)) + used.discount
    redeemed = {
        row["coupon_id"]: row["times"]
        for row in cluster.sql(
            "select coupon_id, sum(times)::bigint as times from coupon_redemption"
            " where application_id = $1 group by coupon_id",
            application_id,
        )
    }
    for row in cluster.sql("select * from coupon where application_id = $1", application_id):
        code, counter = row["value"], row["usage_counter"]
        if counter != times[row["id"]]:
            yield f"{code} counts {counter} uses, sessions {times[row['id']]}"
        if counter != redeemed.get(row["id"], 0):
            yield f"{code} counts {counter} uses, customers {redeemed.get(row['id'], 0)}"
        if row["discount_counter"] != paid.get(row["id"], 0):
            yield f"{code} paid {row['discount_counter']}, sessions say {paid.get(row['id'], 0)}"
        if not 0 <= counter <= (row["usage_limit"] or counter):
            yield f"{code} was used {counter} times of {row['usage_limit']}"
        if row["discount_limit"] is not None and row["discount_counter"] > row["discount_limit"]:
            yield f"{code} paid {row['discount_counter']} of {row['discount_limit']}"


def of_budgets(cluster: Cluster, application_id: int, sessions: list[Any]) -> Iterator[str]:
    """A budget has spent what sessions say."""
    spent: dict[Any, Decimal] = {}
    for _, document in sessions:
        for one in document.spent:
            key = (one.campaign_id, one.action, one.entities, one.subject, one.period)
            spent[key] = spent.get(key, Decimal(0)) + one.amount
    for row in cluster.sql("select * from counter where application_id = $1", application_id):
        key = tuple(row[name] for name in ("campaign_id", "action", "entities", "subject"))
        told = spent.pop((*key, row["period"]), Decimal(0))
        if row["amount"] != told and row["action"] in GIVEN_BACK:
            yield f"the budget {key} has spent {row['amount']}, sessions {told}"
        if row["amount"] < 0:
            yield f"the budget {key} has spent {row['amount']}"
    yield from (f"nothing counts {key}" for key, amount in spent.items() if amount)


def of_limits(cluster: Cluster, application_id: int) -> Iterator[str]:
    """No budget of a whole campaign has spent more than its limit."""
    for row in cluster.sql(
        "select l.value as limit, k.amount from campaign c, jsonb_array_elements(c.limits) l,"
        " counter k where c.application_id = $1 and k.application_id = $1"
        " and k.campaign_id = c.id and k.action = l.value ->> 'action' and k.entities = ''"
        " and l.value -> 'entities' = '[]' and k.amount > (l.value ->> 'limit')::numeric",
        application_id,
    ):
        yield f"{row['amount']} were spent of {row['limit']}"


def of_customers(cluster: Cluster, sessions: list[Any]) -> Iterator[str]:
    """A customer has closed as many sessions as there are. Customers belong to one shop here."""
    closed: Counter[str] = Counter()
    for row, document in sessions:
        closed[document.profile_id] += row["state"] in COUNTED
    sql = "select integration_id, closed_sessions from profile where integration_id = any($1)"
    for row in cluster.sql(sql, [key for key in closed if key]):
        counted = closed.pop(row["integration_id"])
        if row["closed_sessions"] != counted:
            yield f"{row['integration_id']} closed {row['closed_sessions']}, not {counted}"
    yield from (f"nobody knows the customer {key}" for key in closed if key)


def of_history(cluster: Cluster, application_id: int, sessions: list[Any]) -> Iterator[str]:
    """Every update of a session left one event, with the effects that it was answered with."""
    sql = "select * from event where application_id = $1 order by session_integration_id, id"
    events: dict[str, list[Any]] = {}
    for row in cluster.sql(sql, application_id):
        events.setdefault(row["session_integration_id"], []).append(from_json(row["document"]))
    for row, _ in sessions:
        own = events.pop(row["integration_id"], [])
        if len(own) != row["revision"]:
            yield f"{row['integration_id']} had {row['revision']} updates, {len(own)} events"
        if row["state"] == "closed" and own[-1]["effects"] != from_json(row["effects"]):
            yield f"{row['integration_id']} was told other effects than it holds"
    yield from (f"events of {key}, which is not there" for key in events if key)
