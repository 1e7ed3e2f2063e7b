"""Two assets that are one: what the one takes of the other, and how that is undone."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from psycopg.types.json import Jsonb
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assetmap.assets.duplicates.feeding import as_shown
from assetmap.assets.duplicates.model import (
    AlreadyOne,
    BadPair,
    Merge,
    MergeNotYours,
    UnknownMember,
)
from assetmap.assets.duplicates.tables import ShownAssetMergeRow
from assetmap.assets.keeping.model import KeptAsset
from assetmap.assets.keeping.store import get_kept
from assetmap.assets.model import VISIBILITIES

TAKEN = {
    "name": ("name",),
    "name_cy": ("name_cy",),
    "names": ("names",),
    "category": ("category_code",),
    "description": ("description",),
    "geometry": ("geom", "geom_wgs84", "sites"),
    "service_area": ("service_area", "service_area_wgs84"),
    "service_codes": ("service_codes",),
    "address": ("address",),
    "postcode": ("postcode",),
    "uprn": ("uprn",),
    "url": ("url",),
    "phone": ("phone",),
    "email": ("email",),
    "opening_hours": ("opening_hours", "has_readable_hours"),
    "access": ("access",),
    "cost": ("cost",),
    "languages": ("languages",),
    "status": ("status", "valid_from", "valid_to"),
    "verified_at": ("verified_at",),
    "provider": ("provider_id",),
}
"""Members of an asset that another may take of it, and the columns of each."""
_ALWAYS = ("name", "category", "status")
_TOGETHER = ("geometry", "address", "postcode", "uprn")


def take_by_default(kept: KeptAsset, other: KeptAsset) -> list[str]:
    """What one asset takes of another where nobody says: what it does not have.

    Its place and what tells it come together, so that they agree; the newer of two
    verifications is taken.
    """
    has = {member: _has(kept, member) for member in TAKEN}
    has |= dict.fromkeys(_TOGETHER, any(has[each] for each in _TOGETHER))
    found = [
        member
        for member in TAKEN
        if member not in _ALWAYS and not has[member] and _has(other, member)
    ]
    ours, theirs = kept.columns["verified_at"], other.columns["verified_at"]
    if ours and theirs and theirs > ours:
        found.append("verified_at")
    return found


def _has(kept: KeptAsset, member: str) -> bool:
    if member == "geometry":
        return kept.geom is not None
    value = kept.columns["service_area" if member == "service_area" else _first(member)]
    return value not in (None, "", [], {})


def _first(member: str) -> str:
    return TAKEN[member][0]


def hold(session: Session, kept_id: int, other_id: int) -> tuple[KeptAsset, KeptAsset]:
    """Two assets that are to be one, held until the transaction ends.

    Raises:
        BadPair: they are the same asset.
        AssetNotFound, AssetMerged, AssetNotYours: as of an asset that is changed.
    """
    if kept_id == other_id:
        raise BadPair(f"Asset {kept_id} is no pair with itself.", id=kept_id)
    ids = sorted((kept_id, other_id))
    held = {each: get_kept(session, each, "merge") for each in ids}
    return held[kept_id], held[other_id]


def merge(
    session: Session,
    kept: KeptAsset,
    other: KeptAsset,
    take: Collection[str] | None,
    reason: str | None,
) -> None:
    """Have one asset be another, which takes some members of it.

    Both sources' references stay known: what either says later is put where the members
    that come from it stand. The more careful of two visibilities holds.

    Raises:
        UnknownMember: ``take`` names what cannot be taken.
        AlreadyOne: others are merged into the other, or it is the one to keep.
        MergeNotYours: whoever acts does not keep both.
    """
    _check(session, kept, other)
    members = take_by_default(kept, other) if take is None else list(take)
    for each in members:
        if each not in TAKEN:
            raise UnknownMember(each, list(TAKEN))
    columns = [column for each in members for column in TAKEN[each]]
    more = dict(_more(kept, other, members))
    done = func.access.merge_assets(kept.id, other.id, columns, Jsonb(more), reason)
    if not session.scalar(select(done)):
        raise MergeNotYours(f"You do not keep both {kept.id} and {other.id}.")


def _check(session: Session, kept: KeptAsset, other: KeptAsset) -> None:
    if merges_of(session, other.id):
        raise AlreadyOne(
            f"Others are merged into asset {other.id}: merge {kept.id} into it, or "
            "undo those first.",
            id=other.id,
        )
    for is_so, why in (
        (_is_kept(other) and not _is_kept(kept), "somebody keeps"),
        (_is_published(other) and not _is_published(kept), "is published"),
    ):
        if is_so:
            raise AlreadyOne(
                f"Asset {other.id} is the one that {why}: merge {kept.id} into it.",
                id=other.id,
            )


def _is_kept(asset: KeptAsset) -> bool:
    columns = asset.columns
    return bool(columns["neighbourhood_id"] or columns["organisation_id"])


def _is_published(asset: KeptAsset) -> bool:
    return bool(asset.columns["is_published"])


def _more(
    kept: KeptAsset, other: KeptAsset, members: Collection[str]
) -> Iterator[tuple[str, Any]]:
    """What else is said of the asset that is kept: who says so, and how it is shown."""
    ours, theirs = kept.columns, other.columns
    for column in ("licence", "attribution") if members else ():
        joined = _joined(ours[column], theirs[column])
        if joined != ours[column]:
            yield column, joined
    both = (ours["location_visibility"], theirs["location_visibility"])
    visibility = max(both, key=VISIBILITIES.index)
    is_moved = "geometry" in members
    if visibility == ours["location_visibility"] and not is_moved:
        return
    yield "location_visibility", visibility
    placed = other if is_moved else kept
    yield from as_shown(placed.geom, placed.geom_wgs84, visibility)


def _joined(ours: str, theirs: str) -> str:
    """What both sources ask to be said, each once."""
    parts = [part for each in (ours, theirs) for part in each.split("; ") if part]
    return "; ".join(dict.fromkeys(parts))


def part(session: Session, kept_id: int, other_id: int) -> None:
    """Have two assets be two again, each as it was but for what its source said since.

    Raises:
        AlreadyOne: they are not merged, or another was merged after.
        MergeNotYours: whoever acts keeps neither.
    """
    standing = [each for each in merges_of(session, kept_id) if not each.undone_at]
    if other_id not in [each.merged_id for each in standing]:
        raise AlreadyOne(f"Asset {other_id} is not merged into {kept_id}.", id=other_id)
    newest = standing[-1].merged_id
    if newest != other_id:
        raise AlreadyOne(
            f"Asset {newest} was merged into {kept_id} after {other_id}: undo that "
            "first.",
            id=newest,
        )
    if not session.scalar(select(func.access.part_assets(kept_id, other_id))):
        raise MergeNotYours(f"You keep neither {kept_id} nor {other_id}.")


def merges_of(session: Session, kept_id: int) -> list[Merge]:
    """What was merged into an asset, in that order, as whoever acts may see it."""
    row = ShownAssetMergeRow
    query = select(row).where(row.kept_id == kept_id).order_by(row.id)
    again = query.execution_options(populate_existing=True)
    return [_told(each) for each in session.scalars(again)]


def _told(row: ShownAssetMergeRow) -> Merge:
    return Merge(
        row.kept_id,
        row.merged_id,
        row.name,
        row.source,
        row.source_ref,
        row.licence,
        row.attribution,
        members_of(row.taken),
        row.reason,
        row.by,
        row.merged_at,
        row.undone_by,
        row.undone_at,
    )


def members_of(columns: Collection[str]) -> list[str]:
    """The members that columns are of, in the order of ``TAKEN``."""
    by_column: Mapping[str, str] = {each[0]: name for name, each in TAKEN.items()}
    return [name for column, name in by_column.items() if column in columns]
