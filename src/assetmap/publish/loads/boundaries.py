"""The load of a boundary set."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from assetmap.boundaries.ingest import Loaded
from assetmap.boundaries.model import SetDescription
from assetmap.footprints import load as footprint_load
from assetmap.jobs.progress import Progress
from assetmap.publish.deps import Day
from assetmap.publish.loads.registry import FileLoad, Given, told
from assetmap.sources import ons
from assetmap.sources.vector import read_layer

SHORT, LONG = 200, 2_000


class BoundaryOptions(BaseModel):
    """What is said of a boundary set that is loaded, and of its file."""

    model_config = ConfigDict(populate_by_name=True)

    set_name: str = Field(alias="set", max_length=SHORT, description="Name of the set")
    valid_from: Day = Field(description="First day it holds")
    valid_to: Day | None = Field(None, description="First day it no longer holds")
    kind: str = Field("custom", max_length=SHORT, description="lad, ward, lsoa, pcn, …")
    title: str = Field("", max_length=SHORT, description="What it is called")
    series: str = Field(
        "", max_length=SHORT, description="Releases of which one holds a day"
    )
    publisher: str = Field(
        "not stated", max_length=SHORT, description="Who published it"
    )
    licence: str = Field(
        "not stated", max_length=SHORT, description="Under which licence"
    )
    attribution: str = Field("", max_length=LONG, description="The words they ask for")
    made_how: str = Field("published", max_length=LONG, description="How it was made")
    code: str | None = Field(None, max_length=SHORT, description="Column of the code")
    name: str | None = Field(None, max_length=SHORT, description="Column of the name")
    layer: str | None = Field(
        None, max_length=SHORT, description="Layer, if there are several"
    )
    crs: str | None = Field(
        None, max_length=LONG, description="If the file states none"
    )


@dataclass(frozen=True)
class Reading:
    """How a file of boundaries is read: which layer, in which CRS, which columns."""

    layer: str | None = None
    crs: str | None = None
    code: str | None = None
    name: str | None = None
    name_cy: str | None = None


def described(said: BoundaryOptions, source: str) -> SetDescription:
    """The description of a set by what was said of it.

    Raises:
        BadBoundarySet: it cannot be so.
    """
    return SetDescription(
        said.set_name,
        said.kind,
        said.title or said.set_name,
        said.valid_from,
        said.publisher,
        said.licence,
        said.attribution or f"Source: {said.publisher}",
        said.made_how,
        valid_to=said.valid_to,
        series=said.series,
        source=source,
    )


def load_boundaries(
    session: Session,
    given: Given,
    description: SetDescription,
    reading: Reading,
    progress: Progress,
) -> Loaded:
    """Load a boundary set beside the current one of its name, and switch."""
    progress("Reading", 0, 0)
    read = read_layer(given.path, reading.layer, reading.crs)
    columns = _columns(list(map(str, read.columns.columns)), given.path.name, reading)
    return footprint_load.load_boundaries(
        session, description, read, columns, given.loaded_by, progress
    )


def _columns(
    names: list[str], file: str, reading: Reading
) -> tuple[str, str, str | None]:
    if reading.code is not None:
        return reading.code, reading.name or reading.code, reading.name_cy
    return ons.code_and_name(names, file)


def _boundaries(
    session: Session, given: Given, options: BoundaryOptions, progress: Progress
) -> Mapping[str, Any]:
    done = load_boundaries(
        session,
        given,
        described(options, given.path.name),
        Reading(options.layer, options.crs, options.code, options.name),
        progress,
    )
    return {
        "boundary_set": done.row.name,
        "boundaries": done.row.boundaries,
        "is_new": done.is_new,
        **told(done.issues),
    }


def _can_be(session: Session, options: BoundaryOptions) -> None:
    described(options, "")


BOUNDARIES = FileLoad(
    "boundaries",
    "A boundary set, from any file that GDAL reads",
    BoundaryOptions,
    _boundaries,
    _can_be,
    "boundaries.geojson",
)
