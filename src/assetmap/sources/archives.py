"""Zip archives and gzipped files, opened within limits and without trusting names.

Nothing is written to disk: a member is read into memory, or by GDAL from where it
lies. No reader goes past the size that the archive's directory states, so that checking
those sizes bounds what is unpacked.
"""

import gzip
import io
import re
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from assetmap.errors import BadFile
from assetmap.sources.limits import Limits

_RATIO_COUNTS_FROM = 10_000_000
"""Below this size a high ratio does no harm: a few kilobytes of zeros have it too."""

_CHUNK = 1 << 20
_NO_NAME = re.compile(r"[\x00-\x1f\x7f\\]|^/|^[A-Za-z]:|(^|/)\.\.(/|$)")
_UNSEEN = re.compile(r"(^|/)(__MACOSX/|\.)")


def names_in(path: Path, limits: Limits) -> list[str]:
    """The files in a zip that are not hidden.

    Raises:
        BadFile: it is damaged or encrypted, passes a limit, or holds a name or link
            that leads out of it.
    """
    try:
        with zipfile.ZipFile(path) as packed:
            entries = packed.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise BadFile(
            path.name, "is not a zip archive, is cut short, or is damaged"
        ) from error
    if len(entries) > limits.files:
        raise BadFile(
            path.name,
            f"holds {len(entries):,} files; ASSETMAP_MAX_ARCHIVE_FILES allows "
            f"{limits.files:,}",
        )
    for each in entries:
        if fault := _entry_fault(each):
            raise BadFile(path.name, f"{fault}: {each.orig_filename!r:.200}")
    unpacked = sum(each.file_size for each in entries)
    check_size(path.name, unpacked, path.stat().st_size, limits)
    names = [each.filename for each in entries if not each.is_dir()]
    _check_once(path.name, names)
    return [each for each in names if not _UNSEEN.search(each)]


def _entry_fault(entry: zipfile.ZipInfo) -> str | None:
    # What follows a zero byte in a name is cut off by the time it can be seen.
    if _NO_NAME.search(entry.filename) or entry.orig_filename != entry.filename:
        return "holds a file whose name leads out of the archive"
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "holds a link, which is not followed"
    if entry.flag_bits & 1:
        return "is encrypted: unpack it first"
    return None


def _check_once(file: str, names: list[str]) -> None:
    seen: set[str] = set()
    for each in names:
        if each.lower() in seen:
            raise BadFile(file, f"holds two files of one name: {each!r:.200}")
        seen.add(each.lower())


def check_size(file: str, unpacked: int, packed: int, limits: Limits) -> None:
    """Nothing, if what unpacks from so many bytes is within the limits.

    Raises:
        BadFile: it is not.
    """
    if unpacked > limits.unpacked_bytes:
        raise BadFile(
            file,
            f"unpacks to {unpacked:,} bytes; ASSETMAP_MAX_UNPACKED_BYTES allows "
            f"{limits.unpacked_bytes:,}",
        )
    if unpacked > max(_RATIO_COUNTS_FROM, packed * limits.ratio):
        raise BadFile(
            file,
            f"unpacks to {unpacked / max(packed, 1):,.0f} times its size; "
            f"ASSETMAP_MAX_UNPACKING_RATIO allows {limits.ratio:,}",
        )


def member(path: Path, name: str) -> bytes:
    """The bytes of a file in a zip.

    Raises:
        BadFile: it is damaged.
    """
    try:
        with zipfile.ZipFile(path) as packed:
            return packed.read(name)
    except (
        zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError
    ) as error:  # fmt: skip
        raise BadFile(path.name, f"{name} in it is damaged") from error


def gunzipped(path: Path, limits: Limits) -> bytes:
    """What a gzipped file holds.

    Raises:
        BadFile: it is damaged, or passes a limit.
    """
    packed = path.stat().st_size
    found = io.BytesIO()
    try:
        with cast(BinaryIO, gzip.open(path)) as stream:
            while chunk := stream.read(_CHUNK):
                found.write(chunk)
                check_size(path.name, found.tell(), packed, limits)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise BadFile(path.name, "is cut short, or is damaged") from error
    return found.getvalue()


def suffix_of(name: str) -> str:
    """The end of a file's name, in lower case, by which its format is told."""
    return PurePosixPath(name).suffix.lower()
