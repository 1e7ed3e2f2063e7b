"""What every map on a page needs: from metres to the page, a scale bar, north."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from assetmap.publish.export.drawing.svg import BLACK, Ground, Item, Lines, Words

_BARS_M = [size * 10**power for power in range(5, -1, -1) for size in (5, 2, 1)]
_LONGEST_BAR = 150


@dataclass(frozen=True)
class View:
    """The middle of the ground in metres and on the page, and units for a metre."""

    ground: tuple[float, float]
    page: tuple[float, float]
    scale: float

    def drawn(self, shape: Any) -> Any:
        """The shape in page units, without what is too small to be seen."""
        moved = shapely.transform(shape, self._moved)
        return shapely.simplify(moved, 0.2)

    def _moved(self, places: Any) -> Any:
        x = self.page[0] + (places[:, 0] - self.ground[0]) * self.scale
        y = self.page[1] - (places[:, 1] - self.ground[1]) * self.scale
        return np.column_stack([x, y])


def scale_bar(scale: float, right: float, top: float, size: float) -> Iterator[Item]:
    """A bar of a round length, and where north is; it ends at ``right``.

    ``scale`` is page units for a metre, ``size`` that of its letters.
    """
    metres = next((m for m in _BARS_M if m * scale <= _LONGEST_BAR), _BARS_M[-1])
    end = right - 30
    start, y = end - metres * scale, top
    bar = [(start, y - 6), (start, y), (end, y), (end, y - 6)]
    yield Lines(shapely.LineString(bar), 1.6)
    name = f"{metres // 1000} km" if metres >= 1000 else f"{metres} m"
    yield Words((start + end) / 2, y + 17, name, size, "middle")
    tip = right - 6
    arrow = [(tip, y - 16), (tip - 6, y), (tip + 6, y)]
    yield Ground(shapely.Polygon(arrow), BLACK)
    yield Words(tip, y + 17, "N", size, "middle")
