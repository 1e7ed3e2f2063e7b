"""Folders of what may be made again: in the home, or wherever can be written."""

import os
import tempfile
from pathlib import Path

from assetmap.settings import settings

UNDER_WAY = "part-"
"""How the name of a file begins that is not whole yet."""


def folder_of(what: str) -> Path:
    """The folder of one kind of file, which is there."""
    folder = settings().home / what
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return folder if os.access(folder, os.W_OK) else _elsewhere(what)
    except OSError:
        return _elsewhere(what)


def _elsewhere(what: str) -> Path:
    folder = Path(tempfile.gettempdir()) / f"assetmap-{what}-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def beginning(folder: Path, suffix: str) -> Path:
    """A new empty file, to be renamed once it is whole."""
    opened, path = tempfile.mkstemp(suffix=suffix, dir=folder, prefix=UNDER_WAY)
    os.close(opened)
    return Path(path)


def prune(folder: Path, most: int, most_bytes: float = float("inf")) -> None:
    """Let go of the files that nobody asked for the longest: over so many, or bytes."""
    kept = [
        (each.stat().st_mtime, each.stat().st_size, each)
        for each in folder.iterdir()
        if not each.name.startswith(UNDER_WAY)
    ]
    held = 0
    for place, (_, size, each) in enumerate(sorted(kept, reverse=True)):
        held += size
        if place and (place >= most or held > most_bytes):
            each.unlink(missing_ok=True)
