"""What the names that ONS gives its files and columns say of a set."""

import re
from datetime import date

RESOLUTIONS = {
    "BFC": "full resolution, clipped to the coastline",
    "BFE": "full resolution, to the extent of the realm",
    "BGC": "generalised to 20 m, clipped to the coastline",
    "BGE": "generalised to 20 m, to the extent of the realm",
    "BSC": "generalised to 200 m, clipped to the coastline",
    "BUC": "generalised to 500 m, clipped to the coastline",
}

_RESOLUTION = re.compile(rf"(?<![A-Z])({'|'.join(RESOLUTIONS)})(?![A-Z])")

CENSUS_DAYS = {
    2001: date(2001, 4, 29),
    2011: date(2011, 3, 27),
    2021: date(2021, 3, 21),
}
"""The days from which output areas, and what is built from them, hold."""


def resolution_in(*names: str) -> str:
    """The resolution that a name of a file or layer says; empty if none does."""
    for name in names:
        if match := _RESOLUTION.search(name.upper()):
            return f"{match[1]} ({RESOLUTIONS[match[1]]})"
    return ""


def first_day(kind: str, year: int | None) -> date | None:
    """The first day that a set of a kind and vintage holds, where that is known."""
    if kind in ("oa", "lsoa", "msoa") and year is not None:
        return CENSUS_DAYS.get(year)
    return None
