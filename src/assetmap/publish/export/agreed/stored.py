"""The consensus of a stored neighbourhood as a file, of the kinds a batch writes."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pyproj
from sqlalchemy.orm import Session

from assetmap.crs import NATIONAL_GRID
from assetmap.footprints.consensus.named import Asked
from assetmap.neighbourhoods.tables import NeighbourhoodRow
from assetmap.publish.export.agreed import files
from assetmap.publish.export.agreed.answer import Answer, Rows
from assetmap.publish.export.agreed.shown import decided, shown_consensus
from assetmap.publish.export.geopackages import UNKNOWN
from assetmap.reconciliation.agreed.found import Found
from assetmap.reconciliation.agreed.wanted import Wanted

KINDS = {"csv": "text/csv", "gpkg": "application/geopackage+sqlite3"}


def as_file(
    session: Session, row: NeighbourhoodRow, wanted: Wanted, form: str
) -> tuple[bytes, str]:
    """The consensus as a file in the form of an ending, and its media type.

    Raises:
        TooFewSketches: there are fewer sketches than may be published from.
        BadParameter: residents were not asked what they are to be grouped by.
    """
    wanted = decided(row, wanted)
    found = shown_consensus(session, row, wanted)
    answer = answer_of(row, wanted, found)
    if form == "csv":
        return files.levels_table(answer).encode(), KINDS[form]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "consensus.gpkg"
        files.write(answer, [], path, (found.made and found.made.made_at) or UNKNOWN)
        return path.read_bytes(), KINDS[form]


def answer_of(row: NeighbourhoodRow, wanted: Wanted, found: Found) -> Answer:
    """What was found of a stored neighbourhood, as if its sketches were a file."""
    count = found.named.sketches
    return Answer(
        row.slug,
        "",
        None,
        wanted.by,
        pyproj.CRS(NATIONAL_GRID),
        Asked(wanted.fewest, wanted.levels, wanted.grid_m, wanted.most_exact),
        wanted.fewest,
        Rows(count, count, 0, 0, 0),
        1,
        [found.named],
    )
