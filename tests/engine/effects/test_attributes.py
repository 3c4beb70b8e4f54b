"""Effects that change custom attributes."""

from decimal import Decimal

import pytest

from tests.engine.building import (
    HELLO,
    ITEMS,
    NOW,
    VALID,
    a_coupon,
    a_profile,
    a_rule,
    a_rulebook,
    a_ruleset,
    a_session,
    a_situation,
    an_attribute,
    an_event,
    an_item,
    evaluate,
    failed,
    happens,
    kinds,
    told,
    values,
)

KINDS = {
    "text": "string",
    "number": "number",
    "truth": "boolean",
    "when": "time",
    "texts": "(list string)",
    "numbers": "(list number)",
    "times": "(list time)",
    "home": "location",
}
ENTITIES = ("CustomerSession", "CustomerProfile", "CartItem", "Coupon", "Store", "Application")
KNOWN = [an_attribute(one, name, kind) for one in ENTITIES for name, kind in KINDS.items()]


def sets(path, value, given=None):
    """What a rule that sets an attribute comes to."""
    given = given or a_situation(customer="ada")
    return happens(["updateAttribute", path, value], given=given, attributes=KNOWN)


NOON = ["parseTime", "2026-03-15T13:00:00+01:00"]
PLACE = ["kv", "latitude", 52, "longitude", 13]
# fmt: off
#    attribute  value                        stored as
FITTING = [
    ("text",    "gold",                      "gold"),
    ("text",    "",                          ""),
    ("number",  4,                           Decimal(4)),
    ("number",  Decimal("0.50"),             Decimal("0.5")),
    ("number",  ["/", 1, 3],                 Decimal("0.333333333333")),
    ("truth",   True,                        True),
    ("when",    NOON,                        "2026-03-15T12:00:00Z"),
    ("when",    "2026-03-15T13:00:00+01:00", "2026-03-15T13:00:00+01:00"),
    ("texts",   ["list", "a", "b"],          ["a", "b"]),
    ("texts",   ["list"],                    []),
    ("numbers", ["list", 1, 2],              [Decimal(1), Decimal(2)]),
    ("times",   ["list", NOON],              ["2026-03-15T12:00:00Z"]),
    ("home",    PLACE,                       {"latitude": Decimal(52), "longitude": Decimal(13)}),
]
# fmt: on


@pytest.mark.parametrize("name, value, kept", FITTING)
def test_a_value_that_fits_is_told_and_stored(name, value, kept):
    outcome = sets(f"Session.Attributes.{name}", value)
    assert outcome.effects[0].props.value == kept
    assert outcome.session.attributes == {name: kept}
    assert outcome.effects[0].props.path == f"Session.Attributes.{name}"


# fmt: off
#    attribute  value
UNFITTING = [
    ("text",    4),
    ("text",    True),
    ("number",  "4"),
    ("number",  True),
    ("truth",   1),
    ("truth",   "true"),
    ("when",    "tomorrow"),
    ("when",    "2026-03-15"),
    ("when",    4),
    ("texts",   "a"),
    ("texts",   ["list", 1, 2]),
    ("numbers", ["list", "1"]),
    ("times",   ["list", "soon"]),
    ("home",    ["kv", "latitude", 91, "longitude", 0]),
    ("home",    ["kv", "latitude", 1]),
    ("text",    [".", "Session", "Attributes", "missing"]),
]
# fmt: on


@pytest.mark.parametrize("name, value", UNFITTING)
def test_a_value_of_another_type_fails_its_rule(name, value):
    outcome = sets(f"Session.Attributes.{name}", value)
    assert (failed(outcome), outcome.session.attributes) == ([(None, 0)], {})


# fmt: off
PATHS = [                              # there is something there to be set
    ("Session.Attributes.text",                 True),
    ("CustomerSession.Attributes.text",         True),
    ("Profile.Attributes.text",                 True),
    ("CustomerProfile.Attributes.text",         True),
    ("Session.CartItems[0].Attributes.text",    True),
    ("Session.CartItems[1].Attributes.text",    False),  # no such line
    ("Profile.CartItems[0].Attributes.text",    False),
    ("Coupon.CartItems[0].Attributes.text",     False),
    ("Coupon.Attributes.text",                  False),  # no code
    ("Session.Attributes.unknown",              False),
    ("Session.Total",                           False),
    ("Session.Attributes",                      False),
    ("Session.Attributes.text.more",            False),
    ("Store.Attributes.text",                   False),
    ("Application.Attributes.text",             False),
    ("Unknown.Attributes.text",                 False),
    ("session.attributes.text",                 False),
    (" Session.Attributes.text",                False),
    ("",                                        False),
]
# fmt: on


