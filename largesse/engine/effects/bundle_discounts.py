"""Effects that take an amount off bundles.

Source: SetDiscountPerItemEffectProps of the contract; `domain/effects.md` §5, pro rata.
"""

from decimal import Decimal
from typing import Any

from msgspec import UNSET, Struct

from largesse.engine.bundles import Bundle
from largesse.engine.cart import Unit
from largesse.engine.discounting import (
    Piece,
    effected_of,
    granted,
    shared_out,
    unit_left,
    wished,
)
from largesse.engine.effects import effect
from largesse.engine.expr.signatures import Lambda
from largesse.engine.expr.values import EffectFailed
from largesse.engine.scene import Scene
from largesse.kit.money import ZERO, split, tidy
from largesse.kit.wire import Maybe, Wire
from largesse.model.effects import Effected


class SetDiscountPerItem(Wire, kw_only=True):
    """An amount off one unit of a bundle."""

    name: str
    value: Decimal
    position: int
    sub_position: int
    scope: str
    total_discount: Decimal
    desired_total_discount: Decimal
    bundle_index: int
    bundle_name: str
    targeted_item_position: Maybe[int] = UNSET
    targeted_item_sub_position: Maybe[int] = UNSET


@effect("setDiscountPerBundleProRata", says="take {value} off each of {bundles}, called {name}")
def set_discount_per_bundle_pro_rata(
    scene: Scene, name: str, bundles: list[Any], value: Decimal, partial: bool | None = None
) -> Effected:
    """Take an amount off each bundle, spread over its units in proportion to their prices."""
    wanted = wished(value)
    formed = bundles_of(scene, bundles)
    return spread(scene, name, formed, [(wanted, None) for _ in formed.bundles], partial=partial)


@effect(
    "setDiscountPerBundleItemProRata",
    says="take {value} of {selector} off each of {bundles}, called {name}",
)
def set_discount_per_bundle_item_pro_rata(
    scene: Scene,
    name: str,
    bundles: list[Any],
    selector: Lambda[Any, Any],
    value: Lambda[Any, Decimal],
) -> Effected:
    """Take an amount that one unit of a bundle decides off the bundle, spread over its units.

    `selector` picks the unit from the list of the bundle's units, `value` makes an amount of it.
    """
    formed = bundles_of(scene, bundles)
    wishes: list[tuple[Decimal, Unit | None]] = []
    for bundle in formed.bundles:
        target = selector(list(bundle))
        if not isinstance(target, Unit):
            raise EffectFailed("the selector must give one item of the bundle")
        wishes.append((wished(value(target)), target))
    return spread(scene, name, formed, wishes)


class Formed(Struct, frozen=True):
    """Bundles of one definition, and its name."""

    name: str
    bundles: list[Bundle]


def bundles_of(scene: Scene, value: list[Any]) -> Formed:
    """The bundles that a binding came to. Raises `EffectFailed` for anything else."""
    bundles = [bundle for bundle in value if isinstance(bundle, list)]
    if len(bundles) < len(value) or not all(
        isinstance(unit, Unit) for bundle in bundles for unit in bundle
    ):
        raise EffectFailed("discounts per bundle need bundles of items")
    name, _ = scene.bundle_names.get(id(value), ("", None))
    return Formed(name, bundles)


def spread(
    scene: Scene,
    name: str,
    formed: Formed,
    wishes: list[tuple[Decimal, Unit | None]],
    *,
    partial: bool | None = None,
) -> Effected:
    """The discounts of all bundles. Budgets are spent bundle by bundle."""
    scope = "price"
    purse = scene.purse("setDiscount", "", partial=partial)
    counted = scene.purse("", "setDiscountEffect")
    pieces: list[Piece] = []
    props: list[SetDiscountPerItem] = []
    for index, (bundle, (wish, target)) in enumerate(zip(formed.bundles, wishes, strict=True)):
        bases = [unit_left(scene, unit, scope) for unit in bundle]
        wanted = min(wish, tidy(sum(bases, ZERO)))
        given = granted(purse, wanted)
        own = shared_out(scene, bundle, split(given, bases), purse, counted)
        pieces += own
        place = Bundled(formed.name, index, given, wanted, target)
        props += [props_of(name, unit, share, place) for unit, share, _ in own]
    return effected_of("setDiscountPerItem", tuple(props), pieces, scope, (purse, counted))


class Bundled(Struct, frozen=True):
    """One bundle and what it is discounted by."""

    name: str
    index: int
    given: Decimal
    wanted: Decimal
    target: Unit | None


def props_of(name: str, unit: Unit, share: Decimal, bundled: Bundled) -> SetDiscountPerItem:
    """The discount of one unit of a bundle."""
    target = bundled.target
    return SetDiscountPerItem(
        name=f"{name}#{unit.position}",
        value=share,
        position=unit.position,
        sub_position=unit.sub_position,
        scope="price",
        total_discount=bundled.given,
        desired_total_discount=bundled.wanted,
        bundle_index=bundled.index,
        bundle_name=bundled.name,
        targeted_item_position=target.position if target else UNSET,
        targeted_item_sub_position=target.sub_position if target else UNSET,
    )
