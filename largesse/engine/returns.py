"""Returning items of a closed session: which units come back, and what that gives back.

Effects tied to the returned units are rolled back; discounts of the whole session stay, unless the
rules of their campaigns run again.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import UNSET

from largesse.engine.limits import OWN, SEPARATOR
from largesse.engine.outcome import Outcome
from largesse.engine.sessions import costs_of, price_of, remaining
from largesse.engine.undo import DISCOUNTS, rollbacks
from largesse.kit.money import ZERO, tidy
from largesse.kit.problems import Fault, Invalid
from largesse.kit.wire import Maybe, Wire, or_else
from largesse.model.changes import CounterMoved
from largesse.model.effects import Effect
from largesse.model.limits import CounterKey
from largesse.model.sessions import (
    CartItem,
    ReturnedCartItem,
    SessionDocument,
    Spent,
    StoredSession,
    Used,
)

AT = "/return/returnedCartItems"
Place = tuple[int, int]  # position and sub position of a unit


class WantedReturn(Wire, kw_only=True):
    """Units of a line that shall come back: the line by its position or SKU; without a quantity,
    all.
    """

    position: Maybe[int] = UNSET
    quantity: Maybe[int] = UNSET
    sku: Maybe[str] = UNSET


def returned_lines(items: list[CartItem], wanted: Iterable[WantedReturn]) -> list[ReturnedCartItem]:
    """The lines and quantities of a return. Raises `Invalid` for what is not there to come back."""
    found: list[ReturnedCartItem] = []
    faults: list[Fault] = []
    left = {at: remaining(item) for at, item in enumerate(items)}
    for index, one in enumerate(wanted):
        position = line_of(items, one)
        if position is None:
            faults.append(Fault("Invalid", "The session has no such line.", f"{AT}/{index}"))
            continue
        quantity = or_else(one.quantity, left[position])
        if not 1 <= quantity <= left[position]:
            details = f"{quantity} units cannot come back, {left[position]} are left."
            faults.append(Fault("Invalid", details, f"{AT}/{index}/quantity"))
            continue
        left[position] -= quantity
        found.append(ReturnedCartItem(position=position, quantity=quantity))
    if faults or not found:
        raise Invalid.of(faults or [Fault("required", "Nothing is returned.", AT)])
    return found


def line_of(items: list[CartItem], wanted: WantedReturn) -> int | None:
    """The position of the line that is meant, or None."""
    position = or_else(wanted.position, -1)
    if wanted.position is not UNSET:
        fits = 0 <= position < len(items)
        is_meant = fits and or_else(wanted.sku, items[position].sku) == items[position].sku
        return position if is_meant else None
    places = [at for at, item in enumerate(items) if item.sku == or_else(wanted.sku, "")]
    return next((at for at in places if remaining(items[at])), places[0] if places else None)


def units_of(items: list[CartItem], lines: list[ReturnedCartItem]) -> set[Place]:
    """The units that come back: of each line the first that have not yet."""
    found: set[Place] = set()
    gone = {at: or_else(item.returned_quantity, 0) for at, item in enumerate(items)}
    for line in lines:
        begin = gone[line.position]
        gone[line.position] += line.quantity
        found.update((line.position, at) for at in range(begin, gone[line.position]))
    return found


def without(document: SessionDocument, lines: list[ReturnedCartItem]) -> SessionDocument:
    """The session with the units gone."""
    items = list(document.cart_items)
    for line in lines:
        gone = or_else(items[line.position].returned_quantity, 0) + line.quantity
        items[line.position] = msgspec.structs.replace(items[line.position], returned_quantity=gone)
    return msgspec.structs.replace(document, cart_items=items)


def value_of(items: list[CartItem], lines: list[ReturnedCartItem]) -> Decimal:
    """What the returned units cost, before discounts."""
    total = ZERO
    for line in lines:
        item = items[line.position]
        costs = sum((cost.price for cost in costs_of(item).values()), ZERO)
        total += (price_of(item) + costs) * line.quantity
    return tidy(total)


def is_of(effect: Effect, units: set[Place]) -> bool:
    """Whether an effect is tied to one of these units."""
    if effect.effect_type not in DISCOUNTS or "position" not in effect.props:
        return False
    return (int(effect.props["position"]), int(effect.props.get("subPosition", 0))) in units


def give_back(
    stored: StoredSession, document: SessionDocument, lines: list[ReturnedCartItem]
) -> tuple[Outcome, list[Effect]]:
    """What a return rolls back, and the effects that still hold.

    Budgets of money get the discounts of the returned units back, gift cards too.
    """
    units = units_of(stored.document.cart_items, lines)
    gone = [effect for effect in stored.effects if is_of(effect, units)]
    held = [effect for effect in stored.effects if not is_of(effect, units)]
    codes = {
        effect.triggered_by_coupon: str(effect.props["value"])
        for effect in stored.effects
        if effect.effect_type == "acceptCoupon"
    }
    counters = [
        CounterMoved(key_of(spent), -amount, spent.amount)
        for spent in stored.document.spent
        if (amount := given_back(spent, gone, codes))
    ]
    used = stored.document.used
    paid = {
        one.coupon_id: sum_of(
            effect for effect in gone if effect.triggered_by_coupon == one.coupon_id
        )
        for one in used
    }
    outcome = Outcome(
        effects=[rollback for effect in gone for rollback in rollbacks(effect)],
        session=without(document, lines),
        counters=sorted(counters, key=lambda moved: moved.key),
        coupons=[Used(coupon_id, 0, -amount) for coupon_id, amount in paid.items() if amount],
    )
    outcome.session.spent = less(stored.document.spent, counters)
    outcome.session.used = [
        Used(one.coupon_id, one.times, one.discount - paid[one.coupon_id]) for one in used
    ]
    return outcome, held


def key_of(spent: Spent) -> CounterKey:
    """The counter that was spent."""
    return CounterKey(spent.campaign_id, spent.action, spent.entities, spent.subject, spent.period)


def given_back(spent: Spent, gone: Iterable[Effect], codes: Mapping[Any, str]) -> Decimal:
    """How much of what was spent on a counter the rolled-back effects give back."""
    if spent.action != "setDiscount":
        return ZERO
    mine = [effect for effect in gone if effect.campaign_id == spent.campaign_id]
    subject = subject_of(spent).get("Coupon")
    if subject is not None:
        mine = [one for one in mine if codes.get(one.triggered_by_coupon) == subject]
    return min(spent.amount, sum_of(mine))


def subject_of(spent: Spent) -> dict[str, str]:
    """Whom or what a counter counts for, by entity."""
    names = spent.entities.removeprefix(OWN).split(",")
    return dict(zip(names, spent.subject.split(SEPARATOR), strict=True))


def sum_of(effects: Iterable[Effect]) -> Decimal:
    """What discounts take off together."""
    return tidy(sum((Decimal(effect.props["value"]) for effect in effects), ZERO))


def less(spent: list[Spent], counters: list[CounterMoved]) -> list[Spent]:
    """What is still spent after some was given back."""
    back = {moved.key: moved.amount for moved in counters}
    left = [(one, one.amount + back.get(key_of(one), ZERO)) for one in spent]
    return [msgspec.structs.replace(one, amount=amount) for one, amount in left if amount]
