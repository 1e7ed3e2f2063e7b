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
from assetmap.reconciliation.lookup import Place
from assetmap.sources.postcode_form import find_postcode_form, postcode_form

Json = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """What was asked, and the place that it means; none when it is not known."""

    query: Json
    place: Place | None
    error: str | None = None


def one_of(
    postcode: str | None,
    degrees: tuple[float | None, float | None],
    grid: tuple[float | None, float | None],
) -> Asked:
    """The one way in which a place was given.

    Raises:
        BadParameter: it was given in no way, in two, or lies off Great Britain.
        BadPostcode: the postcode has not the form of one.
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


def by_postcode(text: str) -> Asked:
    """A postcode as it is written on letters; its place is not looked up yet.

    Raises:
        BadPostcode: it has not the form of one.
    """
    return Asked({"postcode": postcode_form(text)}, None)


def _postcode_place(found: tuple[float, float, float, float, str]) -> Place:
    east, north, lon, lat, council = found
    return Place(east, north, lon, lat, council[:1])


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
    asked = []
    for sent, form in zip(postcodes, forms, strict=True):
        found = places.get(form) if form else None
        error = None if found else "postcode-not-found" if form else "bad-postcode"
        place = _postcode_place(found) if found else None
        asked.append(Asked({"postcode": form or sent}, place, error))
    return asked


def asked_points(points: Sequence[tuple[float, float]]) -> list[Asked]:
    """The places of longitudes and latitudes, in order."""
    lon = np.array([each[0] for each in points], dtype=float)
    lat = np.array([each[1] for each in points], dtype=float)
    east, north = crs.to_grid(lon, lat)
    columns = zip(
        lon.tolist(), lat.tolist(), east.tolist(), north.tolist(), strict=True
    )
    asked = []
    for x, y, e, n in columns:
        known = math.isfinite(e) and crs.LAT[0] <= y <= crs.LAT[1]
        place = Place(e, n, x, y) if known else None
        error = None if known else "not-in-great-britain"
        asked.append(Asked({"lon": x, "lat": y}, place, error))
    return asked
