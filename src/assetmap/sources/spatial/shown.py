"""How a shape begins, for those who look for it in their file."""

from typing import Any

import shapely

MOST = 60
"""Characters that are shown of a value."""

_CORNERS = 3


def shown(shape: Any) -> str:
    """The first corners of a shape as well-known text, cut off; empty for none.

    Of a million corners no more are looked at.
    """
    if shape is None:
        return ""
    if shapely.get_num_coordinates(shape) <= _CORNERS:
        return _cut(shapely.to_wkt(shape))
    part, opened = shape, " "
    while hasattr(part, "geoms"):
        part, opened = part.geoms[0], f"{opened}("
    is_ring = part.geom_type == "Polygon"
    corners = shapely.get_coordinates(part)[:_CORNERS].tolist()
    told = ", ".join(f"{_number(x)} {_number(y)}" for x, y in corners)
    return _cut(f"{shape.geom_type.upper()}{opened}{'((' if is_ring else '('}{told}, …")


def _number(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".")


def _cut(text: str) -> str:
    return text if len(text) <= MOST else f"{text[: MOST - 1].rstrip('… ')}…"
