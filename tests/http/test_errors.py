"""Every problem becomes the error body of the API that was called, and a bug tells nothing."""

import re

import pytest
from structlog.testing import capture_logs

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
INVALID = "The submitted data was invalid"


def fault(title, details, **source):
    return {"title": title, "details": details, "source": source}


SEVERAL = [
    fault("a", "In the query", parameter="sort"),
    fault("b", "In a line", line="17"),
    fault("c", "Nowhere", pointer=""),
]
BUSY = [fault("Busy", "Try again in a moment", pointer="")]

# fmt: off
#    raised       statusmessage                           retry gateway
CASES = [
    ("invalid",   400, INVALID,                          None, (400, "A reason")),
    ("several",   400, INVALID,                          None, (400, "In the query")),
    ("forbidden", 403, "You are not allowed to do this", None, (401, "No")),
    ("missing",   404, "Not found",                      None, (404, "No coupon")),
    ("conflict",  409, "Conflict",                       "1",  (409, "Twice")),
    ("crowd",     409, "Too many requests at once",      "1",  (429, "Too many requests")),
    ("many",      429, "Too many requests",              "7",  (429, "Slow down")),
    ("busy",      503, "The server is busy",             "1",  (503, "unknown error")),
    ("slow",      503, "The server is busy",             "1",  (503, "unknown error")),
    ("away",      503, "The server is busy",             "1",  (503, "unknown error")),
    ("large",     400, INVALID,                          None, (400, "Out of bounds: 1")),
    ("bug",       500, "Internal server error",          None, (500, "unknown error")),
    ("group",     500, "Internal server error",          None, (500, "unknown error")),
]
# fmt: on
ERRORS = {
    "invalid": [fault("enum", "A reason", pointer="/a/0")],
    "several": SEVERAL,
    "forbidden": [fault("Invalid", "No", pointer="")],
    "missing": [fault("Invalid", "No coupon", resource="coupon")],
    "conflict": [fault("Duplicate", "Twice", pointer="")],
    "many": [fault("Too many requests", "Slow down", pointer="")],
    "busy": BUSY,
    "slow": BUSY,
    "away": BUSY,
    "large": [fault("maximum", "Out of bounds: 1", pointer="")],
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_a_problem_becomes_the_body_of_its_api(call, case):
    raised, status, message, retry, gateway = case
    answer = call("GET", f"/problems/{raised}", status=status)
    errors = ERRORS.get(raised, [])
    assert answer.json() == {"message": message, "errors": errors, "StatusCode": status}
    assert answer.headers.get("Retry-After") == retry
    assert "secret" not in answer.text

    answer = call("GET", f"/braze/problems/{raised}", status=gateway[0])
    assert answer.text.endswith("}\n")
    assert list(answer.json()) == ["StatusCode", "Error", "RequestUUID"]
    assert (answer.json()["StatusCode"], answer.json()["Error"]) == gateway
    assert "secret" not in answer.text


# fmt: off
#    method    path              statusallow
NOWHERE = [
    ("GET",    "/nothing",       404, None),
    ("GET",    "/",              404, None),
    ("DELETE", "/json",          405, "OPTIONS, POST"),
    ("GET",    "/braze/nothing", 404, None),
    ("GET",    "/braze",         404, None),
    ("PUT",    "/braze/coupon",  405, "OPTIONS, POST"),
    ("GET",    "/brazen",        404, None),
]
# fmt: on


@pytest.mark.parametrize("method, path, status, allow", NOWHERE)
def test_a_path_or_method_that_does_not_exist_has_the_body_of_its_api(
    call, method, path, status, allow
):
    answer = call(method, path, status=status)
    of_gateway = path.split("/")[1] == "braze"
    assert set(answer.json()) == (
        {"StatusCode", "Error", "RequestUUID"}
        if of_gateway
        else {"message", "errors", "StatusCode"}
    )
    allowed = answer.headers.get("Allow")
    assert (allowed and ", ".join(sorted(allowed.split(", ")))) == allow


def test_every_answer_has_an_id(call):
    ids = [call("GET", path).headers["X-Request-Id"] for path in ("/texts/a", "/nothing")]
    assert all(UUID.fullmatch(found) for found in ids)
    assert len(set(ids)) == 2
    answer = call("GET", "/braze/problems/bug")
    assert answer.headers["X-Request-Id"] == answer.json()["RequestUUID"]


def test_a_bug_is_logged_with_the_id_of_its_request(call):
    with capture_logs() as logs:
        request_id = call("GET", "/problems/bug", status=500).headers["X-Request-Id"]
    (entry,) = [entry for entry in logs if entry.get("request_id") == request_id]
    assert entry["log_level"] == "error"
    assert str(entry["exc_info"]) == "a secret"
