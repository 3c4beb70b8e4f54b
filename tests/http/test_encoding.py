"""Bodies keep every digit, and what is wrong with one is said with its place."""

import gzip
from decimal import Decimal

import pytest

from largesse.http.encoding import decode, encode, is_suspicious
from largesse.kit.caps import BODY_BYTES_MAX, DEPTH_MAX, LIST_MAX, MEMBERS_MAX, TEXT_MAX
from largesse.kit.problems import Invalid
from tests import kit

DEEP = b"[" * DEPTH_MAX + b"]" * DEPTH_MAX

# fmt: off
#    body                                  value
READ = [
    (b"0.1",                               Decimal("0.1")),
    (b"1.10",                              Decimal("1.1")),
    (b"-0.0",                              Decimal(0)),
    (b"1e3",                               Decimal(1000)),
    (b"123456789012345678.123456789012",   Decimal("123456789012345678.123456789012")),
    (b"9223372036854775807",               2**63 - 1),
    (b"-9223372036854775808",              -(2**63)),
    (b'"\\\\u0000"',                       "\\u0000"),  # an escaped backslash, no NUL
    (b'"[[[["',                            "[[[["),
    (b'\xef\xbb\xbf{"a": 1}',              {"a": 1}),
    (b' \n{"a": 1, "a": 2} ',              {"a": 2}),
    (b'"' + b"x" * TEXT_MAX + b'"',        "x" * TEXT_MAX),
    (b'"\xf0\x9f\x8d\x8a \\ud83c\\udf4a"', "🍊 🍊"),
]

#    body                                      title           pointer
REFUSED = [
    (b"",                                      "required",     ""),
    (b"  \n",                                  "required",     ""),
    (b"{",                                     "Invalid JSON", ""),
    (b"[1] 2",                                 "Invalid JSON", ""),
    (b"[1,]",                                  "Invalid JSON", ""),
    (b"NaN",                                   "Invalid JSON", ""),
    (b"-Infinity",                             "Invalid JSON", ""),
    (b"01",                                    "Invalid JSON", ""),
    (b"'a'",                                   "Invalid JSON", ""),
    (b'"\xff"',                                "Invalid JSON", ""),
    (b'"\\ud800"',                             "Invalid JSON", ""),
    (b'"a\x00"',                               "Invalid JSON", ""),
    (b'{"a": [{"b": "x\\u0000"}]}',            "pattern",      "/a/0/b"),
    (b'{"a~/b": {"\\u0000": 1}}',              "pattern",      "/a~0~1b/\0"),
    (b'{"a": 9223372036854775808}',            "maximum",      "/a"),
    (b'{"a": 123456789012345678901234567890}', "maximum",      "/a"),
    (b'{"a": [1, 1e1000000]}',                 "maximum",      "/a/1"),
    (b'[1e-400]',                              "maximum",      "/0"),
    (b'[0.1234567890123]',                     "maximum",      "/0"),
    (b'[1234567890123456789.5]',               "maximum",      "/0"),
    (b'[0.' + b"1" * 1000 + b"]",              "maximum",      "/0"),
    (b"[" + DEEP + b"]",                       "maxDepth",     "/0" * DEPTH_MAX),
    (b"[" * 1_000_000,                         "maxDepth",     ""),
    (b'{"a":' * 100 + b"1" + b"}" * 100,       "maxDepth",     "/a" * DEPTH_MAX),
    (b'{"a": "' + b"x" * TEXT_MAX + b'x"}',    "maxLength",    "/a"),
    (b"[" + b"1," * LIST_MAX + b"1]",          "maxItems",     ""),
]
# fmt: on


@pytest.mark.parametrize("body, value", READ, ids=lambda part: str(part)[:40])
def test_a_body_keeps_every_digit(body, value):
    read = decode(body)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize("body, title, pointer", REFUSED, ids=lambda part: str(part)[:40])
def test_a_body_out_of_bounds_is_refused_with_its_place(body, title, pointer):
    with pytest.raises(Invalid) as refused:
        decode(body)
    (fault,) = refused.value.faults
    assert (fault.title, fault.at) == (title, pointer)


def test_an_object_has_a_bounded_number_of_members():
    body = encode({str(number): number for number in range(MEMBERS_MAX + 1)})
    with pytest.raises(Invalid) as refused:
        decode(body)
    assert refused.value.faults[0].title == "maxProperties"


def test_a_full_cart_is_not_suspicious():
    line = {"name": "Boot [new]", "sku": "B1", "quantity": 1, "price": Decimal("99.99")}
    body = encode({"customerSession": {"cartItems": [{**line, "attributes": {"a": []}}] * 200}})
    assert not is_suspicious(body)


def test_exact_decimals_are_written_as_numbers():
    assert (
        encode([Decimal("0.10"), Decimal("12345678901234567.89")]) == b"[0.10,12345678901234567.89]"
    )


def test_digits_survive_both_ways(call):
    body = b'{"a":0.1234567891,"b":[123456789012345678.5],"c":1}'
    answer = call("POST", "/json", content=body, status=200)
    assert answer.content == body
    assert kit.exact(answer)["a"] == Decimal("0.1234567891")


# fmt: off
#    headers                           body                                status
SENT = [
    ({},                               b"x" * (BODY_BYTES_MAX + 1),        413),
    ({},                               b" " * (BODY_BYTES_MAX - 1) + b"1", 200),
    ({"Content-Encoding": "gzip"},     gzip.compress(b"{}", mtime=0),      415),
    ({"Content-Encoding": "identity"}, b"{}",                              200),
    ({"Content-Type": "text/plain"},   b"{}",                              200),
    ({},                               b"[" * 3_000_000,                   400),
]
# fmt: on


@pytest.mark.parametrize("headers, body, status", SENT, ids=lambda part: str(part)[:30])
def test_only_plain_json_of_bounded_size_is_read(call, headers, body, status):
    call("POST", "/json", content=body, headers=headers, status=status)


def test_the_size_is_bounded_while_reading(call):
    chunks = (b" " * 1_000_000 for _ in range(6))
    answer = call("POST", "/json", content=chunks, status=413)
    assert answer.json()["errors"][0]["title"] == "maxLength"
