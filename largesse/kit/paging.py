"""Pages of lists, and the list envelopes of the contract."""

from typing import Annotated, Generic, TypeVar

from msgspec import Meta

from largesse.kit.caps import PAGE_SIZE_MAX, SKIP_MAX
from largesse.kit.wire import Wire

T = TypeVar("T")


class PageQuery(Wire, kw_only=True):
    """Which part of a list: `pageSize` objects after `skip`, sorted by a field, `-field` for
    descending.
    """

    page_size: Annotated[int, Meta(ge=1, le=PAGE_SIZE_MAX)] = PAGE_SIZE_MAX
    skip: Annotated[int, Meta(ge=0, le=SKIP_MAX)] = 0
    sort: Annotated[str, Meta(max_length=100)] = ""


class Total(Wire, Generic[T], kw_only=True):
    """A page that knows how many there are in all."""

    total_result_size: int
    data: list[T]


class Page(Wire, Generic[T], kw_only=True):
    """A page that knows whether there are more."""

    has_more: bool
    data: list[T]
