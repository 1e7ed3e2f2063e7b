"""Which services a query of Open Referral UK asks for."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query
from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError
from sqlalchemy.orm import Session

from assetmap.assets.filters import FARTHEST_M
from assetmap.assets.nearest import codes_at
from assetmap.assets.searching.reading import read as read_words
from assetmap.assets.searching.words import words_of
from assetmap.assets.store import list_categories
from assetmap.errors import BadParameter
from assetmap.publish.deps import DbSession
from assetmap.publish.export.lookups.asked import placed
from assetmap.publish.oruk import store, terms
from assetmap.publish.oruk.conditions import NOTHING, Around, ServiceFilter
from assetmap.publish.oruk.ids import read
from assetmap.publish.oruk.open_then import is_open, then
from assetmap.publish.oruk.pages import Search
from assetmap.sources.days import today

_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?\S{0,6}")


def _moment(sent: object) -> object:
    """Lets pass a moment written out: a number is none."""
    if isinstance(sent, str) and not _MOMENT.fullmatch(sent):
        raise PydanticCustomError("moment", "is no date and time by RFC 3339")
    return sent


Since = Annotated[
    Annotated[datetime, BeforeValidator(_moment)] | None,
    Query(description="Modified then or later (RFC 3339; without an offset: UTC)"),
]


Age = Annotated[
    float | None,
    Query(ge=0, le=150, allow_inf_nan=False, description="In years"),
]


def _wanted(
    session: DbSession,
    search: Search = None,
    taxonomy_term_id: Annotated[
        UUID | None, Query(description="Of this kind, or of one below it")
    ] = None,
    taxonomy_id: Annotated[
        UUID | None, Query(description="With a term of this taxonomy")
    ] = None,
    organization_id: Annotated[
        UUID | None, Query(description="Run by this organization")
    ] = None,
    modified_after: Since = None,
    day: Annotated[
        str | None, Query(max_length=20, description="Open on it: MO, or Monday")
    ] = None,
    start_time: Annotated[
        str | None, Query(max_length=20, description="Open then or later: 09:30")
    ] = None,
    end_time: Annotated[
        str | None, Query(max_length=20, description="Open then or earlier: 17:00")
    ] = None,
    minimum_age: Age = None,
    maximum_age: Age = None,
) -> ServiceFilter:
    """The services that a query asks for; what is not known here has none."""
    if modified_after is not None and modified_after.tzinfo is None:
        modified_after = modified_after.replace(tzinfo=UTC)
    wanted = ServiceFilter(
        _sought(session, search),
        _kinds(session, taxonomy_term_id, taxonomy_id),
        _body(organization_id),
        modified_after,
        # No service tells for which ages it is: none is known to be for these.
        is_none=minimum_age is not None or maximum_age is not None,
    )
    asked = then(day, start_time, end_time)
    if asked is None:
        return wanted
    hours = store.hours_of(session, wanted)
    return replace(wanted, hours=tuple(each for each in hours if is_open(each, asked)))


def _kinds(
    session: Session, term: UUID | None, taxonomy: UUID | None
) -> tuple[str, ...] | None:
    """The codes of categories that a query asks for; None for all."""
    if taxonomy is not None and str(taxonomy) != terms.taxonomy_id():
        return ()
    if term is None:
        return None
    return tuple(terms.codes_of(list_categories(session), str(term)))


def _body(sent: UUID | None) -> int | None:
    if sent is None:
        return None
    number, _ = read("organization", sent) or (NOTHING, 0)
    return number


def _sought(session: Session, search: str | None) -> str | None:
    """Words as the database looks for them.

    Raises:
        BadParameter: there is no word in them.
    """
    if search is None or not search.strip():
        return None
    if not words_of(search):
        raise BadParameter("search", search, "holds no letter and no digit")
    return read_words(session, search).sought


Wanted = Annotated[ServiceFilter, Depends(_wanted)]


def _wanted_at(
    session: DbSession,
    wanted: Wanted,
    postcode: Annotated[
        str | None,
        Query(max_length=20, description="Near it; without proximity: serving it"),
    ] = None,
    proximity: Annotated[
        float | None,
        Query(gt=0, le=FARTHEST_M, description="How far is near, in metres"),
    ] = None,
) -> ServiceFilter:
    """The services at places that a query asks for."""
    if postcode is None:
        if proximity is not None:
            raise BadParameter("proximity", proximity, "needs a postcode")
        return wanted
    _, spot = placed(session, postcode, (None, None), (None, None))
    codes: list[str] = []
    if proximity is None:
        codes = codes_at(session, spot.east, spot.north, today())
    around = Around(
        spot.east, spot.north, spot.lon, spot.lat, proximity, tuple(sorted(codes))
    )
    return replace(wanted, around=around)


WantedAt = Annotated[ServiceFilter, Depends(_wanted_at)]
