"""Reservations of coupons: whom they are for, how they are counted, what they are worth."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests import kit

RULES = {
    "rules": [
        {
            "title": "ten off",
            "condition": ["and", ["couponValid"]],
            "effects": [["setDiscount", "ten", 10]],
        }
    ],
    "bindings": [],
    "activate": True,
}


@pytest.fixture
def shop(call):
    return kit.an_application(call, caseSensitivity="insensitive-uppercase")


@pytest.fixture
def create(call, shop):
    """Makes a coupon with a code, and looks at it again."""
    path = f"/v1/applications/{shop.id}/campaigns/{kit.a_campaign(call, shop)['id']}"
    call("POST", f"{path}/rulesets", RULES, status=201)

    def made(code, **values):
        body = {"couponPattern": code, "numberOfCoupons": 1, "usageLimit": 5, **values}
        call("POST", f"{path}/coupons?silent=no", body, status=200)
        return lambda: call("GET", f"{path}/coupons/no_total?value={code}").json()["data"][0]

    return made


@pytest.fixture
def reserve(call, shop):
    """Reserves a code for customers."""

    def reserved(code, *customers, method="POST", status=None):
        path = f"/v1/coupon_reservations/{code}"
        body = {"integrationIDs": list(customers)}
        return call(method, path, body, key=shop.key, status=status)

    return reserved


@pytest.fixture
def holders(call, shop):
    """Lists the customers who hold a reservation of a code."""

    def listed(code):
        path = f"/v1/coupon_reservations/customerprofiles/{code}"
        headers = {"Authorization": shop.key}
        # Not through `call`: the contract calls `loyaltyMemberships` a list, and says it is null.
        found = call.server.http.get(path, headers=headers).json()
        assert found["totalResultSize"] == len(found["data"])
        return sorted(profile["integrationId"] for profile in found["data"])

    return listed


def test_customers_are_counted_once(create, reserve, holders):
    coupon = create("WALLET")
    answer = reserve("wallet", "ada", "bo", "ada", status=201).json()
    assert (answer["value"], answer["reservationCounter"]) == ("WALLET", 2)
    assert reserve("WALLET", "ada", "cy", status=201).json()["reservationCounter"] == 3
    assert holders("WALLET") == ["ada", "bo", "cy"]
    assert coupon()["reservationCounter"] == 3


def test_what_is_given_up_is_counted_back(create, reserve, holders):
    coupon = create("WALLET")
    reserve("WALLET", "ada", "bo", "cy", status=201)
    answer = reserve("WALLET", "ada", "ada", "stranger", method="DELETE", status=204)
    assert answer.content == b""
    assert holders("WALLET") == ["bo", "cy"]
    assert coupon()["reservationCounter"] == 2
    reserve("WALLET", "ada", method="DELETE", status=204)
    assert coupon()["reservationCounter"] == 2


def test_these_calls_pass_the_limit_of_reservations(create, reserve):
    create("WALLET", reservationLimit=1)
    assert reserve("WALLET", "ada", "bo", status=201).json()["reservationCounter"] == 2


def test_only_who_reserved_can_redeem_where_that_is_demanded(call, shop, create, reserve):
    create("HARD", isReservationMandatory=True)
    create("SOFT")
    for code in ("HARD", "SOFT"):
        reserve(code, "ada", status=201)

    def reasons(code, customer):
        session = {"profileId": customer, "couponCodes": [code], "state": "open"}
        update = {"customerSession": session, "responseContent": []}
        path = f"/v2/customer_sessions/{code}-{customer}"
        effects = call("PUT", path, update, key=shop.key, status=200).json()["effects"]
        return [effect["props"].get("rejectionReason") for effect in effects][:1]

    assert reasons("HARD", "bo") == ["CouponReservationRequired"]
    assert reasons("HARD", "ada") != ["CouponReservationRequired"]
    assert reasons("SOFT", "bo") != ["CouponReservationRequired"]


# fmt: off
#  code        customers            status
REFUSED = [
    ("NOSUCH",   ["ada"],             404),
    ("OVER",     ["ada"],             400),
    ("PERSONAL", ["bo"],              400),
    ("PERSONAL", ["ada", "bo"],       400),
    ("WALLET",   ["ok", ""],          400),
    ("WALLET",   ["x" * 1001],        400),
    ("WALLET",   ["x"] * 1001,        400),
    ("WALLET",   [7],                 400),
]
# fmt: on


@pytest.mark.parametrize("code, customers, status", REFUSED)
def test_what_cannot_be_reserved_leaves_nothing(call, create, reserve, *, code, customers, status):
    create("WALLET")
    create("OVER", expiryDate="2001-01-01T00:00:00Z")
    create("PERSONAL", recipientIntegrationId="ada")
    reserve(code, *customers, status=status)
    sql = "select from profile where account_id = $1"
    assert call.server.sql(sql, call.account_id) == []


def test_a_personal_coupon_can_be_reserved_by_its_customer(create, reserve, holders):
    create("PERSONAL", recipientIntegrationId="ada")
    reserve("PERSONAL", "ada", status=201)
    assert holders("PERSONAL") == ["ada"]


def test_unknown_codes_are_not_there_for_any_call(call, shop, reserve):
    reserve("NOSUCH", "ada", method="DELETE", status=404)
    path = "/v1/coupon_reservations/customerprofiles/NOSUCH"
    call("GET", path, key=shop.key, status=404)


def test_nobody_is_a_list_too(create, reserve, holders):
    create("WALLET")
    assert reserve("WALLET", status=201).json()["reservationCounter"] == 0
    assert holders("WALLET") == []


def test_customers_come_into_being_and_known_ones_stay_as_they_are(call, shop, create, reserve):
    create("WALLET")
    call("PUT", "/v2/customer_profiles/ada", {"attributes": {}}, key=shop.key, status=200)
    sql = "select id, last_activity from profile where account_id = $1 and integration_id = $2"
    before = call.server.sql(sql, call.account_id, "ada")
    call.server.clock.move(hours=1)
    reserve("WALLET", "ada", "new", status=201)
    assert call.server.sql(sql, call.account_id, "ada") == before
    assert call.server.sql(sql, call.account_id, "new")[0]["id"] > 0


def test_a_code_may_hold_any_character_of_a_path(create, reserve, holders):
    create("SUMMER25%OFF")
    assert reserve("summer25%25off", "a/b", status=201).json()["value"] == "SUMMER25%OFF"
    assert holders("SUMMER25%25OFF") == ["a/b"]


def test_a_test_key_only_tries(call, shop, create, reserve):
    coupon = create("WALLET")
    reserve("WALLET", "ada", status=201)
    shop.key = kit.an_api_key(call, shop.id, type="test")
    reserve("WALLET", "bo", status=201)
    reserve("WALLET", "ada", method="DELETE", status=204)
    assert coupon()["reservationCounter"] == 1


def test_the_counter_is_right_after_a_crowd(create, reserve, holders):
    """Forty calls at once, each for two of twenty customers, half of them giving up again."""
    coupon = create("CROWD")

    def patiently(*customers, **method):
        answer = reserve("CROWD", *customers, **method)
        return patiently(*customers, **method) if answer.status_code == 503 else answer.status_code

    def call_of(at):
        customers = [f"c{at % 20:02}", f"c{(at + 1) % 20:02}"]
        first = patiently(*customers)
        return first, patiently(customers[0], method="DELETE") if at % 2 else 204

    with ThreadPoolExecutor(20) as pool:
        assert set(pool.map(call_of, range(40))) == {(201, 204)}
    assert coupon()["reservationCounter"] == len(holders("CROWD"))


def test_another_application_s_coupon_is_not_there(call, create, reserve, shop):
    create("WALLET")
    shop.key = kit.an_application(call).key
    reserve("WALLET", "ada", status=404)
