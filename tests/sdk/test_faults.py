"""Errors reach the users of the official client as its exceptions, with the contract's body."""

import json

import pytest
from talon_one import (
    ApiException,
    IntegrationApi,
    IntegrationEventV2Request,
    IntegrationRequest,
    ManagementApi,
    NewAttribute,
    NewCoupons,
    NewCustomerSessionV2,
    UpdateCampaign,
)
from talon_one.exceptions import ConflictException

from tests.sdk.merchant import client

CANCELLED = IntegrationRequest(customer_session=NewCustomerSessionV2(state="cancelled"))
ATTRIBUTE = NewAttribute(
    entity="Coupon", name="colour", title="Colour", type="string", description="", suggestions=[],
    editable=True,
)  # fmt: skip


# fmt: off
#    attempt                                                                             status
FAULTS = [
    (lambda one: one.integration.update_customer_session_v2("s", CANCELLED),                 400),
    (lambda one: one.integration.get_customer_session("nobody"),                             404),
    (lambda one: one.integration.reopen_customer_session("nobody"),                          404),
    (lambda one: one.integration.get_reserved_customers("NOBODY"),                           404),
    (lambda one: one.integration.track_event_v2(IntegrationEventV2Request(type="unknown")),  400),
    (lambda one: one.management.get_application(10**15),                                     404),
    (lambda one: one.management.get_campaign(one.shop.id, 10**15),                           404),
    (lambda one: one.management.get_attribute(10**15),                                       404),
    (lambda one: one.management.get_store(one.shop.id, str(10**15)),                         404),
    (lambda one: one.management.get_campaigns(one.shop.id, sort="colour"),                   400),
    (lambda one: one.management.update_campaign(*one.owner, UpdateCampaign(
        name="x", tags=[], features=[], limits=[], attributes={"unknown": 1})),              400),
    (lambda one: one.management.create_coupons(*one.owner, NewCoupons(
        usage_limit=1, number_of_coupons=10, coupon_pattern="ONE-#", valid_characters=["A"])), 400),
]
# fmt: on


def fault_of(attempt):
    """The exception of a call."""
    with pytest.raises(ApiException) as raised:
        attempt()
    return raised.value


@pytest.mark.parametrize("attempt, status", FAULTS)
def test_a_mistake_is_told_with_its_place(merchant, attempt, status):
    fault = fault_of(lambda: attempt(merchant))
    assert fault.status == status
    body = json.loads(fault.body)
    assert body["message"]
    assert body["StatusCode"] == status
    assert body["errors"]
    for one in body["errors"]:
        assert one["title"]
        assert one["details"]
        assert len(one["source"]) == 1


def test_a_duplicate_is_a_conflict(merchant):
    merchant.management.create_attribute(ATTRIBUTE)
    fault = fault_of(lambda: merchant.management.create_attribute(ATTRIBUTE))
    assert isinstance(fault, ConflictException)


def test_a_key_that_another_request_has_is_a_conflict(merchant):
    sessions = [NewCustomerSessionV2(profile_id=one) for one in ("ada", "bob")]

    def send(session):
        request = IntegrationRequest(customer_session=session)
        named = {"Idempotency-Key": "order-1"}
        merchant.integration.update_customer_session_v2("s", request, _headers=named)

    send(sessions[0])
    assert isinstance(fault_of(lambda: send(sessions[1])), ConflictException)


# fmt: off
#    scheme            authorization              API             attempt
STRANGERS = [
    ("api_key_v1",     "ApiKey-v1 nobody",        IntegrationApi,
     lambda api: api.get_customer_session("s")),
    ("management_key", "ManagementKey-v1 nobody", ManagementApi,
     lambda api: api.get_applications()),
    ("manager_auth",   "Bearer nobody",           ManagementApi,
     lambda api: api.get_applications()),
]
# fmt: on


@pytest.mark.parametrize("scheme, authorization, kind, attempt", STRANGERS)
def test_a_key_that_nobody_has_opens_nothing(merchant, scheme, authorization, kind, attempt):
    with client(merchant.call, scheme, authorization) as stranger:
        assert fault_of(lambda: attempt(kind(stranger))).status == 401
