"""Loads of community assets, from whatever they are listed in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetmap.assets import ingest
from assetmap.assets import store as asset_store
from assetmap.assets.feeds.model import Feed
from assetmap.assets.feeds.opening import How, open_file
from assetmap.assets.feeds.oruk.feed import open_address
from assetmap.assets.feeds.uprns import placed_by_uprn, read_uprns, uprns_in
from assetmap.assets.ingest import AssetsLoaded
from assetmap.assets.model import EXACT, SourceDefaults
from assetmap.boundaries.tables import BoundaryRow, BoundarySetRow
from assetmap.jobs.progress import Progress
from assetmap.people import store as people_store
from assetmap.settings import networks, settings
from assetmap.sources.open_addresses import Guard, ports_at

FEED_BYTES = 50_000_000


@dataclass(frozen=True)
class AssetOptions:
    """How assets are loaded; what is said here goes before what their list says."""

    source: str = ""
    licence: str = ""
    attribution: str = ""
    category: str = ""
    visibility: str = ""
    how: How = field(default_factory=How)
    uprns: Path | None = None
    close_absent: bool = False


def load_assets(
    session: Session,
    place: str,
    options: AssetOptions,
    progress: Progress,
    tell: Callable[[str], None],
) -> AssetsLoaded:
    """Load the assets that a file or a feed at an address lists.

    ``tell`` hears as what it is read.
    """
    feed = _opened(session, place, options)
    if feed.title:
        tell(f"Read as {feed.title}")
    rows = feed.rows
    if options.uprns is not None:
        progress("Looking for places by UPRN", 0, 0)
        wanted = uprns_in(_opened(session, place, options).rows)
        rows = placed_by_uprn(rows, read_uprns(options.uprns, wanted))
    done = ingest.load(
        session,
        rows,
        _defaults(place, feed, options),
        lambda names: places_known(session, names),
        progress,
        options.close_absent,
    )
    every = sorted([*feed.issues, *done.issues], key=lambda each: each.line)
    return replace(done, issues=every)


def is_address(place: str) -> bool:
    """Whether assets are asked for at an address rather than read from a file."""
    return place.lower().startswith(("http://", "https://"))


def places_known(session: Session, names: Sequence[str]) -> dict[str, Any]:
    """Where postcodes are, and the month in which they ended, of those known."""
    found = people_store.places_of(session, names)
    return {name: (*where[:4], where[6]) for name, where in found.items()}


def _opened(session: Session, place: str, options: AssetOptions) -> Feed:
    names = ingest.category_names(session)
    if is_address(place):
        return open_address(place, names, guard_for(place))
    categories = asset_store.list_categories(session)
    councils = _councils(session)
    return open_file(Path(place), options.how, categories, names, councils)


def guard_for(address: str) -> Guard:
    """What may be asked of a feed at an address."""
    own = networks(settings().feed_networks)
    return Guard(own, ports_at(address, own), most_bytes=FEED_BYTES)


def _defaults(place: str, feed: Feed, options: AssetOptions) -> SourceDefaults:
    """What was said on loading; where nothing was, what the list says of itself."""
    name = place if is_address(place) else Path(place).name
    return SourceDefaults(
        options.source or feed.source or name,
        options.licence or feed.licence,
        options.attribution or feed.attribution,
        location_visibility=options.visibility or feed.location_visibility or EXACT,
        category=options.category,
    )


def _councils(session: Session) -> Callable[[str], str | None]:
    """Finds the code of a council by its name, in the newest set of councils."""

    @cache
    def codes() -> dict[str, str]:
        newest = (
            select(BoundarySetRow.id)
            .where(BoundarySetRow.kind == "lad")
            .order_by(BoundarySetRow.valid_from.desc())
            .limit(1)
            .scalar_subquery()
        )
        query = select(BoundaryRow.name, BoundaryRow.code).where(
            BoundaryRow.boundary_set_id == newest
        )
        return {_plain(row.name): row.code for row in session.execute(query)}

    return lambda name: codes().get(_plain(name))


def _plain(name: str) -> str:
    """A council's name without what only some lists write of it."""
    words = name.casefold().replace(",", " ").split()
    return " ".join(sorted({*words} - {"city", "of", "county", "the", "borough"}))
