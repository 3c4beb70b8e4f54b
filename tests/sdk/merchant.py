"""A merchant who uses the official client: every answer is parsed by it and fits the contract."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from talon_one import ApiClient, Configuration, IntegrationApi, ManagementApi
from talon_one.rest import RESTResponse

from tests import contracts, kit
from tests.api.management.making import an_attribute

# The contract says of this member that it is a list, and that it is always null.
ALWAYS_NULL = b'"loyaltyMemberships":null,'
TEN_PERCENT = ["setDiscount", "10% off", ["*", [".", "Session", "Total"], 0.1]]


class CheckedClient(ApiClient):
    """The official client, with each answer compared with the contract before it is parsed."""

    def call_api(self, method: str, url: str, *parts: Any, **rest: Any) -> RESTResponse:
        """Send a request."""
        response = super().call_api(method, url, *parts, **rest)
        response.read()
        contracts.check(
            httpx.Response(
                response.status,
                headers={"Content-Type": response.headers.get("content-type", "")},
                content=response.data.replace(ALWAYS_NULL, b""),
                request=httpx.Request(method, url),
            )
        )
        return response


@dataclass
class Merchant:
    """A shop with a campaign that takes ten percent off for a coupon, and both clients."""

    call: kit.Call
    shop: kit.Shop
    campaign: dict[str, Any]
    integration: IntegrationApi
    management: ManagementApi

    def rules(self, *rules: dict[str, Any]) -> dict[str, Any]:
        """Let the campaign run by these rules; the ruleset."""
        path = f"/v1/applications/{self.shop.id}/campaigns/{self.campaign['id']}/rulesets"
        body = {"rules": rules, "bindings": [], "activate": True}
        return self.call("POST", path, body, status=201).json()

    def attribute(self, entity: str, name: str, **values: Any) -> dict[str, Any]:
        """A custom attribute."""
        return an_attribute(self.call, entity, name, **values)

    def codes(self, **terms: Any) -> list[Any]:
        """New coupons of the campaign; one unless told otherwise."""
        body = {"usageLimit": 1, "numberOfCoupons": 1, **terms}
        made = self.management.create_coupons(self.shop.id, self.campaign["id"], body, silent="no")
        return list(made.data)

    @property
    def owner(self) -> tuple[int, int]:
        """The Application and the campaign, as most calls take them."""
        return self.shop.id, self.campaign["id"]


@contextmanager
def a_merchant(call: kit.Call) -> Iterator[Merchant]:
    """A merchant of an account."""
    shop = kit.an_application(call)
    campaign = kit.a_campaign(call, shop, features=["coupons"])
    with (
        client(call, "api_key_v1", shop.key) as integration,
        client(call, "management_key", call.key) as management,
    ):
        found = Merchant(
            call, shop, campaign, IntegrationApi(integration), ManagementApi(management)
        )
        found.rules(rule("ten", ["couponValid"], effects=[TEN_PERCENT]))
        yield found


@contextmanager
def client(call: kit.Call, scheme: str, authorization: str) -> Iterator[ApiClient]:
    """The client with one key. Its connections are closed in the end."""
    prefix, _, secret = authorization.partition(" ")
    made = CheckedClient(
        Configuration(
            host=call.server.url, api_key={scheme: secret}, api_key_prefix={scheme: prefix}
        )
    )
    yield made
    made.rest_client.pool_manager.clear()


def rule(title: str, *conditions: Any, effects: list[Any]) -> dict[str, Any]:
    """A rule whose conditions must all hold."""
    return {"title": title, "condition": ["and", *conditions], "effects": effects}


def kinds(state: Any) -> list[str]:
    """The kinds of the effects of an answer, in order."""
    return [effect.effect_type for effect in state.effects]
