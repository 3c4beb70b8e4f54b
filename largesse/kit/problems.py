"""The five things that can be wrong with a request, and the list of places where.

A problem is raised where it is noticed; `http/errors.py` turns it into the error body of the API
that was called.
"""

from typing import ClassVar, TypeVar

from msgspec import Struct

T = TypeVar("T")


class Fault(Struct, frozen=True):
    """One thing that is wrong, and where.

    `at` is a JSON pointer into the body (`/customerSession/state`), or a place of another kind
    written as `parameter:sort`, `line:17` or `resource:coupon`.
    """

    title: str
    details: str
    at: str = ""


class Problem(Exception):
    """Something that the caller did or met; never a bug of ours."""

    status: ClassVar[int] = 400
    says: ClassVar[str] = "The submitted data was invalid"

    def __init__(
        self, details: str, at: str = "", *, title: str = "Invalid", message: str = ""
    ) -> None:
        super().__init__(details)
        self.faults: tuple[Fault, ...] = (Fault(title, details, at),)
        self.message = message or self.says


class Invalid(Problem):
    """The request is wrong: 400."""

    @classmethod
    def of(cls, faults: "list[Fault]") -> "Invalid":
        """All that is wrong with one request. Takes one fault at least."""
        first = faults[0]
        problem = cls(first.details, first.at, title=first.title)
        problem.faults = tuple(faults)
        return problem


class Unauthorized(Problem):
    """Nobody that we know: 401. Raised by the doors of the server only."""

    status = 401
    says = "Invalid API key"


class Forbidden(Problem):
    """The caller may not: 403."""

    status = 403
    says = "You are not allowed to do this"


class NotFound(Problem):
    """It does not exist, or the caller may not know that it does: 404."""

    status = 404
    says = "Not found"


class Conflict(Problem):
    """The world moved: a duplicate, or a lost race. 409."""

    status = 409
    says = "Conflict"


class TooMany(Problem):
    """A cap was met: 429."""

    status = 429
    says = "Too many requests"

    def __init__(self, details: str, *, after_seconds: int = 1) -> None:
        super().__init__(details, title="Too many requests")
        self.after_seconds = after_seconds


def must(found: T | None, noun: str, key: object) -> T:
    """What was looked for, or `NotFound`."""
    if found is None:
        raise NotFound(f"There is no {noun} {key}", f"resource:{noun}", title="Not found")
    return found
