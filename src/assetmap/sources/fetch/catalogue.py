"""What a set's publisher offers now: services found by ArcGIS's search."""

from dataclasses import dataclass
from datetime import UTC, datetime

from assetmap.errors import BadFile
from assetmap.sources.fetch.arcgis import ask
from assetmap.sources.fetch.failure import FetchFailed, Target
from assetmap.sources.fetch.hosts import Hosts
from assetmap.sources.fetch.patience import Patience
from assetmap.sources.fetch.plan import host_of
from assetmap.sources.fetch.web import opened_web
from assetmap.sources.source_toml import Source

SEARCH = "https://www.arcgis.com/sharing/rest/search"
MOST_FOUND = 50


@dataclass(frozen=True)
class Offer:
    """A service or a file that was found: what it is called, where, and how new."""

    title: str
    address: str
    modified: str


def find_offers(
    source: Source, patience: Patience, address: str | None = None
) -> list[Offer]:
    """What ArcGIS's search finds for a set, newest first.

    Raises:
        BadFile: the source does not say what to search for.
        FetchFailed: the search does not answer.
    """
    words = str(source.fetch.get("find", ""))
    if not words:
        name = source.text("name")
        raise BadFile(name, "has nothing to search for ([fetch] find)", set=name)
    given = frozenset({host_of(address)} if address else ())
    target = Target(source.text("name"), "the search", address or SEARCH)
    with opened_web(Hosts(frozenset({host_of(SEARCH)}), given), patience) as web:
        told = ask(
            web,
            target,
            q=words,
            num=MOST_FOUND,
            sortField="modified",
            sortOrder="desc",
            f="json",
        )
    results = told.get("results")
    if not isinstance(results, list):
        raise FetchFailed(target, "the search gave no list of results")
    return [_offer(each) for each in results if isinstance(each, dict)]


def _offer(item: dict[str, object]) -> Offer:
    """An item of the search; one without a service is a file under its id."""
    address = str(item.get("url") or "") or (
        f"https://www.arcgis.com/sharing/rest/content/items/{item.get('id')}/data"
    )
    stamp = item.get("modified")
    modified = ""
    if isinstance(stamp, int | float):
        modified = datetime.fromtimestamp(stamp / 1000, UTC).date().isoformat()
    return Offer(str(item.get("title", "")), address, modified)
