"""The customer: audiences, events, loyalty, achievements."""

from decimal import Decimal
from typing import Literal

from largesse.engine.expr.functions import Scene, Whole, function, whole

Whose = Literal["Current", "Advocate"]
Balance = Literal["current", "pending", "negative", "tentativeCurrent"]


@function("isAudienceMember", says="the {whose} customer is in the audience {audience}")
def is_audience_member(scene: Scene, audience: Whole, whose: Whose = "Current") -> bool:
    """Whether the customer, or the advocate, is in an audience."""
    return scene.audience_member(whole(audience), whose)


@function("joinedAudience", says="the customer just joined the audience {audience}")
def joined_audience(scene: Scene, audience: Whole) -> bool:
    """Whether the customer just became a member of an audience."""
    return scene.joined_audience(whole(audience))


@function("leftAudience", says="the customer just left the audience {audience}")
def left_audience(scene: Scene, audience: Whole) -> bool:
    """Whether the customer just ceased to be a member of an audience."""
    return scene.left_audience(whole(audience))


@function("eventType", says="the event is {name}")
def event_type(scene: Scene, name: str) -> bool:
    """Whether the current event is of a type."""
    return scene.event_type(name)


@function("loyaltyBalance", says="the {kind} balance of the program {program} {subledger}")
def loyalty_balance(
    scene: Scene, program: Whole, subledger: str = "", kind: Balance = "current"
) -> Decimal:
    """The points of the customer in a loyalty program; the subledger "" is the main ledger."""
    return scene.loyalty_balance(whole(program), subledger, kind)


@function("tierIs", says="the customer is {name} in the program {program} {subledger}")
def tier_is(scene: Scene, program: Whole, subledger: str, name: str) -> bool:
    """Whether the customer is on a tier of a loyalty program."""
    return scene.tier_is(whole(program), subledger, name)


@function("loyaltyCardValid", says="the loyalty card is valid")
def loyalty_card_valid(scene: Scene) -> bool:
    """Whether the loyalty card of the session exists and is active."""
    return scene.loyalty_card_valid()


@function("loyaltyCardRegistered", says="the loyalty card belongs to the customer")
def loyalty_card_registered(scene: Scene) -> bool:
    """Whether the loyalty card of the session is linked to the customer."""
    return scene.loyalty_card_registered()


@function("achievementStarted", says="the achievement {achievement} is started")
def achievement_started(scene: Scene, achievement: Whole) -> bool:
    """Whether the customer has started an achievement, completed or not."""
    return scene.achievement(whole(achievement), "started")


@function("achievementInProgress", says="the achievement {achievement} is in progress")
def achievement_in_progress(scene: Scene, achievement: Whole) -> bool:
    """Whether the customer has started an achievement and not completed it."""
    return scene.achievement(whole(achievement), "inProgress")


@function("achievementCompleted", says="the achievement {achievement} is completed")
def achievement_completed(scene: Scene, achievement: Whole) -> bool:
    """Whether the customer has completed an achievement."""
    return scene.achievement(whole(achievement), "completed")


@function("achievementJustCompleted", says="the achievement {achievement} was just completed")
def achievement_just_completed(scene: Scene, achievement: Whole) -> bool:
    """Whether the customer completed an achievement in this very evaluation."""
    return scene.achievement(whole(achievement), "justCompleted")
