"""Customer sessions: carts on their way to an order.

Source: NewCustomerSessionV2, CustomerSessionV2, CartItem of the Integration contract.
"""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, field

from largesse.kit.caps import (
    COUPON_CODES_MAX,
    IDENTIFIER_MAX,
    LOYALTY_CARDS_MAX,
    SESSION_IDENTIFIERS_MAX,
)
from largesse.kit.wire import Maybe, Wire, not_negative
from largesse.model.catalogs import KnownItem
from largesse.model.coupons import NewCode
from largesse.model.effects import Effect
from largesse.model.referrals import NewReferralCode

State = Literal["open", "closed", "partially_returned", "cancelled"]


class Cost(Wire):
    """What an additional cost amounts to, in the Application's currency."""

    price: Decimal

    def __post_init__(self) -> None:
        not_negative(self, "price")


class Product(Wire):
    """The product that an item is an instance of."""

    name: str = ""


class CartItem(Wire, kw_only=True, omit_defaults=True):
    """One line of a cart: `quantity` units at `price` each. Lengths in mm, weight in g."""

    sku: Annotated[str, Meta(min_length=1, max_length=1000)]
    quantity: Annotated[int, Meta(ge=1)]
    price: Maybe[Decimal] = UNSET
    name: Maybe[str] = UNSET
    category: Maybe[str] = UNSET
    product: Maybe[Product] = UNSET
    weight: Maybe[Decimal] = UNSET
    height: Maybe[Decimal] = UNSET
    width: Maybe[Decimal] = UNSET
    length: Maybe[Decimal] = UNSET
    attributes: Maybe[dict[str, Any]] = UNSET
    additional_costs: Maybe[dict[str, Cost]] = UNSET
    position: Maybe[int] = UNSET
    catalog_item_id: Maybe[int] = field(name="catalogItemID", default=UNSET)
    returned_quantity: Maybe[int] = UNSET
    remaining_quantity: Maybe[int] = UNSET

    def __post_init__(self) -> None:
        not_negative(self, "price", "weight", "height", "width", "length")


class ExperimentVariantAllocation(Wire, kw_only=True):
    """Which variant of an experiment a customer was given."""

    experiment_id: int
    variant_id: int


class SessionUpdate(Wire, kw_only=True):
    """What a request says of a session. What it does not name stays as it is stored."""

    profile_id: Maybe[Annotated[str, Meta(max_length=IDENTIFIER_MAX)]] = UNSET
    store_integration_id: Maybe[Annotated[str, Meta(min_length=1, max_length=IDENTIFIER_MAX)]] = (
        UNSET
    )
    evaluable_campaign_ids: Maybe[list[int]] = UNSET
    coupon_codes: Maybe[
        Annotated[list[Annotated[str, Meta(max_length=100)]], Meta(max_length=COUPON_CODES_MAX)]
    ] = UNSET
    referral_code: Maybe[Annotated[str, Meta(max_length=100)]] = UNSET
    loyalty_cards: Maybe[Annotated[list[str], Meta(max_length=LOYALTY_CARDS_MAX)]] = UNSET
    state: Maybe[State] = UNSET
    cart_items: Maybe[list[CartItem]] = UNSET
    experiment_variant_allocations: Maybe[list[ExperimentVariantAllocation]] = UNSET
    additional_costs: Maybe[dict[str, Cost]] = UNSET
    identifiers: Maybe[Annotated[list[str], Meta(max_length=SESSION_IDENTIFIERS_MAX)]] = UNSET
    attributes: Maybe[dict[str, Any]] = UNSET


class Spent(Wire, array_like=True):
    """What a closed session has taken from one counter of a budget, so that it can be given
    back.
    """

    campaign_id: int
    action: str
    entities: str
    subject: str
    period: str
    amount: Decimal


class Used(Wire, array_like=True):
    """What a closed session has taken from one coupon: redemptions, and the amount of a gift
    card.
    """

    coupon_id: int
    times: int
    discount: Decimal


class ReturnedCartItem(Wire, kw_only=True):
    """Units of a line that came back."""

    position: int
    quantity: int
    sku: Maybe[str] = UNSET


class Return(Wire, kw_only=True):
    """One return of items of a closed session."""

    id: int
    created: datetime
    application_id: int
    account_id: int
    event_id: int
    session_id: int
    session_integration_id: str
    returned_cart_items: list[ReturnedCartItem]
    profile_id: Maybe[int] = UNSET
    profile_integration_id: Maybe[str] = UNSET


class SessionDocument(Wire, kw_only=True, omit_defaults=True):
    """All that is kept of a session beside the columns that are searched.

    `codes` maps the place that made a code to it, so that an update finds it again. `spent` and
    `used` are what cancelling gives back.
    """

    profile_id: str = ""
    store_integration_id: str = ""
    coupon_codes: list[str] = []
    referral_code: str = ""
    loyalty_cards: list[str] = []
    cart_items: list[CartItem] = []
    additional_costs: dict[str, Cost] = {}
    identifiers: list[str] = []
    attributes: dict[str, Any] = {}
    first_session: bool = True
    codes: dict[str, NewCode] = {}
    referral_codes: dict[str, NewReferralCode] = {}
    referral_used: int = 0  # the referral that closing redeemed
    goods: dict[str, KnownItem] = {}  # what the catalog says of the items, by SKU
    returns: list[Return] = []
    spent: list[Spent] = []
    used: list[Used] = []


class StoredSession(Wire, kw_only=True):
    """A session as it was read: its document, its state and the effects that it was last told."""

    id: int
    revision: int
    state: State
    created: datetime
    updated: datetime
    document: SessionDocument
    effects: list[Effect]


class CustomerSession(Wire, kw_only=True):
    """A session as callers see it. Totals are before discounts."""

    id: int
    created: datetime
    integration_id: str
    application_id: int
    profile_id: str
    state: State
    cart_items: list[CartItem]
    attributes: dict[str, Any]
    first_session: bool
    update_count: int
    total: Decimal
    cart_item_total: Decimal
    additional_cost_total: Decimal
    cart_item_additional_cost_total: Decimal
    updated: datetime
    coupon_codes: list[str]
    referral_code: str
    loyalty_cards: list[str]
    additional_costs: dict[str, Cost]
    identifiers: list[str]
    store_integration_id: Maybe[str] = UNSET
    coupon: str = ""
    referral: str = ""
