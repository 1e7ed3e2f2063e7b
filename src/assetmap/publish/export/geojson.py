"""GeoJSON as RFC 7946 asks: CRS84, 6 decimals, outer rings counter-clockwise."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from shapely.geometry import mapping

from assetmap.publish.deps import dumped

DECIMALS = 6

Json = dict[str, Any]


def rounded(shape: Any) -> Json:
    """A GeoJSON geometry of a shape in CRS84."""
    wound = shapely.orient_polygons(shape)
    short = shapely.transform(wound, lambda points: np.round(points, DECIMALS))
    found: Json = mapping(short)
    return found


def feature_collection(features: Sequence[Json]) -> Json:
    """A FeatureCollection of features."""
    return {"type": "FeatureCollection", "features": list(features)}


def collection_text(features: Sequence[str], members: Json) -> bytes:
    """A FeatureCollection of features that are JSON text already, and other members."""
    return joined_text(",".join(features).encode(), members)


def joined_text(features: bytes, members: Json) -> bytes:
    """A FeatureCollection of features that are joined by commas already."""
    rest = dumped({"type": "FeatureCollection", **members})
    return b'%b,"features":[%b]}' % (rest[:-1], features)
