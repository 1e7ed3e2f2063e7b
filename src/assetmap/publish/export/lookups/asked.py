"""Places that look-ups ask about: by postcode, degrees or grid."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from assetmap import crs
from assetmap.errors import BadParameter
from assetmap.people import store as people_store
from assetmap.people.model import PostcodeNotFound
from assetmap.reconciliation.lookups.lookup import Place
from assetmap.sources.postcodes.form import (
    BadPostcode,
    find_postcode_form,
    likely_postcodes,
    part_of_postcode,
)

Json = dict[str, Any]
Pairs = Sequence[tuple[float, float]]

ABROAD = "not-in-great-britain"


@dataclass(frozen=True)
class Asked:
    """What was asked, and the place that it means; none when it is not known.

    ``did_you_mean`` are postcodes that exist and look like one that does not.
    ``ended`` is the month in which a postcode did, as ``2003-05``.
    """

    query: Json
    place: Place | None = None
    error: str | None = None
    did_you_mean: tuple[str, ...] = ()
    is_live: bool | None = None
    ended: str | None = None

    @property
    def given(self) -> Place | str:
        """The place, or the postcode whose place is yet to be found."""
        return self.place or str(self.query["postcode"])


def one_of(
    postcode: str | None,
    degrees: tuple[float | None, float | None],
    grid: tuple[float | None, float | None],
) -> Asked:
    """The one way in which a place was given.

    Raises:
        BadParameter: it was given in no way, in two, or lies off Great Britain.
        BadPostcode, PartialPostcode: the postcode has not the form of one.
    """
    match postcode, *degrees, *grid:
        case str(text), None, None, None, None:
            return by_postcode(text)
        case None, float(lon), float(lat), None, None:
            return by_degrees(lon, lat)
        case None, None, None, float(east), float(north):
            return by_grid(east, north)
    reason = "give postcode, or lon and lat, or easting and northing"
    raise BadParameter("postcode", postcode, reason)


def placed(
    session: Session,
    postcode: str | None,
    degrees: tuple[float | None, float | None],
    grid: tuple[float | None, float | None],
) -> tuple[dict[str, Any], Place]:
    """What was asked, and where that is.

    Raises:
        BadParameter: it was given in no way, in two, or lies off Great Britain.
        BadPostcode, PostcodeNotFound: the postcode is none, or is not known.
    """
    try:
        given = one_of(postcode, degrees, grid)
    except BadPostcode as bad:
        raise with_suggestions(session, bad) from bad
    if given.place is None:
        form = str(given.query["postcode"])
        (given,) = asked_postcodes(session, [form])
        if given.place is None:
            raise unknown_postcode(session, form)
    return given.query, given.place


def by_postcode(text: str) -> Asked:
    """A postcode as it is written on letters; its place is not looked up yet.

    Raises:
        BadPostcode, PartialPostcode: it has not the form of one.
    """
    form = find_postcode_form(text)
    if form is None:
        raise part_of_postcode(text) or BadPostcode(text)
    return Asked({"postcode": form})


def with_suggestions(session: Session, bad: BadPostcode) -> BadPostcode:
    """The same error, with the postcodes that exist and may have been meant."""
    text = str(bad.facts["postcode"])
    return BadPostcode(text, suggestions(session, [text]).get(text, ()))


def unknown_postcode(session: Session, form: str) -> PostcodeNotFound:
    """That a postcode is not known, with those that it may have been meant for."""
    return PostcodeNotFound(form, suggestions(session, [form]).get(form, ()))


def suggestions(session: Session, texts: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The postcodes that exist and look like each text, where there are some."""
    likely = {each: likely_postcodes(each) for each in texts}
    forms = sorted({form for every in likely.values() for form in every})
    there = people_store.places_of(session, forms) if forms else {}
    found = {
        text: tuple(each for each in every if each in there)
        for text, every in likely.items()
    }
    return {text: every for text, every in found.items() if every}


