"""The official client creates, finds, changes and deletes coupons."""

from datetime import UTC, datetime

from talon_one import (
    LimitConfig,
    NewCoupons,
    NewCouponsForMultipleRecipients,
    UpdateCoupon,
    UpdateCouponBatch,
)

THEN = datetime(2090, 1, 31, 8, tzinfo=UTC)


def values(found):
    """The codes of coupons, sorted."""
    return sorted(one.value for one in found.data)


def test_coupons_are_created_in_a_batch_and_listed(merchant):
    new = NewCoupons(
        usage_limit=2, discount_limit=30, reservation_limit=1, expiry_date=THEN,
        number_of_coupons=3, valid_characters=["A", "B", "C"], coupon_pattern="SUM-####",
        is_reservation_mandatory=False, limits=[],
    )  # fmt: skip
    made = merchant.management.create_coupons(*merchant.owner, new, silent="no")
    assert made.total_result_size == 3
    first = made.data[0]
    assert (first.usage_limit, first.discount_limit, first.discount_remainder) == (2, 30, 30)
    assert first.expiry_date == THEN
    assert first.value.startswith("SUM-")
    listed = merchant.management.get_coupons_without_total_count(
        *merchant.owner, batch_id=first.batch_id, usable="true", valid="validNow", page_size=2
    )
    assert (len(listed.data), listed.has_more) == (2, True)


def test_coupons_are_created_without_a_word(merchant):
    new = NewCoupons(usage_limit=1, number_of_coupons=2)
    assert merchant.management.create_coupons(*merchant.owner, new) is None
    assert len(merchant.management.get_coupons_without_total_count(*merchant.owner).data) == 2


def test_a_coupon_for_each_of_many_customers(merchant):
    new = NewCouponsForMultipleRecipients(usage_limit=1, recipients_integration_ids=["ada", "bob"])
    made = merchant.management.create_coupons_for_multiple_recipients(
        *merchant.owner, new, silent="no"
    )
    assert {one.recipient_integration_id for one in made.data} == {"ada", "bob"}
    listed = merchant.management.get_coupons_without_total_count(
        *merchant.owner, recipient_integration_id="ada"
    )
    assert len(listed.data) == 1


def test_coupons_are_found_by_their_attributes(merchant):
    merchant.attribute("Coupon", "channel")
    web = merchant.codes(attributes={"channel": "web"})
    merchant.codes(attributes={"channel": "mail"})
    sought = {"attributes": {"channel": "web"}}
    in_campaign = merchant.management.search_coupons_advanced_without_total_count(
        *merchant.owner, sought
    )
    everywhere = merchant.management.search_coupons_advanced_application_wide_without_total_count(
        merchant.shop.id, sought
    )
    assert values(in_campaign) == values(everywhere) == [web[0].value]


def test_a_coupon_is_changed(merchant):
    (coupon,) = merchant.codes(reservationLimit=5)
    change = UpdateCoupon(
        usage_limit=9, expiry_date=THEN,
        limits=[LimitConfig(action="redeemCoupon", limit=1, entities=["Profile"])],
    )  # fmt: skip
    changed = merchant.management.update_coupon(*merchant.owner, str(coupon.id), change)
    assert (changed.value, changed.usage_limit, changed.expiry_date) == (coupon.value, 9, THEN)
    assert changed.limits[0].entities == ["Profile"]


def test_a_batch_is_changed(merchant):
    first, second = merchant.codes(), merchant.codes()
    change = UpdateCouponBatch(usage_limit=7, batch_id=first[0].batch_id)
    assert merchant.management.update_coupon_batch(*merchant.owner, change) is None
    listed = merchant.management.get_coupons_without_total_count(*merchant.owner)
    limits = {one.value: one.usage_limit for one in listed.data}
    assert limits == {first[0].value: 7, second[0].value: 1}


def test_coupons_are_deleted_one_by_one_and_by_filters(merchant):
    first, second, third = (merchant.codes()[0] for _ in range(3))
    assert merchant.management.delete_coupon(*merchant.owner, str(first.id)) is None
    merchant.management.delete_coupons(*merchant.owner, batch_id=second.batch_id)
    listed = merchant.management.get_coupons_without_total_count(*merchant.owner)
    assert values(listed) == [third.value]
    merchant.management.delete_coupons(*merchant.owner)
    assert merchant.management.get_coupons_without_total_count(*merchant.owner).data == []
