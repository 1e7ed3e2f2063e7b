"""How much the reading of one file may take, so that no file exhausts the machine."""

from dataclasses import dataclass

from assetmap.settings import settings


@dataclass(frozen=True)
class Limits:
    """What an archive, or anything else that unpacks, may come to."""

    unpacked_bytes: int
    files: int
    ratio: int


def limits() -> Limits:
    """The limits that this process is set to."""
    chosen = settings()
    return Limits(
        chosen.max_unpacked_bytes, chosen.max_archive_files, chosen.max_unpacking_ratio
    )
