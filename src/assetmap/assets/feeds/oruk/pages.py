"""The services of an Open Referral UK feed, page by page, from an address."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

import orjson

from assetmap.errors import Unavailable
from assetmap.sources.guarded import Answer, ask
from assetmap.sources.open_addresses import Guard

PER_PAGE = 100
MOST_PAGES = 10_000
LISTS = ("contents", "content", "items", "data", "results")
"""Where the two versions, and feeds in the wild, have what a page holds."""

_NESTED = frozenset(
    {
        *("service_at_locations", "service_areas", "schedules", "regular_schedules"),
        *("attributes", "service_taxonomys", "contacts", "cost_options"),
    }
)

Asking = Callable[[str], Answer]


class BadFeed(Unavailable):
    """A feed does not answer as its standard says, or never ends."""

    title = "Bad feed"

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(f"{address} {reason}", address=address)


def services_at(
    address: str, guard: Guard, most_pages: int = MOST_PAGES
) -> Iterator[Mapping[str, Any]]:
    """Each service of a feed with all that is nested in it.

    Raises:
        AddressRefused, NotAnswered: it may not be asked, or does not answer.
        BadFeed: a page is none, comes twice, or they never end.
    """
    base = _base(address)
    seen: set[str] = set()
    for number in range(1, most_pages + 1):
        query = urlencode({"page": number, "per_page": PER_PAGE, "full": "true"})
        where = f"{base}/services?{query}"
        page = _asked(where, guard)
        items = items_of(page, where)
        new = [each for each in items if str(each.get("id")) not in seen]
        if items and not new:
            raise BadFeed(where, "repeats services of earlier pages: it never ends.")
        seen |= {str(each.get("id")) for each in new}
        for each in new:
            yield _whole(base, each, guard)
        if _is_last(page, number, items):
            return
    raise BadFeed(base, f"has over {most_pages:,} pages: it is taken to never end.")


def _base(address: str) -> str:
    """The address of a feed, without the list of services and its query."""
    parts = urlsplit(address)
    path = parts.path.rstrip("/").removesuffix("/services")
    return urlunsplit((parts.scheme, parts.netloc, path, "", ""))


def _asked(where: str, guard: Guard) -> Any:
    answer = ask(where, guard, headers={"Accept": "application/json"})
    if answer.status != 200:
        raise BadFeed(where, f"answers {answer.status}.")
    try:
        return orjson.loads(answer.body)
    except orjson.JSONDecodeError as error:
        raise BadFeed(where, "answers no JSON.") from error


def items_of(page: Any, where: str) -> list[Mapping[str, Any]]:
    """What a page holds, by any of the names in use.

    Raises:
        BadFeed: it holds no list of objects.
    """
    found = page
    if isinstance(page, dict):
        found = next((page[each] for each in LISTS if each in page), None)
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise BadFeed(where, "answers no page of services.")
    return found


def _is_last(page: Any, number: int, items: list[Mapping[str, Any]]) -> bool:
    """Whether no page follows: version 1 counts pages from 0 here and there."""
    if not items or not isinstance(page, dict):
        return True
    last = page.get("last_page", page.get("last"))
    if isinstance(last, bool):
        return last
    total = page.get("total_pages", page.get("totalPages"))
    return not isinstance(total, int) or number >= total


def _whole(base: str, service: Mapping[str, Any], guard: Guard) -> Mapping[str, Any]:
    """A service with all that is nested; lists may have only what is plain."""
    if not _NESTED.isdisjoint(service) or "id" not in service:
        return service
    where = f"{base}/services/{quote(str(service['id']), safe='')}"
    found = _asked(where, guard)
    return found if isinstance(found, dict) else service
