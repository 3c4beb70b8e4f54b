"""Reservations that Braze makes; what they share with those of shops is tested there."""


def test_a_reservation_is_made_once(fresh):
    fresh.create("WALLET")
    first = fresh.reserve(couponValue="wallet", integrationId="ada")
    again = fresh.reserve(couponValue="WALLET", integrationId="ada")
    assert first.status_code == again.status_code == 200
    assert fresh.coupons()[0]["reservationCounter"] == 1


def test_a_dry_run_reserves_nothing(fresh):
    fresh.create("WALLET")
    answer = fresh.reserve(couponValue="WALLET", integrationId="ada", headers={"X-DRY-RUN": "true"})
    assert answer.json()["value"] == "WALLET"
    assert fresh.coupons()[0]["reservationCounter"] == 0
    known = fresh.call.server.sql(
        "select from profile where account_id = $1", fresh.call.account_id
    )
    assert known == []


def test_a_coupon_that_braze_made_can_be_reserved_by_its_customer(market):
    code = market.braze(identifier="own", integrationId="ada").json()["Value"]
    assert market.reserve(couponValue=code, integrationId="ada").status_code == 200
    assert market.reserve(couponValue=code, integrationId="bo").status_code == 400


def test_a_coupon_that_is_over_cannot_be_reserved(market):
    market.create("OVER", expiryDate="2001-01-01T00:00:00Z")
    assert market.reserve(couponValue="OVER", integrationId="ada").status_code == 400
