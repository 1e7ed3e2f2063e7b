"""The only query for the postcodes near an area: thousands, packed."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from assetmap.db.statements import binary_rows

_PACKED = np.dtype(
    [
        ("name", "S8"),
        ("ended", "S7"),
        ("country", "S1"),
        ("live", "S1"),
        ("east", ">f8"),
        ("north", ">f8"),
        ("lon", ">f8"),
        ("lat", ">f8"),
    ]
)


@dataclass(frozen=True)
class NearPostcodes:
    """Postcodes column by column, in the order of their names.

    ``ended`` is the month (``2003-05``) or empty; ``countries`` a letter or empty;
    ``live`` is ``y``, ``n``, or ``?`` where the publisher does not tell.
    """

    names: NDArray[np.bytes_]
    ended: NDArray[np.bytes_]
    countries: NDArray[np.bytes_]
    live: NDArray[np.bytes_]
    east: NDArray[np.float64]
    north: NDArray[np.float64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]

    def take(self, rows: NDArray[Any]) -> "NearPostcodes":
        """The postcodes in the given places."""
        columns = (getattr(self, each) for each in NearPostcodes.__dataclass_fields__)
        return NearPostcodes(*(each[rows] for each in columns))


def postcodes_near(
    session: Session, box: tuple[float, float, float, float], live: bool | None
) -> NearPostcodes:
    """The postcodes in a box of the grid; only those live, or ended, if that is asked.

    One that is not known to have ended is live.
    """
    west, south, east, north = box
    values = {"west": west, "south": south, "east": east, "north": north, "live": live}
    ((packed,),) = binary_rows(session, "people", "postcodes_in_box", **values)
    found = np.frombuffer(packed or b"", dtype=_PACKED)
    found = found[np.argsort(found["name"], kind="stable")]
    return NearPostcodes(
        np.char.rstrip(found["name"]),
        np.char.rstrip(found["ended"]),
        np.char.rstrip(found["country"]),
        found["live"],
        *(found[each].astype(float) for each in ("east", "north", "lon", "lat")),
    )
