"""Who keeps what is written: a neighbourhood's stewards, an organisation, or nobody."""

from sqlalchemy.orm import Session

from assetmap.accounts.acting import Actor
from assetmap.accounts.organisations.store import get_organisation
from assetmap.assets.keeping.model import Keeper
from assetmap.errors import BadValue
from assetmap.neighbourhoods.store import get_neighbourhood

BY_HAND = "written by hand"
"""The source of what is kept by nobody."""


def keeper_of(
    session: Session, neighbourhood: str | None, organisation: str | None
) -> tuple[Keeper, str]:
    """Who keeps an asset, and what its source is called.

    Raises:
        BadValue: both were named.
        NeighbourhoodNotFound, OrganisationNotFound: it is not there for whoever asks.
    """
    if neighbourhood is not None and organisation is not None:
        reason = "is kept by one: a neighbourhood or an organisation"
        raise BadValue("organisation", organisation, reason)
    if neighbourhood is not None:
        place = get_neighbourhood(session, neighbourhood)
        return Keeper(neighbourhood_id=place.id), place.name
    if organisation is not None:
        body = get_organisation(session, organisation)
        return Keeper(organisation_id=body.id), body.name
    return Keeper(), BY_HAND


def areas_of(actor: Actor, thing: str, action: str) -> list[str]:
    """The areas, as ``SET/CODE``, where whoever asks has what is theirs."""
    found = actor.reaches(thing, action)
    return [f"{it.boundary_set}/{it.boundary_code}" for it in found if it.boundary_set]


def may_publish(
    actor: Actor, neighbourhood: str | None, organisation: str | None
) -> bool:
    """Whether whoever asks publishes the assets of a keeper."""
    if neighbourhood is None and organisation is None:
        return bool(actor.words("asset", "publish"))
    for each in actor.reaches("asset", "publish"):
        if neighbourhood is not None and each.neighbourhood == neighbourhood:
            return True
        if organisation is not None and each.organisation == organisation:
            return True
    return False
