"""Assets, their categories, and the rules they keep."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assetmap.assets.providers.model import Provider
from assetmap.assets.sites import Site
from assetmap.errors import Conflict, Invalid, NotFound

STATUSES = ("open", "closed", "planned", "unverified")
OPEN_STATUSES = ("open", "unverified")

EXACT = "exact"
APPROXIMATE = "approximate"
HIDDEN = "hidden"
VISIBILITIES = (EXACT, APPROXIMATE, HIDDEN)

GRID_SQUARE_M = 1000
"""Side of the National Grid square that an approximate location is shown by."""


class AssetNotFound(NotFound):
    """No asset has this number."""

    title = "Asset not found"

    def __init__(self, asset_id: int) -> None:
        super().__init__(f"No asset has the number {asset_id}.", id=asset_id)


class AssetNotThen(NotFound):
    """The asset did not begin before a day, or was over by then."""

    title = "Asset not there on that day"

    def __init__(self, asset: "ShownAsset", day: date) -> None:
        first, end = asset.valid_from, asset.valid_to
        super().__init__(
            f"Asset {asset.id} was not there on {day}: it holds from "
            f"{first or 'an unknown day'} until {end or 'further notice'}.",
            id=asset.id,
            as_at=day.isoformat(),
            valid_from=first and first.isoformat(),
            valid_to=end and end.isoformat(),
        )


class AssetMerged(Conflict):
    """The asset is another one: what is asked of it is asked of that."""

    title = "Asset merged"

    def __init__(self, asset_id: int, kept_id: int) -> None:
        super().__init__(
            f"Asset {asset_id} is asset {kept_id}: they were two entries of one thing.",
            id=asset_id,
            merged_into=kept_id,
        )


class UnknownCategory(Invalid):
    """No category of assets has this code."""

    title = "Unknown category"

    def __init__(self, category: str, nearest: Sequence[str] = ()) -> None:
        meant = f" Did you mean {' or '.join(nearest)}?" if nearest else ""
        super().__init__(
            f"No category of assets has the code {category!r}.{meant}",
            category=category,
            nearest=list(nearest),
        )


class BadAsset(Invalid):
    """What is said of an asset cannot be."""

    title = "Bad asset"


@dataclass(frozen=True)
class Category:
    """A kind of asset, at the first level (no parent) or the second.

    The tags, codes and entity say what others call it: OpenStreetMap, the Charity
    Commission and Open Referral UK. ``is_local`` is one that this deployment added;
    ``synonyms`` are other words that people look for it by.
    """

    code: str
    parent_code: str | None
    label: str
    label_cy: str | None = None
    osm_tags: tuple[str, ...] = ()
    charity_codes: tuple[str, ...] = ()
    oruk_entity: str | None = None
    is_local: bool = False
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Asset:
    """An asset as its source describes it, to be stored; not all may be published.

    ``geom`` is a shape in EPSG:27700 and ``geom_wgs84`` the same in CRS84; both are
    None for an asset without a place. ``source_ref`` is the source's own name for it,
    the same each time it is sent. ``names`` are pairs of a language's code and the name
    in it. ``service_area`` is the ground that it serves, in both CRS as ``geom``;
    ``service_codes`` are codes of boundaries that it serves.
    """

    name: str
    category: str
    source: str
    source_ref: str
    geom: Any = None
    geom_wgs84: Any = None
    location_visibility: str = EXACT
    description: str | None = None
    address: str | None = None
    postcode: str | None = None
    uprn: str | None = None
    url: str | None = None
    phone: str | None = None
    email: str | None = None
    opening_hours: str | None = None
    access: str | None = None
    cost: str | None = None
    languages: tuple[str, ...] = ()
    status: str = "open"
    valid_from: date | None = None
    valid_to: date | None = None
    licence: str = ""
    attribution: str = ""
    note: str | None = None
    verified_at: datetime | None = None
    name_cy: str | None = None
    names: tuple[tuple[str, str], ...] = ()
    has_readable_hours: bool | None = None
    service_area: Any = None
    service_area_wgs84: Any = None
    service_codes: tuple[str, ...] = ()
    sites: tuple[Site, ...] = ()
    provider: Provider | None = None

    def __post_init__(self) -> None:
        _among("status", self.status, STATUSES)
        _among("location_visibility", self.location_visibility, VISIBILITIES)
        if (self.geom is None) != (self.geom_wgs84 is None):
            raise BadAsset(f"{self.name!r} has its place in one CRS only.")
        if self.valid_from and self.valid_to and self.valid_to <= self.valid_from:
            raise BadAsset(
                f"valid_to {self.valid_to} is not after valid_from {self.valid_from}.",
                valid_from=self.valid_from.isoformat(),
                valid_to=self.valid_to.isoformat(),
            )


def _among(what: str, value: str, allowed: Sequence[str]) -> None:
    if value not in allowed:
        raise BadAsset(f"{what} {value!r} is not one of {', '.join(allowed)}.")


@dataclass(frozen=True)
class SourceDefaults:
    """What holds for the rows of a source that do not say otherwise.

    Without an ``attribution`` the source's name is it. Without a ``category`` each row
    must say its own.
    """

    source: str
    licence: str = ""
    attribution: str = ""
    status: str = "open"
    location_visibility: str = EXACT
    category: str = ""


@dataclass(frozen=True)
class ShownAsset:
    """An asset as it may be published.

    ``geometry`` is GeoJSON in CRS84, or None. Unless the location is exact, the
    address, postcode, UPRN and ``source_ref`` are None, since they would tell it, but
    for those who keep the asset, where they read it by itself, and ``sites`` are none.
    ``provider`` is the name of who runs it, ``neighbourhood`` and ``organisation`` are
    the slugs of whoever keeps it.
    """

    id: int
    name: str
    name_cy: str | None
    names: dict[str, str]
    category: str
    category_label: str
    description: str | None
    geometry: dict[str, Any] | None
    service_area: dict[str, Any] | None
    service_codes: list[str]
    sites: list[dict[str, Any]]
    location_visibility: str
    address: str | None
    postcode: str | None
    uprn: str | None
    url: str | None
    phone: str | None
    email: str | None
    opening_hours: str | None
    has_readable_hours: bool | None
    access: str | None
    cost: str | None
    languages: list[str]
    status: str
    valid_from: date | None
    valid_to: date | None
    verified_at: datetime | None
    source: str
    source_ref: str | None
    licence: str
    attribution: str
    provider: str | None
    neighbourhood: str | None
    organisation: str | None
    is_published: bool
    version: int
    updated_at: datetime


def check_held(asset: ShownAsset, day: date) -> None:
    """Let pass an asset that was there on a day, as far as is known now.

    Raises:
        AssetNotThen: it was not.
    """
    is_begun = asset.valid_from is None or asset.valid_from <= day
    if not is_begun or (asset.valid_to is not None and asset.valid_to <= day):
        raise AssetNotThen(asset, day)


@dataclass(frozen=True)
class Saved:
    """How many assets were new, and how many were known and differed."""

    added: int
    changed: int


@dataclass(frozen=True)
class AssetPage:
    """Assets ordered by number; ``next_after`` is None where the list ends."""

    assets: list[ShownAsset]
    next_after: int | None


@dataclass(frozen=True)
class AssetsInBox:
    """Assets column by column, ordered by number; shapes are in EPSG:27700.

    ``without_place`` are as many more that may be anywhere: they are shown at no place.
    ``version`` is the highest that one of them has, ``sha256`` tells these assets as
    they are from any others.
    """

    ids: NDArray[np.int64]
    names: NDArray[np.object_]
    categories: NDArray[np.object_]
    shapes: NDArray[np.object_]
    attributions: tuple[str, ...] = ()
    without_place: int = 0
    version: int = 1
    sha256: str = ""
