"""One member taken out of a zip, safely."""

import zipfile
import zlib
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from assetmap.sources.fetch.failure import FetchFailed, Target
from assetmap.sources.fetch.plan import is_file_name

MOST_MEMBERS = 100_000
MOST_TIMES = 200
"""How many times its packed size a member may unpack to: text packs some 20 times."""
_SMALL = 50_000_000
_CHUNK = 1 << 20


def unpacked(target: Target, path: Path, pattern: str, folder: Path, most: int) -> Path:
    """The one member whose name, or whole path, fits a pattern, as a file in a folder.

    Raises:
        FetchFailed: it is damaged, no or several members fit, or one is a bomb.
    """
    try:
        with zipfile.ZipFile(path) as packed:
            member = _member(target, packed, pattern)
            place = folder / _plain(target, member.filename)
            _check_size(target, member, most)
            _write(target, packed, member, place)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        raise FetchFailed(target, f"is a damaged zip: {error}") from error
    except (RuntimeError, NotImplementedError) as error:
        raise FetchFailed(target, f"cannot be unpacked: {error}") from error
    return place


def _member(target: Target, packed: zipfile.ZipFile, pattern: str) -> zipfile.ZipInfo:
    members = [each for each in packed.infolist() if not each.is_dir()]
    if len(members) > MOST_MEMBERS:
        raise FetchFailed(target, f"holds {len(members):,} files: too many")
    wanted = pattern.casefold()
    found = [each for each in members if _fits(each.filename.casefold(), wanted)]
    if len(found) != 1:
        names = ", ".join(each.filename[:80] for each in (found or members)[:20])
        how_many = f"{len(found)} files" if found else "no file"
        raise FetchFailed(target, f"holds {how_many} named {pattern}; it holds {names}")
    return found[0]


def _fits(name: str, pattern: str) -> bool:
    return fnmatchcase(name if "/" in pattern else PurePosixPath(name).name, pattern)


def _plain(target: Target, name: str) -> str:
    """The last part of a member's path: what stands before it is never followed."""
    last = PurePosixPath(name.replace("\\", "/")).name
    if not is_file_name(last):
        raise FetchFailed(target, f"holds a file of a name that is not safe: {name!r}")
    return last


def _check_size(target: Target, member: zipfile.ZipInfo, most: int) -> None:
    size = member.file_size
    is_bomb = size > max(_SMALL, MOST_TIMES * member.compress_size)
    if size > most or is_bomb:
        reason = f"{member.filename} would unpack to {size:,} bytes: refused"
        raise FetchFailed(target, reason)


def _write(
    target: Target, packed: zipfile.ZipFile, member: zipfile.ZipInfo, place: Path
) -> None:
    """Unpack a member; never more of it than its entry says, whatever it holds."""
    came = 0
    with packed.open(member) as source, place.open("wb") as file:
        while chunk := source.read(_CHUNK):
            came += len(chunk)
            file.write(chunk)
    if came != member.file_size:
        reason = f"{member.filename} holds {came:,} bytes, not {member.file_size:,}"
        raise FetchFailed(target, f"is a damaged zip: {reason}")
