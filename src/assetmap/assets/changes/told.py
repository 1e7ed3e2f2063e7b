"""A change in the words of the interface."""

from dataclasses import asdict
from typing import Any

from assetmap.assets.changes.model import Change


def told(change: Change) -> dict[str, Any]:
    """A change as it is told."""
    asset = None if change.asset is None else asdict(change.asset)
    return {
        "cursor": change.place.cursor,
        "at": change.at,
        "id": change.asset_id,
        "version": change.version,
        "change": change.what,
        "changed": change.changed,
        "asset": asset,
    }