def by_degrees(lon: float, lat: float) -> Asked:
    """The place of a longitude and latitude.

    Raises:
        BadParameter: it is not in or near Great Britain.
    """
    if not (crs.LON[0] <= lon <= crs.LON[1] and crs.LAT[0] <= lat <= crs.LAT[1]):
        swapped = crs.LON[0] <= lat <= crs.LON[1] and crs.LAT[0] <= lon <= crs.LAT[1]
        reason = "is swapped with lat" if swapped else "is not in Great Britain"
        raise BadParameter("lon", lon, reason)
    east, north = crs.to_grid(np.array([lon]), np.array([lat]))
    if not math.isfinite(east[0]):
        raise BadParameter("lon", lon, "is not in Great Britain")
    query = {"lon": lon, "lat": lat}
    return Asked(query, Place(float(east[0]), float(north[0]), lon, lat))


def by_grid(east: float, north: float) -> Asked:
    """The place of a National Grid point.

    Raises:
        BadParameter: OSTN15 does not cover it.
    """
    lon, lat = crs.to_lon_lat(np.array([east]), np.array([north]))
    if not math.isfinite(lon[0]):
        raise BadParameter("easting", east, "is not in Great Britain")
    query = {"easting": east, "northing": north}
    return Asked(query, Place(east, north, float(lon[0]), float(lat[0])))


def asked_postcodes(session: Session, postcodes: Sequence[str]) -> list[Asked]:
    """The places of postcodes, in order; those that are not known say why."""
    forms = [find_postcode_form(each) for each in postcodes]
    places = people_store.places_of(session, sorted({each for each in forms if each}))
    lost = {
        form or sent
        for sent, form in zip(postcodes, forms, strict=True)
        if form not in places
    }
    likely = suggestions(session, sorted(lost))
    return [
        _found(form, places[form])
        if form and form in places
        else _lost(sent, form, likely)
        for sent, form in zip(postcodes, forms, strict=True)
    ]


def _found(form: str, place: tuple[Any, ...]) -> Asked:
    east, north, lon, lat, council, is_live, ended = place
    where = Place(east, north, lon, lat, council[:1])
    return Asked({"postcode": form}, where, is_live=is_live, ended=ended)


def _lost(sent: str, form: str | None, likely: dict[str, tuple[str, ...]]) -> Asked:
    error = "postcode-not-found"
    if form is None:
        part = part_of_postcode(sent)
        error = "bad-postcode" if part is None else part.slug
    shown = form or sent
    return Asked({"postcode": shown}, None, error, likely.get(shown, ()))


def asked_degrees(points: Pairs) -> list[Asked]:
    """The places of longitudes and latitudes, in order."""
    lon, lat = _columns(points)
    east, north = crs.to_grid(lon, lat)
    is_known = np.isfinite(east) & (lat >= crs.LAT[0]) & (lat <= crs.LAT[1])
    columns = (each.tolist() for each in (lon, lat, east, north, is_known))
    return [
        Asked({"lon": x, "lat": y}, Place(e, n, x, y))
        if known
        else Asked({"lon": x, "lat": y}, None, ABROAD)
        for x, y, e, n, known in zip(*columns, strict=True)
    ]


def asked_grid(points: Pairs) -> list[Asked]:
    """The places of National Grid points, in order."""
    east, north = _columns(points)
    lon, lat = crs.to_lon_lat(east, north)
    columns = (each.tolist() for each in (east, north, lon, lat, np.isfinite(lon)))
    return [
        Asked({"easting": e, "northing": n}, Place(e, n, x, y))
        if known
        else Asked({"easting": e, "northing": n}, None, ABROAD)
        for e, n, x, y, known in zip(*columns, strict=True)
    ]


def _columns(points: Pairs) -> tuple[Any, Any]:
    first = np.array([each[0] for each in points], dtype=float)
    return first, np.array([each[1] for each in points], dtype=float)