@pytest.mark.parametrize("path, is_there", PATHS)
def test_only_what_is_there_can_be_set(path, is_there):
    assert kinds(sets(path, "x")) == ["updateAttribute"] * is_there


@pytest.mark.parametrize("path", [path for path, _ in PATHS])
def test_an_update_that_cannot_be_may_be_caught(path):
    update = ["catch", ["noop"], ["updateAttribute", path, "x"]]
    outcome = happens(update, HELLO, given=a_situation(customer="ada"), attributes=KNOWN)
    assert kinds(outcome)[-1:] == ["showNotification"]


@pytest.mark.parametrize(
    "path", ["Session.Attributes.text", "Session.CartItems[0].Attributes.text"]
)
def test_an_event_has_no_session_to_set(path):
    assert failed(sets(path, "x", given=an_event())) == [(None, 0)]


def test_an_anonymous_session_has_no_customer_to_set():
    assert failed(sets("Profile.Attributes.text", "x", given=a_situation())) == [(None, 0)]


def counted(root):
    """A rule that counts up the number of an entity."""
    path = [".", root, "Attributes", "number"]
    return a_rule(["updateAttribute", f"{root}.Attributes.number", ["+", [".|", 0, *path[1:]], 1]])


@pytest.mark.parametrize("root", ["Session", "Profile"])
def test_later_rules_see_what_was_set(root):
    seen = a_rule(
        ["setDiscount", "off", [".", root, "Attributes", "number"]],
        when=["=", [".", root, "Attributes", "number"], 3],
    )
    book = a_rulebook(
        a_ruleset(counted(root), counted(root)),
        a_ruleset(counted(root), seen, campaign=2),
        attributes=KNOWN,
    )
    assert values(evaluate(book, a_situation(customer="ada"))) == ["3"]


def test_the_units_of_a_line_share_what_was_set():
    put = a_rule(["updateAttribute", "Session.CartItems[1].Attributes.number", 2])
    amount = [".|", 1, "Item", "Attributes", "number"]
    off = a_rule(["setDiscountPerItem", "off", ITEMS, [["Item"], amount]])
    book = a_rulebook(a_ruleset(put, off), attributes=KNOWN)
    cart = a_session(an_item("A"), an_item("B", quantity=2), an_item("C"))
    outcome = evaluate(book, a_situation(cart))
    assert values(outcome) == ["1", "2", "2", "1"]
    assert outcome.session.cart_items == cart.cart_items, "an item's lasts for the evaluation only"


def test_each_code_has_values_of_its_own():
    count_up = ["+", [".|", 0, "Coupon", "Attributes", "number"], 1]
    rule = a_rule(["updateAttribute", "Coupon.Attributes.number", count_up], when=VALID)
    book = a_rulebook(a_ruleset(rule, rule), attributes=KNOWN)
    codes = [a_coupon("ONE", attributes={"number": Decimal(5)}), a_coupon("TWO")]
    outcome = evaluate(book, a_situation(None, *codes))
    assert [props["value"] for props in told(outcome, "updateAttribute")] == ["6", "1", "7", "2"]
    assert [(one.coupon_id, one.value) for one in outcome.attributes] == [
        (codes[0].id, Decimal(6)),
        (codes[1].id, Decimal(1)),
        (codes[0].id, Decimal(7)),
        (codes[1].id, Decimal(2)),
    ]


def test_a_failed_rule_takes_back_what_it_set():
    fails = a_rule(["updateAttribute", "Profile.Attributes.number", 9], ["setDiscount", "off", -1])
    book = a_rulebook(a_ruleset(counted("Profile"), fails, counted("Profile")), attributes=KNOWN)
    outcome = evaluate(book, a_situation(customer="ada"))
    assert outcome.profile_attributes == {"number": Decimal(2)}


def test_what_is_set_joins_what_the_customer_has():
    known = a_profile(attributes={"text": "gold", "number": 1})
    given = a_situation(customer="ada", profile=known)
    assert sets("Profile.Attributes.number", 2, given).profile_attributes == {
        "text": "gold",
        "number": Decimal(2),
    }
    assert known.attributes == {"text": "gold", "number": 1}


def test_nothing_set_leaves_the_customer_alone():
    assert happens(HELLO, given=a_situation(customer="ada")).profile_attributes is None


@pytest.mark.parametrize("kind", ["visit", "purchase"])
def test_an_event_may_change_the_customer(kind):
    at = ["updateAttribute", "Profile.Attributes.when", [".", "Now"]]
    outcome = happens(at, given=an_event(kind, now=NOW), attributes=KNOWN)
    assert outcome.profile_attributes == {"when": "2026-03-15T12:00:00Z"}
