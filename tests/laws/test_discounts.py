"""No discount is more than what it discounts, and no budget gives more than it has."""

from collections import defaultdict
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from largesse.engine.cart import Unit, base_of, units
from largesse.engine.evaluate import evaluate
from largesse.engine.sessions import totals
from tests.engine.drawing import (
    again,
    quickly,
    rulebooks,
    rulebooks_with,
    situations,
)
from tests.engine.drawing_rules import effects

ZERO = Decimal(0)


def units_of(session) -> dict[tuple[int, int], Unit]:
    """The units of a cart by their place."""
    found = units(session, {}, lambda unit: ZERO)
    return {(unit.position, unit.sub_position): unit for unit in found}


def amounts(outcome, kind):
    """The properties of all discounts of a kind."""
    return [effect.props for effect in outcome.effects if effect.effect_type == kind]


def discounts(outcome):
    """The properties of all discounts."""
    return [
        effect.props for effect in outcome.effects if effect.effect_type.startswith("setDiscount")
    ]


@quickly
@given(rulebooks, situations)
def test_a_discount_is_never_more_than_what_it_discounts(rulebook, situation):
    outcome = evaluate(rulebook, again(situation))
    session = situation.session
    by_place = units_of(session)
    for props in amounts(outcome, "setDiscount"):
        assert 0 <= props.value <= totals(session).total
    for props in amounts(outcome, "setDiscountPerItem"):
        unit = by_place[props.position, props.sub_position]
        # Half of what is spread may be rounded: at most one step of the last decimal for each unit.
        spread = Decimal("0.000000000001") * len(by_place) * bool(props.total_discount)
        assert 0 <= props.value <= base_of(unit, props.scope) + spread
    for props in amounts(outcome, "setDiscountPerAdditionalCost"):
        assert 0 <= props.value <= session.additional_costs[props.additional_cost].price
    for props in amounts(outcome, "setDiscountPerAdditionalCostPerItem"):
        line = by_place[props.position, props.sub_position].line
        assert 0 <= props.value <= line.additional_costs[props.additional_cost].price


@quickly
@given(rulebooks, situations)
def test_where_discounts_cascade_all_of_them_take_no_more_than_there_is(rulebook, situation):
    rulebook.application.enable_cascading_discounts = True
    outcome = evaluate(rulebook, again(situation))
    sums = totals(situation.session)
    by_place = units_of(situation.session)
    taken = defaultdict(Decimal)
    for props in discounts(outcome):
        if hasattr(props, "position"):
            taken[props.position, props.sub_position] += props.value
        elif hasattr(props, "additional_cost"):
            taken[props.additional_cost] += props.value
        else:
            taken[props.scope] += props.value
    for place, unit in by_place.items():
        slack = Decimal("0.000000000001") * len(by_place)
        assert taken[place] <= base_of(unit, "itemTotal") + slack
    for name, cost in situation.session.additional_costs.items():
        assert taken[name] <= cost.price
    assert taken["sessionTotal"] + taken["cartItems"] + taken["additionalCosts"] <= sums.total
    assert taken["cartItems"] <= sums.cart_items
    assert taken["additionalCosts"] <= sums.additional_costs + sums.cart_item_additional_costs


@quickly
@given(rulebooks, situations)
def test_no_budget_gives_more_than_it_has(rulebook, situation):
    outcome = evaluate(rulebook, again(situation))
    for moved in outcome.counters:
        assert 0 < moved.amount <= moved.limit
    coupons = {one.id: one for one in situation.coupons.values()}
    for used in outcome.coupons:
        coupon = coupons[used.coupon_id]
        assert (used.times, used.discount >= 0) == (1, True)
        if coupon.discount_limit:
            assert coupon.discount_counter + used.discount <= coupon.discount_limit


@quickly
@given(rulebooks, situations)
def test_what_budgets_pay_is_what_effects_give(rulebook, situation):
    """Each campaign with a budget for discounts spends on it exactly what it takes off."""
    outcome = evaluate(rulebook, again(situation, state="closed"))
    given = defaultdict(Decimal)
    for effect in outcome.effects:
        if effect.effect_type.startswith("setDiscount"):
            given[effect.campaign_id] += effect.props.value
    for moved in outcome.counters:
        if moved.key.action == "setDiscount" and moved.key.entities in ("", "Session", "Profile"):
            assert moved.amount == given[moved.key.campaign_id]


@quickly
@given(rulebooks_with(effects, trees=st.none()), situations)
def test_what_is_spread_adds_up(rulebook, situation):
    """The shares of each effect come one after another, one for each unit."""
    outcome = evaluate(rulebook, again(situation))
    shares = [one for one in discounts(outcome) if getattr(one, "total_discount", None)]
    size = len(units_of(situation.session))
    for at in range(0, len(shares), size or 1):
        group = shares[at : at + size]
        assert sum(one.value for one in group) == group[0].total_discount
        assert all(one.total_discount <= one.desired_total_discount for one in group)


@quickly
@given(rulebooks, situations)
def test_every_code_gets_one_verdict_or_is_only_looked_at(rulebook, situation):
    outcome = evaluate(rulebook, again(situation))
    verdicts = [
        effect.props.value
        for effect in outcome.effects
        if effect.effect_type in ("acceptCoupon", "rejectCoupon")
    ]
    assert len(verdicts) == len(set(verdicts))
    assert set(verdicts) <= set(situation.session.coupon_codes)
    quiet = set(situation.session.coupon_codes) - set(verdicts)
    assert quiet <= set(situation.coupons), "a code that nobody knows is told to be unknown"
    used = {one.coupon_id for one in outcome.coupons}
    assert not used & {situation.coupons[code].id for code in quiet}
