"""The boundary sets and postcodes of the demonstration, from data packages."""

import hashlib
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from sqlalchemy.orm import Session

from assetmap.boundaries import items as boundary_items
from assetmap.boundaries import store as boundary_store
from assetmap.boundaries import succession_store as successions
from assetmap.boundaries.described import described_by
from assetmap.boundaries.model import SetDescription
from assetmap.db.migrate import project_folder
from assetmap.errors import BadFile
from assetmap.footprints import load
from assetmap.footprints import store as footprint_store
from assetmap.footprints.from_blocks import council_of_blocks, dissolved
from assetmap.footprints.pcns.from_practices import Practice, nearest_practice
from assetmap.jobs.progress import Progress
from assetmap.people import counts as people_counts
from assetmap.people import store as people_store
from assetmap.people.ingest import PostcodesLoaded
from assetmap.people.model import POSTCODES, Release
from assetmap.publish.cli.load.changes import register_of
from assetmap.sources.changes import read_changes
from assetmap.sources.postcodes.packaged import packaged_directory
from assetmap.sources.source_toml import Source, packaged_file, read_source
from assetmap.sources.spatial.vector import Layer, read_layer, sha256_of
from assetmap.sources.tabular.csv_files import rows_of

LAND = "lad-2025"


def source_of(name: str) -> Source:
    """What the project's own ``source.toml`` says of a set."""
    return read_source(project_folder("data") / "boundaries" / name)


def load_packaged(session: Session, name: str, progress: Progress) -> None:
    """Load a boundary set from its data package, once its bytes are what they were.

    Raises:
        BadFile: the package holds another file than the one described.
    """
    told = source_of(name)
    progress(f"Reading {told.text('title')}", 0, 0)
    path = packaged_file(told.file["package"], told.file["path"])
    layer = read_layer(path)
    if layer.sha256 != told.file["sha256"]:
        raise BadFile(path.name, "is not the file that source.toml describes")
    columns = (told.file["code"], told.file["name"], told.file.get("name_cy"))
    load.load_boundaries(session, described_by(told), layer, columns, progress=progress)


def has_postcodes(session: Session) -> bool:
    """Whether postcodes are loaded."""
    return people_counts.find_count_set(session, POSTCODES) is not None


def load_postcodes(session: Session, progress: Progress) -> list[str]:
    """Load the postcodes of the data package; tells what became of its rows."""
    told = source_of("postcodes-2025-11")
    progress(f"Reading {told.text('title')}", 0, 0)
    table = packaged_directory()
    release = Release(
        told.text("title"),
        told.text("publisher"),
        told.text("licence"),
        told.text("attribution"),
        told.file["package"],
        table.sha256,
        told.day("vintage") or date.min,
    )
    done = load.load_postcodes(session, table, release, progress=progress)
    return _summed(done)


def _summed(done: PostcodesLoaded) -> list[str]:
    """What became of the rows, in a line for each reason: there are millions."""
    why = Counter((each.reason, each.outcome) for each in done.issues if each.line)
    return [
        f"{done.stored:,} of {done.sent:,} rows of postcodes loaded",
        *(str(each) for each in done.issues if not each.line),
        *(f"{count:,} rows: {reason} ({how})" for (reason, how), count in why.items()),
    ]


def load_councils(session: Session, progress: Progress) -> None:
    """Derive the councils: LSOAs joined by the council of most of their postcodes."""
    told = source_of("lad-2025")
    progress("Deriving the councils", 0, 0)
    blocks = boundary_store.get_set(session, "lsoa-2011")
    chunks = footprint_store.all_chunks(session)
    cells = footprint_store.cells_of(session, blocks.id, chunks)
    places = people_store.postcode_places(session)
    of_postcode = _cell_of(places.east, places.north, chunks, cells)
    owners = council_of_blocks(places.councils, of_postcode, blocks.boundaries)
    names = {
        row.values["code"]: row.values["name"]
        for row in rows_of(told.folder / told.made["names"], ("code", "name"))
    }
    shapes = boundary_items.shapes_of(session, blocks.id)
    layer = dissolved(shapes, owners, names, "lad-2025")
    _load_made(session, described_by(told), layer, blocks.sha256, progress)


def load_changes(session: Session, progress: Progress) -> None:
    """Load which councils came after which: it takes no time where it is done."""
    folder = project_folder("data") / "changes" / "councils"
    told = read_source(folder)
    progress(f"Reading {told.text('title')}", 0, 0)
    path = folder / told.file["path"]
    successions.load(session, register_of(told, path), read_changes(path, None, []))


def _cell_of(east: Any, north: Any, chunks: footprint_store.Chunks, cells: Any) -> Any:
    """The cell of each postcode, by its place among the population points."""
    order = np.lexsort((chunks.ys, chunks.xs))
    points = (chunks.xs + 1j * chunks.ys)[order]
    place = np.searchsorted(points, east + 1j * north)
    return cells[order][np.minimum(place, len(cells) - 1)]


def load_pcns(session: Session, progress: Progress) -> None:
    """Model the PCNs near the six places: the ground nearest to their practices."""
    told = source_of("pcn-nearest-practice")
    progress("Modelling the PCNs", 0, 0)
    path = project_folder("data") / "demo" / "practices.csv"
    practices = _practices(session, path)
    land_set = boundary_store.get_set(session, LAND)
    reach = float(told.made["within_m"])
    near = shapely.union_all(
        shapely.buffer(shapely.points([(p.east, p.north) for p in practices]), reach)
    )
    shapes = boundary_items.shapes_of(session, land_set.id)
    shapes = shapes[shapely.intersects(near, shapes)]
    land = shapely.union_all(shapely.intersection(shapes, near))
    layer = nearest_practice(practices, land, reach, path.name)
    _load_made(session, described_by(told), layer, sha256_of(path), progress)


def _practices(session: Session, path: Path) -> list[Practice]:
    columns = ("ods_code", "name", "postcode", "pcn_code", "pcn_name")
    rows = [row.values for row in rows_of(path, columns)]
    places = people_store.places_of(session, [row["postcode"] for row in rows])
    missing = sorted({row["postcode"] for row in rows} - set(places))
    if missing:
        raise BadFile("practices.csv", f"postcodes without a place: {missing}")
    return [
        Practice(
            row["ods_code"],
            row["name"],
            row["pcn_code"],
            row["pcn_name"],
            *places[row["postcode"]][:2],
        )
        for row in rows
    ]


def _load_made(
    session: Session,
    description: SetDescription,
    layer: Layer,
    made_from: str,
    progress: Progress,
) -> None:
    """Load a layer that was made here; its hash is of its shapes and what made it."""
    digest = hashlib.sha256(made_from.encode())
    for shape in shapely.to_wkb(layer.shapes):
        digest.update(shape)
    made = Layer(layer.file, digest.hexdigest(), layer.columns, layer.shapes, layer.crs)
    load.load_boundaries(
        session, description, made, ("code", "name", None), progress=progress
    )
