"""The load of a boundary set."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from assetmap.boundaries.described import SetFacts, check_facts, description_of
from assetmap.boundaries.ingest import Loaded
from assetmap.footprints import load as footprint_load
from assetmap.jobs.progress import Progress
from assetmap.publish.deps import Day
from assetmap.publish.loads.registry import FileLoad, Given, told
from assetmap.sources.boundaries.column_names import Columns
from assetmap.sources.boundaries.columns import Wanted, understood
from assetmap.sources.spatial.vector import Layer, read_layer

SHORT, LONG = 200, 2_000
_OF_THE_FILE = ("code", "name", "name_cy", "layer", "crs", "encoding", "swap_axes")


def _short(description: str) -> Any:
    return Field(None, max_length=SHORT, description=description)


def _long(description: str) -> Any:
    return Field(None, max_length=LONG, description=description)


class BoundaryOptions(BaseModel):
    """What is said of a boundary set that is loaded, and of its file."""

    model_config = ConfigDict(populate_by_name=True)

    set_name: str | None = Field(
        None, alias="set", max_length=SHORT, description="Name; absent: by kind, year"
    )
    kind: str | None = _short("lad, ward, lsoa, pcn, …; absent: by columns and codes")
    title: str | None = _short("What it is called; absent: its name")
    vintage: str | None = _short("What its publisher calls the release")
    valid_from: Day | None = Field(
        None, description="First day it holds; needed but for areas of a census"
    )
    valid_to: Day | None = Field(None, description="First day it no longer holds")
    series: str | None = _short("Releases of which one holds a day; absent: its name")
    resolution: str | None = _short("How far its edges are generalised")
    publisher: str | None = _short("Who published it; absent: not stated")
    licence: str | None = _short("Under which licence; absent: not stated")
    attribution: str | None = _long("The words they ask for")
    made_how: str | None = _long("How it was made; absent: published")
    address: str | None = _long("Where it was found; absent: the name of the file")
    snap_m: float | None = Field(
        None, ge=0, le=100_000, description="How far a postcode may be moved to it"
    )
    note: str | None = _long("What a user must know")
    code: str | None = _short("Column of the code")
    name: str | None = _short("Column of the name")
    name_cy: str | None = _short("Column of the Welsh name")
    layer: str | None = _short("Layer, or file in a zip, if there are several")
    crs: str | None = _long("If the file states none, or one that cannot be")
    encoding: str | None = _short("Of its text, if another than the file says")
    swap_axes: bool = Field(False, description="Latitude or northing comes first")

    @property
    def facts(self) -> SetFacts:
        """What is said of the set."""
        said = self.model_dump(exclude=set(_OF_THE_FILE))
        named = {"name": said.pop("set_name"), "source": said.pop("address")}
        return SetFacts(**named, **said)


@dataclass(frozen=True)
class Done:
    """What a load did, and how its file was read."""

    loaded: Loaded
    layer: Layer
    columns: Columns


def load_boundaries(
    session: Session,
    given: Given,
    options: BoundaryOptions,
    progress: Progress,
    is_dry_run: bool = False,
) -> Done:
    """Load a boundary set beside the current one of its name, and switch.

    A dry run checks everything and stores nothing.
    """
    progress("Reading", 0, 0)
    read = read_layer(
        given.path, options.layer, options.crs, options.encoding, options.swap_axes
    )
    wanted = Wanted(options.code, options.name, options.name_cy, options.kind)
    read, columns = understood(read, wanted)
    description = description_of(options.facts, read, columns)
    named = (columns.code, columns.name, columns.name_cy)
    load = footprint_load.check_boundaries if is_dry_run else _load
    loaded = load(session, description, read, named, given.loaded_by, progress)
    return Done(loaded, read, columns)


_load = footprint_load.load_boundaries


def _boundaries(
    session: Session, given: Given, options: BoundaryOptions, progress: Progress
) -> Mapping[str, Any]:
    done = load_boundaries(session, given, options, progress).loaded
    return {
        "boundary_set": done.row.name,
        "boundaries": done.row.boundaries,
        "is_new": done.is_new,
        **told(done.issues),
    }


def _can_be(session: Session, options: BoundaryOptions) -> None:
    check_facts(options.facts)


BOUNDARIES = FileLoad(
    "boundaries",
    "A boundary set, from any file of shapes",
    BoundaryOptions,
    _boundaries,
    _can_be,
    "boundaries.geojson",
)
