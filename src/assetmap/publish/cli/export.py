"""``assetmap export``: a collection as a file, with what the public sees of it."""

import tempfile
from collections.abc import Sequence
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

import typer
from pyogrio.errors import DataLayerError, DataSourceError
from sqlalchemy.orm import Session

from assetmap.boundaries import store as boundary_store
from assetmap.boundaries.model import BoundarySetNotFound
from assetmap.db.engine import snapshot_scope
from assetmap.errors import BadParameter, NotFound
from assetmap.publish.cli.console import err, migrated_engine, telling
from assetmap.publish.cli.crosswalk import BadOutput
from assetmap.publish.cli.options import day_of
from assetmap.publish.connections import patient_engine
from assetmap.publish.features import catalogue, store
from assetmap.publish.features.asked import Asked, boxes_of
from assetmap.publish.features.collection import Collection
from assetmap.publish.features.conditions import Condition
from assetmap.publish.features.files.binary import WRITERS
from assetmap.publish.features.files.texts import STREAMS
from assetmap.publish.features.filters.compiled import condition
from assetmap.publish.features.filters.reading import tree_of
from assetmap.publish.features.of_assets import ASSETS
from assetmap.publish.features.of_boundaries import QUALITY
from assetmap.publish.features.of_neighbourhoods import NEIGHBOURHOODS
from assetmap.publish.features.of_organisations import ORGANISATIONS
from assetmap.publish.features.systems import CRS84, GRID, WEB, System

FORMS = (*STREAMS, *WRITERS)
# Files have longitude first, whatever the system of degrees is called.
SYSTEMS = {"CRS84": CRS84, "EPSG:4326": CRS84, "EPSG:27700": GRID, "EPSG:3857": WEB}
_OTHERS = (ASSETS, NEIGHBOURHOODS, ORGANISATIONS, QUALITY)

Box = Annotated[
    str | None, typer.Option(help="Only what is in it: west,south,east,north.")
]
BoxCrs = Annotated[
    str, typer.Option(help="System of the box: EPSG:27700, EPSG:3857 or CRS84.")
]
Where = Annotated[
    str | None, typer.Option("--filter", help="CQL2: only what it is true of.")
]
OnDay = Annotated[
    datetime | None,
    typer.Option(
        formats=["%Y-%m-%d"],
        help="Day that a set must hold on, or assets be open on; absent: today's.",
    ),
]
To = Annotated[
    Path,
    typer.Option(
        "--out",
        "-o",
        help="Write .geojson, .geojsonseq, .gpkg, .fgb, .parquet or .csv here.",
    ),
]


def export(
    name: Annotated[
        str,
        typer.Argument(
            metavar="COLLECTION",
            help=f"A boundary set, or one of {', '.join(_OTHERS)}.",
        ),
    ],
    to: To,
    bbox: Box = None,
    bbox_crs: BoxCrs = "CRS84",
    where: Where = None,
    as_at: OnDay = None,
    crs: Annotated[
        str, typer.Option(help="System to write: EPSG:27700, EPSG:3857 or CRS84.")
    ] = "CRS84",
    limit: Annotated[int | None, typer.Option(min=1, help="Most features.")] = None,
) -> None:
    """Write COLLECTION to a file, with what the public sees of it and no more.

    Hidden places are left out, approximate ones are where they are shown, and of
    drawings there is only what is published. Assets are those that are open.
    """
    with telling():
        form = _form(to)
        migrated_engine().dispose()
        with snapshot_scope(patient_engine()) as session:
            collection = _collection(session, name, day_of(as_at))
            asked = Asked(
                _system("--crs", crs),
                boxes_of(bbox, _system("--bbox-crs", bbox_crs)),
                where=_true_of(collection, where),
                limit=limit,
            )
            _write(session, collection, asked, form, to)
            _tell(session, collection, asked, to)


def _form(to: Path) -> str:
    """The form that a file's ending names, if it can be made where it is to be."""
    form = to.suffix.lower().removeprefix(".")
    if form not in FORMS:
        ends = ", ".join(f".{each}" for each in FORMS)
        raise BadOutput(f"{to.name} does not end in one of {ends}.", file=to.name)
    if not to.absolute().parent.is_dir():
        raise BadOutput(f"{to}: there is no folder {to.parent}.", file=str(to))
    return form


def _system(option: str, said: str) -> System:
    if said.upper() not in SYSTEMS:
        raise BadParameter(option, said, f"is not one of {', '.join(SYSTEMS)}")
    return SYSTEMS[said.upper()]


def _collection(session: Session, name: str, as_at: date | None) -> Collection:
    """The collection of a name.

    Raises:
        NotFound: there is none; says those with names like it.
        BoundarySetNotValid: it is a set that does not hold on the day.
    """
    try:
        return catalogue.get_collection(session, name, as_at)
    except BoundarySetNotFound as error:
        sets = [each.name for each in boundary_store.list_sets(session)]
        hint = _hint(name, [*sets, *_OTHERS])
        said = f"No collection is called {name!r}: {hint}"
        raise NotFound(said, name=name) from error


def _hint(name: str, known: Sequence[str]) -> str:
    near = get_close_matches(name, known, n=3, cutoff=0.5)
    if near:
        return f"did you mean {' or '.join(near)}?"
    return f"there are {', '.join(known)}."


def _true_of(collection: Collection, where: str | None) -> tuple[Condition, ...]:
    if where is None:
        return ()
    return (condition(collection, tree_of(where, None), CRS84),)


def _write(
    session: Session, collection: Collection, asked: Asked, form: str, to: Path
) -> None:
    """Write beside the file, then put it in its place: never half a file."""
    try:
        with tempfile.TemporaryDirectory(prefix=".export-", dir=to.parent) as folder:
            made = Path(folder) / f"whole.{form}"
            if form in WRITERS:
                WRITERS[form](session, collection, asked, made)
            else:
                with made.open("wb") as file:
                    file.writelines(STREAMS[form](session, collection, asked))
            made.replace(to)
    except (OSError, DataLayerError, DataSourceError) as error:
        # What GDAL says first is the whole statement that failed.
        reason = getattr(error, "strerror", None) or str(error).rpartition(": ")[2]
        reason = reason.rstrip(".")
        raise BadOutput(f"{to} cannot be written: {reason}.", file=str(to)) from error


def _tell(session: Session, collection: Collection, asked: Asked, to: Path) -> None:
    found = store.count(session, collection, asked)
    written = found if asked.limit is None else min(found, asked.limit)
    noun = "feature" if written == 1 else "features"
    err.print(f"  wrote {to}: {written:,} {noun}", markup=False)
    for each in store.credits_of(session, collection, asked):
        err.print(f"  {each}", markup=False)
