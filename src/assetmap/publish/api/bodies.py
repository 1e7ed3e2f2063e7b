"""Bodies of what is written: each member checked for its kind and size."""

import unicodedata
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from assetmap.assets.rows import UNSEEN
from assetmap.publish.deps import Day
from assetmap.publish.questions.schemas import Body

MOST_NAMES = 50


def _seen(text: str) -> str:
    """Text without spaces around it, in one form; markup in it is text as well.

    Raises:
        ValueError: it holds characters that nobody sees, which can hide or turn round
            what stands beside them.
    """
    found = UNSEEN.search(text)
    if found is not None:
        raise ValueError(f"holds the character U+{ord(found[0]):04X}, which is unseen")
    return unicodedata.normalize("NFC", text.strip())


def _line(text: str) -> str:
    return " ".join(_seen(text).split())


def _not_empty(text: str) -> str:
    if not text:
        raise ValueError("is empty")
    return text


Line = Annotated[str, Field(max_length=300), AfterValidator(_line)]
Name = Annotated[Line, AfterValidator(_not_empty)]
Words = Annotated[str, Field(max_length=10_000), AfterValidator(_seen)]
Note = Annotated[str, Field(max_length=2_000), AfterValidator(_seen)]
Slug = Annotated[
    str, Field(min_length=1, max_length=100, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
Web = Annotated[
    str,
    Field(max_length=2_000, pattern=r"^https?://[^\s<>\"]+$"),
    AfterValidator(_seen),
]
Level = Annotated[float, Field(gt=0, le=1)]
Geometry = dict[str, Any]
Postcodes = Annotated[
    list[Annotated[str, Field(max_length=100)]], Field(max_length=5_000)
]
"""Whose building blocks are the ground."""


class OtherNameIn(Body):
    """Another name of a neighbourhood, and its language."""

    name: Name
    language: Language = "en"


class NeighbourhoodChange(Body):
    """What is to be different about a neighbourhood; what is left out stays."""

    name: Name = ""
    name_cy: Line | None = None
    description: Words = ""
    council: Line = ""
    other_names: Annotated[tuple[OtherNameIn, ...], Field(max_length=MOST_NAMES)] = ()
    is_published: bool = False
    shown_levels: Annotated[list[Level], Field(min_length=1, max_length=20)] | None = (
        None
    )
    shows_definitions: bool = True


class NeighbourhoodIn(NeighbourhoodChange):
    """A new neighbourhood; it is not published unless that is said."""

    slug: Slug
    name: Name


class SketchIn(Body):
    """A drawing of a neighbourhood: a Polygon or MultiPolygon in CRS84, or postcodes.

    ``resident`` is for stewards who send what others drew: any text that tells one
    resident from another. It is not stored, only what it hashes to.
    """

    geometry: Geometry | None = None
    postcodes: Postcodes | None = None
    years_lived: Annotated[float, Field(ge=0, le=120)] | None = None
    note: Note | None = None
    resident: Annotated[Line, AfterValidator(_not_empty)] | None = None


class Redrawn(Body):
    """A drawing that takes the place of an earlier one.

    ``answers`` are to what the link asks by which it came.
    """

    geometry: Geometry | None = None
    postcodes: Postcodes | None = None
    years_lived: Annotated[float, Field(ge=0, le=120)] | None = None
    note: Note | None = None
    answers: dict[str, Any] | None = None


class DrawnByLink(Body):
    """A drawing that is sent by an open link, and answers to what the link asks."""

    geometry: Geometry | None = None
    postcodes: Postcodes | None = None
    note: Note | None = None
    answers: dict[str, Any] | None = None


_Text = Annotated[str, Field(max_length=20_000)]


class SiteIn(Body):
    """One of several places of an asset: by its postcode, or where it is."""

    name: Line | None = None
    address: Line | None = None
    postcode: Line | None = None
    uprn: Line | None = None
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    opening_hours: Line | None = None


class AssetChange(Body):
    """What is to be different about an asset; what is left out stays, null clears.

    Texts are checked as those of a file are.
    """

    name: _Text | None = None
    name_cy: _Text | None = None
    names: Annotated[dict[Line, Line], Field(max_length=50)] | None = None
    category: _Text | None = None
    description: _Text | None = None
    geometry: Geometry | None = None
    service_area: Geometry | None = None
    service_codes: Annotated[list[Line], Field(max_length=1000)] | None = None
    sites: Annotated[list[SiteIn], Field(max_length=100)] | None = None
    location_visibility: Literal["exact", "approximate", "hidden"] = "exact"
    address: _Text | None = None
    postcode: _Text | None = None
    uprn: _Text | None = None
    url: _Text | None = None
    phone: _Text | None = None
    email: _Text | None = None
    opening_hours: _Text | None = None
    access: _Text | None = None
    cost: _Text | None = None
    languages: Annotated[list[Line], Field(max_length=50)] | None = None
    status: Literal["open", "closed", "planned", "unverified"] = "open"
    valid_from: Day | None = None
    valid_to: Day | None = None
    licence: _Text | None = None
    is_published: bool = True


class AssetIn(AssetChange):
    """A new asset, kept by a neighbourhood's stewards or by an organisation."""

    name: _Text
    category: _Text
    neighbourhood: Slug | None = None
    organisation: Slug | None = None


class VerificationIn(Body):
    """That somebody has checked what is said of an asset, and when; absent: now."""

    verified_on: Day | None = None


class OrganisationChange(Body):
    """What is to be different about an organisation; what is left out stays."""

    name: Name = ""
    kind: Literal["vcse", "council", "nhs", "other"] = "other"
    url: Web | None = None
    is_published: bool = True


class OrganisationIn(OrganisationChange):
    """A new organisation."""

    slug: Slug
    name: Name
    kind: Literal["vcse", "council", "nhs", "other"]
