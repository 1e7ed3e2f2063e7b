"""``assetmap quality``: what is wrong with a boundary set, and where."""

from pathlib import Path
from typing import Annotated, Any

import geopandas
import pandas as pd
import typer
from sqlalchemy.orm import Session

from assetmap.boundaries import store
from assetmap.boundaries.model import BoundarySet
from assetmap.boundaries.quality import store as report
from assetmap.boundaries.quality.discrepancies import MOST_LISTED, REASONS
from assetmap.crs import NATIONAL_GRID
from assetmap.db.engine import session_scope
from assetmap.errors import BadFile
from assetmap.publish.cli.console import err, migrated_engine, out, print_json, telling
from assetmap.publish.export.geojson import collection_text
from assetmap.publish.export.quality import (
    discrepancy_feature,
    discrepancy_json,
    quality_csv,
    quality_table,
    reasons_in,
    summary_json,
)

_FORMATS = (".gpkg", ".geojson", ".csv")
_ALL = MOST_LISTED * len(REASONS)


def quality(
    name: Annotated[str, typer.Argument(help="The boundary set.", metavar="SET")],
    reason: Annotated[
        str | None, typer.Option(help="Only these reasons, joined by commas.")
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Write .gpkg, .geojson or .csv here."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Say what is wrong with a boundary set, and where: a table, JSON or a layer."""
    with telling(), session_scope(migrated_engine()) as session:
        _check(to)
        asked = reasons_in(reason)
        row = store.get_set(session, name)
        as_text = to is not None and to.suffix.lower() == ".geojson"
        found = report.list_discrepancies(session, row, _ALL, 0, asked, as_text)
        if to is not None:
            _write(to, session, row, found, asked)
            err.print(f"{to} written: {len(found):,} discrepancies", markup=False)
    if as_json:
        listed = [discrepancy_json(each) for each in found]
        body = summary_json(row) | {"loaded_by": row.loaded_by}
        print_json(body | {"discrepancies": listed})
    elif to is None:
        out.print(quality_table(row, found), markup=False)
        day = f"{row.loaded_at:%Y-%m-%d %H:%M %Z}"
        out.print(f"\nLoaded {day} by {row.loaded_by}", markup=False)


def _check(to: Path | None) -> None:
    if to is not None and to.suffix.lower() not in _FORMATS:
        raise BadFile(to.name, f"is not one of {', '.join(_FORMATS)}")
    if to is not None and not to.absolute().parent.is_dir():
        raise BadFile(to.name, f"there is no folder {to.parent}")


def _write(
    to: Path,
    session: Session,
    row: BoundarySet,
    found: list[dict[str, Any]],
    reasons: list[str],
) -> None:
    if to.suffix.lower() == ".csv":
        to.write_text(quality_csv(found), encoding="utf-8", newline="")
        return
    if to.suffix.lower() == ".geojson":
        features = [discrepancy_feature(each) for each in found]
        said = {"attribution": [row.attribution]}
        to.write_bytes(collection_text(features, said))
        return
    told = [discrepancy_json(each) for each in found]
    columns = pd.DataFrame(
        [each | {"codes": " ".join(each["codes"])} for each in told]
    ).drop(columns="id", errors="ignore")
    shapes = report.shapes_of_discrepancies(session, row, reasons)
    layer = geopandas.GeoDataFrame(columns, geometry=shapes, crs=NATIONAL_GRID)
    _write_layer(layer, to, f"{row.name} quality")


def _write_layer(layer: geopandas.GeoDataFrame, to: Path, name: str) -> None:
    """A layer of points and polygons together, which GeoPackage may hold."""
    layer.to_file(to, layer=name, driver="GPKG", geometry_type="Unknown")
