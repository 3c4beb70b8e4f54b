"""The things that can be wrong with a request."""

import pytest

from largesse.kit.problems import (
    Conflict,
    Fault,
    Forbidden,
    Invalid,
    NotFound,
    Problem,
    TooMany,
    Unauthorized,
    must,
)

# fmt: off
#    problem       status  says
PROBLEMS = [
    (Invalid,      400,    "The submitted data was invalid"),
    (Unauthorized, 401,    "Invalid API key"),
    (Forbidden,    403,    "You are not allowed to do this"),
    (NotFound,     404,    "Not found"),
    (Conflict,     409,    "Conflict"),
]
# fmt: on


@pytest.mark.parametrize("problem, status, says", PROBLEMS)
def test_each_problem_has_a_status_and_says_what_it_is(problem, status, says):
    raised = problem("the details", "/a/place")
    assert (raised.status, raised.message) == (status, says)
    assert raised.faults == (Fault("Invalid", "the details", "/a/place"),)
    assert str(raised) == "the details"


def test_there_are_no_other_problems_here():
    own = {one for one in Problem.__subclasses__() if one.__module__ == Problem.__module__}
    assert own == {TooMany, *(problem for problem, _, _ in PROBLEMS)}


def test_a_problem_may_say_something_of_its_own():
    raised = Conflict("it moved", "resource:session", title="Duplicate", message="Try again")
    assert (raised.message, raised.faults[0].title) == ("Try again", "Duplicate")


def test_all_that_is_wrong_is_told_at_once():
    faults = [Fault("one", "first", "/a"), Fault("two", "second", "/b")]
    raised = Invalid.of(faults)
    assert raised.faults == tuple(faults)
    assert (str(raised), raised.status) == ("first", 400)


@pytest.mark.parametrize("after", [1, 30])
def test_a_cap_that_was_met_says_when_to_come_back(after):
    raised = TooMany("slow down", after_seconds=after)
    assert (raised.status, raised.after_seconds) == (429, after)
    assert raised.faults[0].title == "Too many requests"


@pytest.mark.parametrize("found", [0, "", [], False, "something"])
def test_what_is_there_must_not_be_missing(found):
    assert must(found, "store", 5) == found


def test_what_is_not_there_is_not_found():
    with pytest.raises(NotFound) as missing:
        must(None, "store", 5)
    (fault,) = missing.value.faults
    assert (fault.title, fault.at) == ("Not found", "resource:store")
    assert fault.details == "There is no store 5"
