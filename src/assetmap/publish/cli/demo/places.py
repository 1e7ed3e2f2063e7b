"""The six neighbourhoods of the demonstration: simulated sketches and real assets."""

from functools import cache
from typing import Any

import numpy as np
import orjson
import shapely
from shapely.geometry import shape
from sqlalchemy.orm import Session

from assetmap import crs
from assetmap.assets import ingest as asset_ingest
from assetmap.assets.model import SourceDefaults
from assetmap.db.migrate import project_folder
from assetmap.errors import BadFile
from assetmap.jobs.progress import Progress
from assetmap.neighbourhoods import ingest, store
from assetmap.neighbourhoods.model import Neighbourhood, OtherName
from assetmap.people import store as people_store
from assetmap.sources.tabular.csv_files import rows_of

NHS = (
    "Contains information from NHS England, licensed under the current version of the "
    "Open Government Licence"
)


@cache
def _features() -> list[dict[str, Any]]:
    path = project_folder("data") / "demo" / "neighbourhoods.geojson"
    found: list[dict[str, Any]] = orjson.loads(path.read_bytes())["features"]
    return found


@cache
def slugs() -> tuple[str, ...]:
    """The slugs of the six neighbourhoods."""
    return tuple(each["properties"]["slug"] for each in _features())


def load(session: Session, progress: Progress) -> None:
    """Load the neighbourhoods with simulated sketches, and the assets."""
    for place, feature in enumerate(_features()):
        progress("Simulating sketches", place, len(_features()))
        _load_place(session, feature)
    path = project_folder("data") / "demo" / "assets.csv"
    done = asset_ingest.load(
        session,
        rows_of(path, ("name", "category")),
        SourceDefaults("demonstration", attribution=NHS),
        lambda names: people_store.grid_and_degrees(session, names),
        progress,
    )
    refused = [each for each in done.issues if each.outcome == "refused"]
    if refused:
        raise BadFile(path.name, f"{len(refused)} rows refused: {refused[0]}")


def _load_place(session: Session, feature: dict[str, Any]) -> None:
    told = feature["properties"]
    drawn = shape(feature["geometry"])
    outline = crs.grid_shapes(np.array([drawn], dtype=object))[0]
    polygon = shapely.get_parts(outline)[0]
    row = store.save_neighbourhood(
        session,
        Neighbourhood(
            told["slug"],
            told["name"],
            told["description"],
            council=told["council"],
            is_simulated=True,
            made_how="simulated with a fixed seed around a hand-made outline",
            other_names=tuple(OtherName(name) for name in told["resident_names"]),
        ),
    )
    ingest.load_simulated(session, row, polygon, told["sketches"], told["seed"])
