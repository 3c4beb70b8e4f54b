"""Many callers make coupons at once."""

from concurrent.futures import ThreadPoolExecutor

from tests.api.management.making import codes

CALLERS = 8


def at_once(call, path, body):
    """The answers to the same call from several callers."""
    with ThreadPoolExecutor(CALLERS) as callers:
        sent = [callers.submit(call, "POST", path, body) for _ in range(CALLERS)]
        return [one.result() for one in sent]


def test_one_of_many_gets_a_fixed_code(call, path):
    body = {"usageLimit": 1, "numberOfCoupons": 1, "couponPattern": "ONLY-ONE"}
    answers = at_once(call, f"{path}/coupons", body)
    assert sorted(one.status_code for one in answers) == [204] + [400] * (CALLERS - 1)
    assert codes(call("GET", f"{path}/coupons/no_total")) == ["ONLY-ONE"]


def test_a_pattern_is_shared_out_to_its_last_code(call, path):
    """Forty codes of a pattern that has thirty-six: some get all that they asked for, some none."""
    body = {"usageLimit": 1, "numberOfCoupons": 5, "couponPattern": "ABC#"}
    answers = at_once(call, f"{path}/coupons", body)
    served = [one for one in answers if one.status_code == 204]
    assert len(served) == 7
    assert all(one.status_code == 400 for one in answers if one not in served)
    assert len(codes(call("GET", f"{path}/coupons/no_total"))) == 35


def test_a_deleted_campaign_leaves_no_coupon_behind(call, path, campaign, server):
    body = {"usageLimit": 1, "numberOfCoupons": 500}
    with ThreadPoolExecutor(CALLERS) as callers:
        made = [callers.submit(call, "POST", f"{path}/coupons", body) for _ in range(4)]
        gone = callers.submit(call, "DELETE", path)
        assert {one.result().status_code for one in made} <= {204, 404}
        assert gone.result().status_code == 204
    sql = "select count(*) as n from coupon where campaign_id = $1"
    assert server.sql(sql, campaign["id"])[0]["n"] == 0
