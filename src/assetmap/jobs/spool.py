"""The folder where files wait for the job that reads them."""

import hashlib
import os
import re
import shutil
import time
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from assetmap.errors import Invalid, Unavailable

_KEPT = re.compile(r"[^A-Za-z0-9._-]+")
_FOLDER = re.compile(r"[0-9a-f]{32}")
LONGEST_NAME = 100
BLOCK = 1 << 20
UPLOAD_HOURS = 6
"""How long an upload may be under way before what is left of it is swept."""


class SpoolLost(Invalid):
    """The file of a job is no longer there: send it again."""

    title = "File no longer held"


class SpoolFull(Unavailable):
    """The file cannot be kept: the disk is full or may not be written to."""

    title = "File cannot be kept"


@dataclass(frozen=True)
class Spooled:
    """A file in the spool: its folder's name, where it lies, and its checksum."""

    folder: str
    path: Path
    sha256: str


def clean_name(name: str, default: str = "upload") -> str:
    """A name that a file can have on any machine, its ending kept.

    Whatever stands before the last slash is let go, as are leading dots.
    """
    last = re.split(r"[/\\]", name)[-1]
    ascii_only = unicodedata.normalize("NFKD", last).encode("ascii", "ignore").decode()
    plain = _KEPT.sub("_", ascii_only).strip("._-")
    if len(plain) > LONGEST_NAME:
        stem, dot, ending = plain.rpartition(".")
        kept = f"{dot}{ending}" if dot and len(ending) <= 10 else ""
        plain = (stem or plain)[: LONGEST_NAME - len(kept)] + kept
    return plain or default


class Spooling:
    """A file on its way into the spool, written block by block."""

    def __init__(self, spool: Path, name: str) -> None:
        """Make its folder.

        Raises:
            SpoolFull: the folder cannot be made.
        """
        self.folder = uuid4().hex
        self.path = spool / self.folder / clean_name(name)
        self._sha256 = hashlib.sha256()
        try:
            self.path.parent.mkdir(parents=True, mode=0o700)
            self._file = self.path.open("wb")
        except OSError as error:
            raise SpoolFull(f"The file cannot be kept: {error.strerror}.") from error

    def write(self, block: bytes) -> None:
        """Add a block.

        Raises:
            SpoolFull: there is no room for it.
        """
        self._sha256.update(block)
        try:
            self._file.write(block)
        except OSError as error:
            raise SpoolFull(f"The file cannot be kept: {error.strerror}.") from error

    def finish(self) -> Spooled:
        """The file, once it is whole and on the disk: whoever sent it may forget it."""
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
        except OSError as error:
            raise SpoolFull(f"The file cannot be kept: {error.strerror}.") from error
        return Spooled(self.folder, self.path, self._sha256.hexdigest())

    def drop(self) -> None:
        """Forget what came of it."""
        with suppress(OSError):  # of what could not be written before
            self._file.close()
        remove(self.path.parents[1], self.folder)


def copy_in(spool: Path, source: Path) -> Spooled:
    """A copy of a file in the spool.

    Raises:
        SpoolFull: it cannot be kept.
        FileNotFoundError: it is not there.
    """
    with source.open("rb") as file:
        made = Spooling(spool, source.name)
        try:
            while block := file.read(BLOCK):
                made.write(block)
            return made.finish()
        except BaseException:
            made.drop()
            raise


def find(spool: Path, folder: str) -> Path:
    """The file that lies in a folder of the spool.

    Raises:
        SpoolLost: there is none.
    """
    files = sorted((spool / folder).glob("*")) if _FOLDER.fullmatch(folder) else []
    if not files:
        raise SpoolLost(
            "The file is no longer held, or lies where this worker cannot reach it; "
            "send it again."
        )
    return files[0]


def remove(spool: Path, folder: str | None) -> None:
    """Forget a file of the spool."""
    if folder is not None and _FOLDER.fullmatch(folder):
        shutil.rmtree(spool / folder, ignore_errors=True)


def sweep(spool: Path, kept: Iterable[str], now: float | None = None) -> list[str]:
    """Forget the files that no job waits for and no request is still writing."""
    oldest = (time.time() if now is None else now) - UPLOAD_HOURS * 3600
    wanted, swept = set(kept), []
    for each in spool.glob("*") if spool.is_dir() else ():
        is_old = each.is_dir() and _last_written(each) < oldest
        if _FOLDER.fullmatch(each.name) and each.name not in wanted and is_old:
            remove(spool, each.name)
            swept.append(each.name)
    return swept


def _last_written(folder: Path) -> float:
    """When the youngest of a folder and its files was written to, in Unix seconds.

    Never, for a folder that another worker sweeps at this moment.
    """
    try:
        return max(each.stat().st_mtime for each in (folder, *folder.iterdir()))
    except FileNotFoundError:
        return float("inf")
