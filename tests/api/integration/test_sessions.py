"""Sessions over HTTP: closing counts, cancelling and returning give back, and every answer fits."""

import pytest

from tests import kit
from tests.api.management.making import a_code

TEN = ["setDiscount", "10% off", ["*", [".", "Session", "Total"], 0.1]]
FIVE = ["setDiscountPerItem", "five", [".", "Session", "CartItems"], [["Item"], 5]]


@pytest.fixture
def shop(call):
    return kit.an_application(call)


@pytest.fixture
def rules(call, shop):
    """Makes a campaign with these effects: its path."""

    def made(*effects, condition=("and",), **values):
        campaign = kit.a_campaign(call, shop, **values)
        path = f"/v1/applications/{shop.id}/campaigns/{campaign['id']}"
        rule = {"title": "rule", "condition": list(condition), "effects": list(effects)}
        body = {"rules": [rule], "bindings": [], "activate": True}
        call("POST", f"{path}/rulesets", body, status=201)
        return path

    return made


@pytest.fixture
def put(call, shop):
    """Updates a session."""

    def sent(key, status=200, query="", content=("customerSession",), **session):
        body = {"customerSession": session, "responseContent": list(content)}
        path = f"/v2/customer_sessions/{key}{query}"
        return call("PUT", path, body, key=shop.key, status=status)

    return sent


def cart(*prices, quantity=1):
    return [
        {"sku": f"S{at}", "quantity": quantity, "price": price} for at, price in enumerate(prices)
    ]


def kinds(answer):
    return [effect["effectType"] for effect in answer.json()["effects"]]


def values(answer):
    effects = kit.exact(answer)["effects"]
    return [effect["props"]["value"] for effect in effects if "value" in effect["props"]]


def test_ten_percent_of_99_99_is_exact(rules, put):
    rules(TEN)
    answer = put("s1", cartItems=cart(99.99))
    assert b'"value":9.999' in answer.content


def test_a_code_is_counted_by_closing_and_given_back_by_cancelling(call, shop, rules, put):
    path = rules(TEN, condition=["and", ["couponValid"]])
    a_code(call, path, "ONCE-1")

    def used():
        return call("GET", f"{path}/coupons/no_total").json()["data"][0]["usageCounter"]

    assert kinds(put("s1", couponCodes=["ONCE-1"], cartItems=cart(10))) == [
        "acceptCoupon",
        "setDiscount",
    ]
    assert used() == 0
    put("s1", state="closed")
    assert used() == 1
    other = put("s2", couponCodes=["ONCE-1"], cartItems=cart(10)).json()["effects"]
    assert [effect["props"]["rejectionReason"] for effect in other] == ["CouponLimitReached"]
    assert kinds(put("s1", state="cancelled")) == ["rollbackCoupon", "rollbackDiscount"]
    assert used() == 0


def test_a_return_gives_back_what_the_units_were_given(call, shop, rules, put):
    path = rules(FIVE, limits=[{"action": "setDiscount", "limit": 15, "entities": []}])
    put("s1", state="closed", cartItems=cart(20, quantity=3))
    body = {"return": {"returnedCartItems": [{"position": 0, "quantity": 2}]}}
    answer = call("POST", "/v2/customer_sessions/s1/returns", body, key=shop.key, status=200)
    assert kinds(answer) == ["rollbackDiscount", "rollbackDiscount"]
    assert answer.json()["return"]["returnedCartItems"] == [{"position": 0, "quantity": 2}]
    assert call("GET", path).json()["budgets"] == [
        {"action": "setDiscount", "limit": 15, "counter": 5}
    ]


def test_a_return_lets_campaigns_decide_again_where_they_want(call, shop, rules, put):
    rules(TEN, reevaluateOnReturn=True)
    put("s1", state="closed", cartItems=cart(40, 60))
    body = {"return": {"returnedCartItems": [{"position": 1}]}}
    path = "/v2/customer_sessions/s1/returns?runRuleEngine=true"
    answer = call("POST", path, body, key=shop.key, status=200)
    assert kinds(answer) == ["rollbackDiscount", "setDiscount"]
    assert values(answer) == [10, 4]
    stored = call("GET", "/v2/customer_sessions/s1", key=shop.key, status=200)
    assert values(stored) == [4]


def test_a_budget_is_asked_for_the_difference_only_when_rules_run_again(call, shop, rules, put):
    limits = [{"action": "setDiscount", "limit": 10, "entities": []}]
    path = rules(TEN, reevaluateOnReturn=True, limits=limits)
    put("s1", state="closed", cartItems=cart(40, 60))
    body = {"return": {"returnedCartItems": [{"position": 0}]}}
    returns = "/v2/customer_sessions/s1/returns?runRuleEngine=true"
    assert values(call("POST", returns, body, key=shop.key, status=200)) == [10, 6]
    assert call("GET", path).json()["budgets"][0]["counter"] == 6


@pytest.mark.parametrize(
    "lines",
    [[{"position": 0, "quantity": 2}], [{"position": 7}], [{"sku": "none"}], []],
    ids=["too many", "no such line", "no such sku", "nothing"],
)
def test_what_is_not_there_cannot_come_back(call, shop, put, lines):
    put("s1", state="closed", cartItems=cart(20))
    body = {"return": {"returnedCartItems": lines}}
    call("POST", "/v2/customer_sessions/s1/returns", body, key=shop.key, status=400)
    assert put("s1", state="cancelled").json()["customerSession"]["state"] == "cancelled"


def test_now_is_for_dry_runs_and_the_future(put):
    assert put("s1", 400, "?now=2090-01-01T00:00:00Z", cartItems=cart(1))
    assert put("s1", 400, "?dry=true&now=2001-01-01T00:00:00Z", cartItems=cart(1))
    assert put("s1", 200, "?dry=true&now=2090-01-01T00:00:00Z", cartItems=cart(1))


def test_an_explanation_names_the_condition_and_the_reason(call, shop, rules):
    enough = [">=", [".", "Session", "Total"], 100]
    path = rules(TEN, condition=["and", ["couponValid"], enough])
    a_code(call, path, "BIG-1")
    body = {"customerSession": {"cartItems": cart(40)}, "couponCode": "BIG-1"}
    told = call("POST", f"/v1/applications/{shop.id}/explain", body, status=200).json()
    assert told["sentence"].startswith("The code BIG-1 was refused because a condition")
    (rule,) = told["campaigns"][0]["rules"]
    assert [
        (part["value"], part.get("actual"), part.get("expected")) for part in rule["condition"]
    ] == [
        (True, None, None),
        (False, 40, 100),
    ]


def test_an_explanation_of_a_closed_session_counts_its_own_use_as_still_there(
    call, shop, rules, put
):
    path = rules(TEN, condition=["and", ["couponValid"]])
    a_code(call, path, "ONCE-2")
    put("s1", state="closed", couponCodes=["ONCE-2"], cartItems=cart(50))
    told = call("POST", f"/v1/applications/{shop.id}/explain", {"sessionId": "s1"}).json()
    assert told["sentence"] == "The code ONCE-2 was accepted; 5 EUR are taken off."
    again = {"customerSession": {"cartItems": cart(50)}, "couponCode": "ONCE-2"}
    told = call("POST", f"/v1/applications/{shop.id}/explain", again).json()
    assert told["sentence"].startswith("The code ONCE-2 was refused because it has been used up")
