"""Places by UPRN, from Ordnance Survey's open list of them."""

import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, cast

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from assetmap.assets.rows import column_of
from assetmap.errors import BadFile
from assetmap.issues import RawRow
from assetmap.sources.tabular.text_lines import opened

_COLUMNS = ("UPRN", "X_COORDINATE", "Y_COORDINATE")
_PLACED = frozenset({"easting", "northing", "longitude", "latitude"})
Found = dict[int, tuple[float, float]]


def uprns_in(rows: Iterable[RawRow]) -> set[int]:
    """The UPRNs of rows that have no coordinates."""
    return {uprn for row in rows if (uprn := _uprn(row)) is not None}


def placed_by_uprn(rows: Iterable[RawRow], found: Found) -> Iterator[RawRow]:
    """The rows; those with no coordinates but a UPRN that is known get its place."""
    for row in rows:
        place = found.get(_uprn(row) or 0)
        if place is None:
            yield row
        else:
            east, north = map(repr, place)
            told = {"easting": east, "northing": north}
            yield replace(row, values={**row.values, **told})


def _uprn(row: RawRow) -> int | None:
    text = ""
    for heading, value in row.values.items():
        column = column_of(heading)
        if column == "uprn":
            text = value.strip()
        elif column in _PLACED and value.strip():
            return None
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def read_uprns(path: Path, wanted: set[int]) -> Found:
    """Easting and northing of those UPRNs that a list holds; the list may be zipped.

    Raises:
        BadFile: it is no such list.
    """
    found: Found = {}
    wanted_ones = pa.array(sorted(wanted), type=pa.int64())
    kinds = dict(zip(_COLUMNS, (pa.int64(), pa.float64(), pa.float64()), strict=True))
    options = pa_csv.ConvertOptions(include_columns=_COLUMNS, column_types=kinds)
    with _stream(path) as stream:
        try:
            for batch in pa_csv.open_csv(stream, convert_options=options):
                kept = batch.filter(pc.is_in(batch.column(0), value_set=wanted_ones))
                columns = (each.to_pylist() for each in kept.columns)
                found |= {uprn: (x, y) for uprn, x, y in zip(*columns, strict=True)}
        except (pa.ArrowInvalid, pa.ArrowKeyError, KeyError) as error:
            reason = f"is no list of UPRNs ({', '.join(_COLUMNS)}): {error}"
            raise BadFile(path.name, reason[:300]) from error
    return found


@contextmanager
def _stream(path: Path) -> Iterator[BinaryIO]:
    """The list, unpacked as it is read: it is longer than what is unpacked at once."""
    if path.suffix.lower() != ".zip":
        with opened(path) as stream:
            yield stream
        return
    try:
        with zipfile.ZipFile(path) as packed:
            names = [each for each in packed.namelist() if each.endswith(".csv")]
            if len(names) != 1:
                raise BadFile(
                    path.name, f"holds {len(names)} lists, where one is meant"
                )
            with packed.open(names[0]) as stream:
                yield cast(BinaryIO, stream)
    except zipfile.BadZipFile as error:
        raise BadFile(path.name, "is no zip archive, or is damaged") from error
