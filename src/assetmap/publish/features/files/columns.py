"""The columns of a file, and its geometry."""

from typing import Any

from sqlalchemy import SQLColumnExpression

from assetmap.publish.features.collection import Collection, Column
from assetmap.publish.features.systems import CRS84, System, shape_in


def file_columns(collection: Collection) -> list[Column]:
    """The columns of a feature, with its identifier where that is none of them."""
    is_there = collection.fid.name in collection.by_name
    return [*([] if is_there else [collection.fid]), *collection.columns]


def file_shape(
    collection: Collection, system: System
) -> SQLColumnExpression[Any] | None:
    """The geometry as files have it: longitude first in degrees, whatever was asked."""
    return shape_in(collection, CRS84 if system.is_turned else system)
