"""Applications and their campaigns.

Source: Application, Campaign, UpdateCampaign, Ruleset, Rule, Binding of the Management contract.
"""

from datetime import datetime
from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, field

from largesse.kit.caps import LIMITS_MAX, RULES_MAX
from largesse.kit.wire import Json, Maybe, Wire
from largesse.model.coupons import CodeGeneratorSettings
from largesse.model.limits import CampaignBudget, LimitConfig

CaseSensitivity = Literal["sensitive", "insensitive-uppercase", "insensitive-lowercase"]
DiscountScope = Literal["sessionTotal", "cartItems", "additionalCosts"]
ItemScope = Literal["price", "itemTotal", "additionalCosts"]
CampaignState = Literal["enabled", "disabled", "archived", "staged"]
FrontendState = Literal["expired", "scheduled", "running", "disabled", "archived", "staged"]
Feature = Literal[
    "coupons",
    "referrals",
    "loyalty",
    "giveaways",
    "strikethrough",
    "achievements",
    "advancedEvents",
]
Tag = Annotated[str, Meta(min_length=1, max_length=50)]
Text = Annotated[str, Meta(min_length=1, max_length=1000)]
Tags = Annotated[list[Tag], Meta(max_length=50)]
Limits = Annotated[list[LimitConfig], Meta(max_length=LIMITS_MAX)]


class MandatoryAttributes(Wire, kw_only=True):
    """Names of attributes that campaigns and coupons must have."""

    campaigns: list[str] = []
    coupons: list[str] = []


class AttributesSettings(Wire, kw_only=True):
    """What an Application demands of attributes."""

    mandatory: MandatoryAttributes = field(default_factory=MandatoryAttributes)


class Application(Wire, kw_only=True):
    """A shop: its currency, its time zone and the switches of its decisions."""

    id: int
    created: datetime
    modified: datetime
    account_id: int
    name: str
    description: str
    timezone: str
    currency: str
    case_sensitivity: CaseSensitivity = "sensitive"
    attributes: dict[str, Any] = {}
    limits: list[LimitConfig] = []
    default_discount_scope: DiscountScope = "sessionTotal"
    default_discount_additional_cost_per_item_scope: ItemScope = "price"
    enable_cascading_discounts: bool = False
    enable_flattened_cart_items: bool = True
    enable_partial_discounts: bool = False
    enable_campaign_state_management: bool = False
    attributes_settings: AttributesSettings = field(default_factory=AttributesSettings)
    best_prior_price_settings: dict[str, Any] = {}
    sandbox: bool = False
    loyalty_programs: list[dict[str, Any]] = []


class Campaign(Wire, kw_only=True):
    """Rules that run for a time, with their budgets."""

    id: int
    created: datetime
    application_id: int
    user_id: int
    name: str
    description: str
    state: CampaignState
    tags: list[str]
    reevaluate_on_return: bool
    features: list[Feature]
    limits: list[LimitConfig]
    type: Literal["cartItem", "advanced"]
    start_time: Maybe[datetime] = UNSET
    end_time: Maybe[datetime] = UNSET
    attributes: dict[str, Any] = {}
    active_ruleset_id: Maybe[int] = UNSET
    coupon_settings: Maybe[CodeGeneratorSettings] = UNSET
    referral_settings: Maybe[CodeGeneratorSettings] = UNSET
    campaign_groups: list[int] = []
    evaluation_group_id: Maybe[int] = UNSET
    linked_store_ids: list[int] = []
    coupon_attributes: dict[str, Any] = {}
    budgets: list[CampaignBudget] = []
    version: int = 0
    updated: Maybe[datetime] = UNSET
    frontend_state: FrontendState = "running"
    stores_imported: bool = False


class Binding(Wire, kw_only=True):
    """A name for an expression that rules can read."""

    name: Annotated[str, Meta(min_length=1, max_length=200)]
    expression: list[Json]
    type: Maybe[str] = UNSET
    value_type: Maybe[str] = UNSET
    min_value: Maybe[Json] = UNSET
    max_value: Maybe[Json] = UNSET
    attribute_id: Maybe[int] = UNSET
    description: Maybe[str] = UNSET


class Rule(Wire, kw_only=True):
    """When the condition holds, all effects happen, or none."""

    title: Annotated[str, Meta(max_length=500)]
    condition: Annotated[list[Json], Meta(min_length=1)]
    effects: list[list[Json]]
    id: Maybe[str] = UNSET
    parent_id: Maybe[str] = UNSET
    description: Maybe[str] = UNSET
    bindings: list[Binding] = []


class NewRuleset(Wire, kw_only=True):
    """Rules as a caller writes them."""

    rules: Annotated[list[Rule], Meta(max_length=RULES_MAX)]
    bindings: Annotated[list[Binding], Meta(max_length=RULES_MAX)]
    strikethrough_rules: Annotated[list[Rule], Meta(max_length=RULES_MAX)] = []
    rb_version: str = "v2"
    activate: bool = False


class Ruleset(Wire, kw_only=True):
    """Rules as they are stored. A stored ruleset never changes."""

    id: int
    created: datetime
    user_id: int
    campaign_id: int
    rules: list[Rule]
    bindings: list[Binding]
    strikethrough_rules: list[Rule] = []
    rb_version: str = "v2"
    activated_at: Maybe[datetime] = UNSET


class WritableCampaign(Wire, kw_only=True):
    """What a caller may say of a campaign."""

    name: Text
    description: Maybe[str] = UNSET
    start_time: Maybe[datetime | None] = UNSET
    end_time: Maybe[datetime | None] = UNSET
    attributes: Maybe[dict[str, Any]] = UNSET
    state: Maybe[CampaignState] = UNSET
    active_ruleset_id: Maybe[int] = UNSET
    reevaluate_on_return: Maybe[bool] = UNSET
    coupon_settings: Maybe[CodeGeneratorSettings] = UNSET
    referral_settings: Maybe[CodeGeneratorSettings] = UNSET
    campaign_groups: Maybe[list[int]] = UNSET
    evaluation_group_id: Maybe[int] = UNSET
    type: Maybe[Literal["cartItem", "advanced"]] = UNSET
    linked_store_ids: Maybe[list[int]] = UNSET
    coupon_attributes: Maybe[dict[str, Any]] = UNSET


class NewCampaign(WritableCampaign, kw_only=True):
    """A campaign that is to be. Without `limits` it gets those of its Application."""

    tags: Tags = []
    features: list[Feature] = []
    limits: Maybe[Limits] = UNSET


class UpdateCampaign(WritableCampaign, kw_only=True):
    """A campaign as it shall be. What may be left out stays as it is; a null ends a schedule."""

    tags: Tags
    features: list[Feature]
    limits: Limits


class Store(Wire, kw_only=True):
    """A shop of stone of an Application."""

    id: int
    created: datetime
    updated: datetime
    application_id: int
    name: str
    description: str
    integration_id: str
    attributes: dict[str, Any] = {}


class EffectParameter(Wire, kw_only=True):
    """A place in the payload of a custom effect that a rule fills."""

    name: Annotated[str, Meta(min_length=1, max_length=200)]
    type: Literal["string", "number", "boolean", "time", "(list string)", "(list number)"] = (
        "string"
    )


class CustomEffect(Wire, kw_only=True):
    """An effect that a shop defined: a payload with places that rules fill."""

    id: int
    created: datetime
    modified: datetime
    account_id: int
    application_ids: list[int]
    name: str
    title: str
    description: str
    payload: str
    params: list[EffectParameter]
    per_item: bool
    enabled: bool
    created_by: int
