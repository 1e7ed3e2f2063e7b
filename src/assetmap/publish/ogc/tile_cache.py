"""Tiles that were made before, of loads that never change."""

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

from assetmap.publish.features.collection import Collection, Column
from assetmap.publish.features.tiles import Tile


class TileCache:
    """The tiles that were asked for last, up to so many bytes."""

    def __init__(self, most_bytes: int) -> None:
        self._most, self._bytes = most_bytes, 0
        self._held: OrderedDict[str, bytes] = OrderedDict()
        self._lock = Lock()

    def get(self, tag: str | None) -> bytes | None:
        """A tile by what tells it from every other; None where it is not held."""
        if tag is None:
            return None
        with self._lock:
            found = self._held.get(tag)
            if found is not None:
                self._held.move_to_end(tag)
            return found

    def forget(self) -> None:
        """Hold nothing."""
        with self._lock:
            self._held.clear()
            self._bytes = 0

    def keep(self, tag: str | None, tile: bytes) -> None:
        """Hold a tile; those that nobody asked for the longest make room."""
        if tag is None or len(tile) > self._most:
            return
        with self._lock:
            self._bytes += len(tile) - len(self._held.pop(tag, b""))
            self._held[tag] = tile
            while self._bytes > self._most:
                self._bytes -= len(self._held.popitem(last=False)[1])


KEPT = TileCache(64 * 2**20)
"""Of one process."""


def name_of(
    collection: Collection, tile: Tile, columns: Sequence[Column]
) -> str | None:
    """What tells a tile from every other; None where no load tells what it shows."""
    if collection.tag is None:
        return None
    names = ",".join(each.name for each in columns)
    return f"{collection.id} {collection.tag} {tile.z}/{tile.y}/{tile.x} {names}"
