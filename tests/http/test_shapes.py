"""A body of the wrong shape is refused with the violated keyword and a JSON pointer."""

import pytest

STATES = 'state must be one of the following: "open", "closed", "cancelled"'
LINE = {"sku": "A1", "price": 1}


def session(**members):
    return {"customerSession": members}


def lines(*given, **members):
    return session(cartItems=[*given, {**LINE, **members}])


OFFSET = "2025-01-31T00:00:00"
NESTED = {"inner": {"at": OFFSET}}
IMPOSSIBLE = "2025-02-30T00:00:00Z"
NO_PRICE = {"sku": "A"}
PRICE = "/customerSession/cartItems/0/price"

# fmt: off
#    body                           title        place in the session    details
WRONG = [
    (session(state="x"),            "enum",      "state",                STATES),
    (session(state=1),              "type",      "state",                "must be a text"),
    (session(cartItems={}),         "type",      "cartItems",            "must be a list"),
    (session(cartItems=[LINE] * 4), "maxItems",  "cartItems",            "3 elements or fewer"),
    (lines(LINE, price="1"),        "type",      "cartItems/1/price",    "must be a number"),
    (lines(price=True),             "type",      "cartItems/0/price",    "must be a number"),
    (lines(price=None),             "type",      "cartItems/0/price",    "must be a number"),
    (lines(quantity="1"),           "type",      "cartItems/0/quantity", "a whole number"),
    (lines(quantity=1.5),           "type",      "cartItems/0/quantity", "a whole number"),
    (lines(quantity=0),             "minimum",   "cartItems/0/quantity", "must be at least 1"),
    (lines(quantity=11),            "maximum",   "cartItems/0/quantity", "must be at most 10"),
    (lines(sku=""),                 "minLength", "cartItems/0/sku",      "1 characters or more"),
    (lines(sku="ABCDEF"),           "maxLength", "cartItems/0/sku",      "5 characters or fewer"),
    (lines(sku="a"),                "pattern",   "cartItems/0/sku",      "^[A-Z0-9]+$"),
    (session(at=IMPOSSIBLE),        "format",    "at",                   "must be like 2025"),
    (session(at="2025-01-31"),      "format",    "at",                   "must be like 2025"),
    (session(at=OFFSET),            "format",    "at",                   "must name an offset"),
    (session(at=5),                 "type",      "at",                   "a date and time"),
    (session(totals={"a/b": "1"}),  "type",      "totals/a~1b",          "a/b must be a number"),
    (session(inner={"at": OFFSET}), "format",    "inner/at",             "must name an offset"),
    (session(inner=NESTED),         "format",    "inner/inner/at",       "must name an offset"),
]
# fmt: on


@pytest.mark.parametrize("body, title, at, details", WRONG)
def test_what_is_wrong_has_a_name_and_a_place(call, body, title, at, details):
    (error,) = call("PUT", "/struct", body, status=400).json()["errors"]
    assert (error["title"], error["source"]) == (title, {"pointer": f"/customerSession/{at}"})
    assert details in error["details"]


# fmt: off
#    body                       title       pointer             details
AT_THE_TOP = [
    ({},                        "required", "/customerSession", "customerSession is"),
    ([],                        "type",     "",                 "must be an object"),
    ({"customerSession": None}, "type",     "/customerSession", "must be an object"),
    (lines(NO_PRICE),           "required", PRICE,              "price is"),
]
# fmt: on


@pytest.mark.parametrize("body, title, pointer, details", AT_THE_TOP)
def test_what_is_missing_is_named(call, body, title, pointer, details):
    (error,) = call("PUT", "/struct", body, status=400).json()["errors"]
    assert (error["title"], error["source"]) == (title, {"pointer": pointer})
    assert details in error["details"]


RIGHT = [
    session(),
    session(at=None),
    session(at="2025-01-31T00:00:00+02:00"),
    session(at="2025-01-31t00:00:00.5z", unknown=1),
    lines(price=1, quantity=10, attributes={"any": ["1", None]}),
    session(totals={"a": 1}, inner={"inner": {"totals": {"b": 0.5}}}),
]


@pytest.mark.parametrize("body", RIGHT)
def test_what_is_right_is_read(call, body):
    call("PUT", "/struct", body, status=200)
