"""What tests of the Management API make again and again, and how they read problems."""

from typing import Any

import httpx

from tests.kit import Call

RULES = {
    "rules": [
        {
            "title": "ten",
            "condition": ["and"],
            "effects": [["setDiscount", "10% off", ["*", [".", "Session", "Total"], 0.1]]],
        }
    ],
    "bindings": [],
}


def an_attribute(call: Call, entity: str, name: str, **values: Any) -> dict[str, Any]:
    """A custom attribute; a text unless told otherwise."""
    body = {
        "entity": entity,
        "name": name,
        "title": name,
        "type": "string",
        "description": "",
        "suggestions": [],
        "editable": True,
        **values,
    }
    return call("POST", "/v1/attributes", body, status=201).json()


def new_coupons(call: Call, path: str, **values: Any) -> list[dict[str, Any]]:
    """Coupons of the campaign at a path; one unless told otherwise."""
    body = {"usageLimit": 1, "numberOfCoupons": 1, **values}
    return call("POST", f"{path}/coupons?silent=no", body, status=200).json()["data"]


def a_code(call: Call, path: str, code: str, **values: Any) -> dict[str, Any]:
    """A coupon with exactly this code."""
    (made,) = new_coupons(call, path, couponPattern=code, **values)
    return made


def codes(found: httpx.Response) -> list[str]:
    """The codes of a list of coupons, sorted."""
    return sorted(coupon["value"] for coupon in found.json()["data"])


def places(response: httpx.Response) -> set[str]:
    """Where a request was wrong."""
    assert 400 <= response.status_code < 500, response.text
    return {next(iter(one["source"].values()), "") for one in response.json()["errors"]}


def version(call: Call, application_id: int) -> int:
    """The version of an Application's rulebook."""
    sql = "select rulebook_version from application where id = $1"
    return call.server.sql(sql, application_id)[0]["rulebook_version"]


def spend(call: Call, campaign: dict[str, Any], action: str, amount: int, **key: str) -> None:
    """Let a budget have spent something."""
    call.server.sql(
        "insert into counter"
        " (application_id, campaign_id, action, entities, subject, period, amount)"
        " values ($1, $2, $3, $4, $5, $6, $7)",
        campaign["applicationId"],
        campaign["id"],
        action,
        key.get("entities", ""),
        key.get("subject", ""),
        key.get("period", ""),
        amount,
    )


def spent(call: Call, campaign: dict[str, Any]) -> dict[tuple[str, str], int]:
    """What the budgets of a campaign have spent, by action and subject."""
    rows = call.server.sql(
        "select action, subject, amount from counter"
        " where application_id = $1 and campaign_id = $2",
        campaign["applicationId"],
        campaign["id"],
    )
    return {(row["action"], row["subject"]): int(row["amount"]) for row in rows}
