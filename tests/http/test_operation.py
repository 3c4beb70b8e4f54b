"""Paths, queries, headers are read by the types of a signature; a transaction spans a function."""

import contextlib
import socket
from urllib.parse import urlsplit

import pytest

from tests import kit

# fmt: off
#    path as it is sent                          id
PATHS = [
    (b"/texts/plain",                            "plain"),
    (b"/texts/plain/",                           "plain"),
    (b"//texts//plain",                          "plain"),
    (b"/%74exts/plain",                          "plain"),
    (b"/texts/caf%C3%A9%2F%F0%9F%8D%8A%20a%25b", "café/🍊 a%b"),
    (b"/texts/%252F",                            "%2F"),
    (b"/texts/%2525",                            "%25"),
    (b"/texts/a+b",                              "a+b"),
    (b"/texts/..",                               ".."),
    (b"/texts/%3Fa%23b",                         "?a#b"),
    (b"/texts/a%2F",                             "a/"),
    (b"/texts/%20",                              " "),
]
# fmt: on


def raw(call, path):
    """Send a path that no client library would."""
    with contextlib.closing(socket.create_connection(call_address(call))) as wire:
        wire.sendall(b"GET " + path + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        received = b"".join(iter(lambda: wire.recv(65536), b""))
    head, _, body = received.partition(b"\r\n\r\n")
    return int(head.split()[1]), body


def call_address(call):
    address = urlsplit(call.server.url)
    return address.hostname, address.port


@pytest.mark.parametrize("path, text", PATHS)
def test_an_id_in_a_path_is_decoded_once(call, path, text):
    status, body = raw(call, path)
    assert status == 200
    assert kit.msgspec.json.decode(body) == {"text": text}


# fmt: off
#    path                    statussource
BAD_PATHS = [
    ("/texts/a%00b",         400, {"parameter": "path"}),
    ("/texts/%FF",           400, {"parameter": "path"}),
    ("/numbers/x",           404, {"resource": "id"}),
    ("/numbers/-1",          404, {"resource": "id"}),
    ("/numbers/1.0",         404, {"resource": "id"}),
    ("/numbers/1_0",         404, {"resource": "id"}),
    ("/numbers/%D9%A1",      404, {"resource": "id"}),
    ("/numbers/" + "9" * 19, 404, {"resource": "id"}),
    ("/texts/a/b",           404, {"resource": "path"}),
]
# fmt: on


@pytest.mark.parametrize("path, status, source", BAD_PATHS)
def test_an_id_that_cannot_be_is_refused(call, path, status, source):
    answer = call("GET", path, status=status)
    assert answer.json()["errors"][0]["source"] == source


SEARCH = {"pageSize": 1000, "skip": 0, "sort": ""}
DEFAULTS = {
    "search": SEARCH,
    "dryRun": False,
    "amount": 0,
    "when": None,
    "flag": False,
}

# fmt: off
#    query                              differs from the defaults in
QUERIES = [
    ("",                                {}),
    ("?dryRun=true&other=1",            {"dryRun": True}),
    ("?dryRun=1",                       {"dryRun": True}),
    ("?dryRun=false&dryRun=TRUE",       {"dryRun": True}),
    ("?amount=0.10",                    {"amount": 0.1}),
    ("?when=2025-01-31T00:00:00Z",      {"when": "2025-01-31T00:00:00Z"}),
    ("?when=2025-01-31T00:00:00+02:00", {"when": "2025-01-31T00:00:00+02:00"}),
    ("?when=2025-01-31",                {"when": "2025-01-31T00:00:00Z"}),
    ("?pageSize=5&skip=2&sort=-id",     {"search": {"pageSize": 5, "skip": 2, "sort": "-id"}}),
    ("?name=%20caf%C3%A9+a",            {"search": {**SEARCH, "name": " café a"}}),
    ("?name=",                          {"search": {**SEARCH, "name": ""}}),
    ("?tags=a,b&tags=c",                {"search": {**SEARCH, "tags": ["a", "b", "c"]}}),
]

#    query                           title      parameter
BAD_QUERIES = [
    ("?dryRun=maybe",                "type",    "dryRun"),
    ("?dryRun=",                     "type",    "dryRun"),
    ("?pageSize=x",                  "type",    "pageSize"),
    ("?pageSize=0",                  "minimum", "pageSize"),
    ("?pageSize=1001",               "maximum", "pageSize"),
    ("?skip=-1",                     "minimum", "skip"),
    ("?skip=" + "9" * 30,            "maximum", "skip"),
    ("?skip=1.5",                    "type",    "skip"),
    ("?amount=1e1000000",            "maximum", "amount"),
    ("?amount=NaN",                  "maximum", "amount"),
    ("?amount=x",                    "format",  "amount"),
    ("?when=2025-01-31T00:00:00",    "format",  "when"),
    ("?when=2025-02-30",             "format",  "when"),
    ("?when=1700000000",             "format",  "when"),
    ("?name=%00",                    "pattern", "name"),
    ("?name=%FF",                    "Invalid", "query"),
    ("?" + "&".join(["a=b"] * 1001), "Invalid", "query"),
]
# fmt: on


@pytest.mark.parametrize("query, differs", QUERIES)
def test_a_query_is_read_by_the_types_of_the_signature(call, query, differs):
    assert call("GET", "/query" + query, status=200).json() == {**DEFAULTS, **differs}


@pytest.mark.parametrize("query, title, parameter", BAD_QUERIES)
def test_a_query_that_cannot_be_is_refused_by_name(call, query, title, parameter):
    (error,) = call("GET", "/query" + query, status=400).json()["errors"]
    assert (error["title"], error["source"]) == (title, {"parameter": parameter})


def test_a_header_is_read_whatever_its_letter_case(call):
    assert call("GET", "/query", headers={"x-FLAG": "true"}).json()["flag"] is True
    (error,) = call("GET", "/query", headers={"X-Flag": "x"}, status=400).json()["errors"]
    assert error["source"] == {"parameter": "X-Flag"}


@pytest.mark.parametrize(
    "how, status, stays", [("fine", 201, 1), ("raises", 409, 0), ("unwritable", 500, 0)]
)
def test_a_transaction_spans_a_function_and_its_answer(call, how, status, stays):
    how = f"{how}-{call.account_id}"
    call("POST", f"/writes/{how}", status=status)
    rows = call.server.sql("select count(*) as count from account where name = $1", how)
    assert rows[0]["count"] == stays


def test_nobody_waits_long_for_a_connection(call):
    """While all connections are taken, callers are told to come again; then all is well."""
    pool = call.server.parts.pool
    stack = contextlib.AsyncExitStack()

    async def take_all():
        for _ in range(pool.pool.get_max_size()):
            await stack.enter_async_context(pool.plain())

    call.server.run(take_all())
    try:
        answer = call("POST", "/writes/x", status=503)
        assert answer.headers["Retry-After"] == "1"
    finally:
        call.server.run(stack.aclose())
    call("POST", "/writes/x", status=201)
