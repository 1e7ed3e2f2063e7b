"""An asset as whoever keeps it has it, and what it may be changed to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from assetmap.assets.model import Asset
from assetmap.errors import NotAllowed

DOINGS = {
    "change": "changed",
    "delete": "closed",
    "verify": "verified",
    "publish": "published or taken back",
    "merge": "merged",
}


class AssetNotYours(NotAllowed):
    """The asset may be seen by whoever asks, and is kept by others."""

    title = "Asset not yours"

    def __init__(self, asset_id: int, action: str) -> None:
        super().__init__(
            f"Asset {asset_id} is {DOINGS[action]} by those who keep it, and you are "
            "not among them.",
            id=asset_id,
            action=action,
        )


class AssetNotAdded(NotAllowed):
    """Whoever asks adds no assets there, or none that are published."""

    title = "Asset not added"

    def __init__(
        self,
        neighbourhood: str | None,
        organisation: str | None,
        areas: Sequence[str] = (),
    ) -> None:
        """``areas`` are those that whoever asks looks after, as ``SET/CODE``."""
        if neighbourhood is not None:
            said = (
                f"Assets of {neighbourhood!r} are added by its stewards and "
                "contributors, and published by its stewards."
            )
        elif organisation is not None:
            said = f"Assets of {organisation!r} are added by its editors."
        else:
            said = (
                "An asset that no neighbourhood and no organisation keeps is added by "
                "whoever looks after the area that it lies in, or by an administrator; "
                f"this one lies {_outside(areas)}."
            )
        super().__init__(
            f"{said} Ask them for a role, or to add it.",
            neighbourhood=neighbourhood,
            organisation=organisation,
            areas=list(areas),
        )


class AssetNotMoved(NotAllowed):
    """The asset would lie where whoever asks keeps none."""

    title = "Asset not moved"

    def __init__(self, asset_id: int, areas: Sequence[str]) -> None:
        super().__init__(
            f"Asset {asset_id} is not changed so (asset:change): it would lie "
            f"{_outside(areas)}. Whoever looks after the area that it would lie in "
            "changes it so, or an administrator; ask them.",
            id=asset_id,
            areas=list(areas),
        )


def _outside(areas: Sequence[str]) -> str:
    """Where a place is that none of somebody's grants reaches."""
    if not areas:
        return "in none of yours"
    return f"outside {' and '.join(areas)}, which your grants reach"


@dataclass(frozen=True)
class Keeper:
    """Who keeps an asset: the stewards of a neighbourhood, or an organisation.

    Without either it is kept by nobody.
    """

    neighbourhood_id: int | None = None
    organisation_id: int | None = None


@dataclass(frozen=True)
class KeptAsset:
    """An asset with all that is known of it, in columns by name.

    ``geom`` and ``geom_wgs84`` are shapes; None where it has no place.
    """

    id: int
    version: int
    columns: Mapping[str, Any]
    geom: Any = None
    geom_wgs84: Any = None


def closed_columns(kept: KeptAsset, day: date) -> dict[str, Any]:
    """What closing changes; what never began to hold has no day on which it ended."""
    first, last = kept.columns["valid_from"], kept.columns["valid_to"]
    if first is not None and first >= day:
        return {"status": "closed"}
    ended = day if last is None else min(last, day)
    return {"status": "closed", "valid_to": ended}


SHOWS = ("is_published", "status", "location_visibility")
"""Columns that say whether an asset is shown, as what, and where."""


def also_needed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """What else must be let to change columns so, beside changing.

    How an asset is shown that is published, or will be, is for who may publish it.
    """
    new = {name for name in SHOWS if name in after and after[name] != before[name]}
    if not new:
        return []
    if new == {"status"} and after["status"] == "closed":
        return ["delete"]
    is_shown = before["is_published"] or "is_published" in new
    return ["publish"] if is_shown else []


COLUMNS = (
    *("name", "description", "location_visibility", "address", "postcode", "uprn"),
    *("url", "phone", "email", "opening_hours", "access", "cost", "status"),
    *("valid_from", "valid_to", "licence", "name_cy", "has_readable_hours"),
)
"""What is written of an asset that is kept, under the same name in its table."""


SEVERAL = ("languages", "service_codes")
"""Columns of several texts."""


def columns_of(asset: Asset) -> dict[str, Any]:
    """The columns of what is said of an asset, without its place."""
    plain = {name: getattr(asset, name) for name in COLUMNS}
    several = {name: list(getattr(asset, name)) for name in SEVERAL}
    return {
        **plain,
        **several,
        "category_code": asset.category,
        "names": dict(asset.names),
    }
