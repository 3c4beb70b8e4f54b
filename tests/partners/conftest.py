"""A shop whose partners call the gateway."""

from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests import kit
from tests.kit import DEPLOYMENT

PLATFORMS = ("braze", "iterable", "customer_engagement", "segment")
ATTRIBUTES = {
    "channel": "string",
    "zip": "string",
    "venue": "number",
    "vip": "boolean",
    "opens": "time",
    "seats": "(list number)",
    "tags": "(list string)",
    "place": "location",
}


@dataclass
class Market:
    """An Application with campaigns, attributes of coupons, and a key for each platform."""

    call: kit.Call
    shop: kit.Shop
    campaign: int
    other_campaign: int
    keys: dict[str, str]

    def braze(self, **body: Any) -> httpx.Response:
        """Ask for a coupon as Braze does. A member that is None is not sent."""
        return self.post("/braze/coupon", {**self.named(), **body})

    def reserve(self, **body: Any) -> httpx.Response:
        """Reserve a coupon as Braze does."""
        return self.post("/braze/coupon_reservation", body)

    def post(self, path: str, body: dict[str, Any]) -> httpx.Response:
        """Send a body with the deployment in it."""
        sent = {"deploymentUrl": DEPLOYMENT, **body}
        headers = sent.pop("headers", {})
        given = {name: value for name, value in sent.items() if value is not None}
        return self.call("POST", path, given, key=self.keys["braze"], headers=headers)

    def flow(self, *pairs: tuple[str, Any], **query: Any) -> httpx.Response:
        """Ask for a coupon as a customer engagement platform does. None is not sent."""
        headers = {
            "customer-engagement-platform-name": "pendula",
            "destination-hostname": DEPLOYMENT,
            **query.pop("headers", {}),
        }
        sent = {**self.named(), "externalCampaignId": "birthday", **query}
        given = [(name, value) for name, value in sent.items() if value is not None]
        key = self.keys["customer_engagement"]
        path = "/customer_engagement/coupon"
        return self.call("GET", path, key=key, headers=headers, params=[*given, *pairs])

    def iterable(self, **query: Any) -> httpx.Response:
        """Ask for a coupon as Iterable does. None is not sent."""
        headers = query.pop("headers", {})
        sent = {"deployment": DEPLOYMENT, "iterableCampaignId": "it-1", **self.named(), **query}
        given = [(name, value) for name, value in sent.items() if value is not None]
        key = self.keys["iterable"]
        return self.call("GET", "/iterable/coupon", key=key, headers=headers, params=given)

    def named(self) -> dict[str, Any]:
        """The Application and the campaign."""
        return {"applicationId": self.shop.id, "campaignId": self.campaign}

    def coupons(self) -> list[dict[str, Any]]:
        """Every coupon of the campaign."""
        path = f"/v1/applications/{self.shop.id}/campaigns/{self.campaign}/coupons/no_total"
        return self.call("GET", path, status=200).json()["data"]

    def create(self, code: str, **values: Any) -> dict[str, Any]:
        """A coupon with this code."""
        path = f"/v1/applications/{self.shop.id}/campaigns/{self.campaign}/coupons?silent=no"
        body = {"couponPattern": code, "numberOfCoupons": 1, "usageLimit": 5, **values}
        return self.call("POST", path, body, status=200).json()["data"][0]


def a_market(call: kit.Call, **values: Any) -> Market:
    """A market whose Application folds codes to upper case, if nothing else is said."""
    for name, kind in ATTRIBUTES.items():
        kit_attribute(call, name, kind)
    shop = kit.an_application(call, **{"caseSensitivity": "insensitive-uppercase", **values})
    settings = {"couponPattern": "####-####", "validCharacters": list("ABCDEFGH")}
    return Market(
        call,
        shop,
        kit.a_campaign(call, shop, features=["coupons"], couponSettings=settings)["id"],
        kit.a_campaign(call, shop, features=["coupons"])["id"],
        {one: kit.an_api_key(call, shop.id, platform=one) for one in PLATFORMS},
    )


def kit_attribute(call: kit.Call, name: str, kind: str) -> None:
    """An attribute of coupons."""
    body = {
        "entity": "Coupon",
        "name": name,
        "title": name.title(),
        "type": kind,
        "description": "",
        "suggestions": [],
        "editable": True,
    }
    call("POST", "/v1/attributes", body, status=201)


@pytest.fixture(scope="module")
def market(server):
    """One market for all tests of a file that leave each other alone."""
    with kit.an_account(server) as call:
        yield a_market(call)


@pytest.fixture
def fresh(call):
    """A market that no other test has seen."""
    return a_market(call)
