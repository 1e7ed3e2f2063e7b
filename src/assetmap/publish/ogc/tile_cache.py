"""Tiles that were made before, of loads that never change."""

from collections import OrderedDict
from threading import Lock


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
