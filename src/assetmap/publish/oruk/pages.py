"""What the lists of Open Referral UK share: the envelope of a page, and its query."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Query

Json = dict[str, Any]

MOST_PER_PAGE = 1_000
DEFAULT_PER_PAGE = 50

Page = Annotated[int, Query(ge=1, le=1_000_000, description="Counted from 1")]
PerPage = Annotated[int, Query(ge=1, description="Most items on a page")]
Search = Annotated[str | None, Query(max_length=200, description="Words")]


def size_of(per_page: int) -> int:
    """A page size that the service gives: larger ones are cut, not refused."""
    return min(per_page, MOST_PER_PAGE)


def offset_of(page: int, per_page: int) -> int:
    """How many items stand before a page."""
    return (page - 1) * size_of(per_page)


def part_of(items: Sequence[Json], page: int, per_page: int) -> Json:
    """A page of items that are all at hand."""
    start = offset_of(page, per_page)
    return envelope(
        items[start : start + size_of(per_page)], len(items), page, per_page
    )


def envelope(contents: Sequence[Json], total: int, page: int, per_page: int) -> Json:
    """A page; ``size`` is how many items are on this one."""
    pages = -(-total // size_of(per_page))
    return {
        "total_items": total,
        "total_pages": pages,
        "page_number": page,
        "size": len(contents),
        "first_page": page == 1,
        "last_page": page >= pages,
        "empty": not contents,
        "contents": list(contents),
    }
