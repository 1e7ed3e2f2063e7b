"""Which services a query of Open Referral UK asks for."""

import re
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query
from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError
from sqlalchemy.orm import Session

from assetmap.assets.searching.reading import read as read_words
from assetmap.assets.searching.words import words_of
from assetmap.assets.store import list_categories
from assetmap.errors import BadParameter
from assetmap.publish.deps import DbSession
from assetmap.publish.oruk import terms
from assetmap.publish.oruk.ids import read
from assetmap.publish.oruk.pages import Search
from assetmap.publish.oruk.store import NOTHING, ServiceFilter

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
) -> ServiceFilter:
    """The services that a query asks for; what is not known here has none."""
    kinds: list[str] | None = None
    if taxonomy_term_id is not None:
        kinds = terms.codes_of(list_categories(session), str(taxonomy_term_id))
    if taxonomy_id is not None and str(taxonomy_id) != terms.taxonomy_id():
        kinds = []
    body = None
    if organization_id is not None:
        body, _ = read("organization", organization_id) or (NOTHING, 0)
    if modified_after is not None and modified_after.tzinfo is None:
        modified_after = modified_after.replace(tzinfo=UTC)
    return ServiceFilter(_sought(session, search), kinds, body, modified_after)


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
