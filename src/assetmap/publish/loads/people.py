"""Loads of who lives where: postcodes, and counts by building block."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import Field
from sqlalchemy.orm import Session

from assetmap.boundaries import items as boundary_items
from assetmap.boundaries import store as boundary_store
from assetmap.footprints import load as footprint_load
from assetmap.issues import RowIssue
from assetmap.jobs.progress import Progress
from assetmap.people.ingest import PostcodesLoaded
from assetmap.people.model import CountSet
from assetmap.publish.loads.registry import FileLoad, Given, told
from assetmap.publish.loads.releases import ReleaseOptions, release_of
from assetmap.sources.count_files import CountTable, find_counts
from assetmap.sources.postcodes.files import read_postcodes


class PostcodeOptions(ReleaseOptions):
    """How a file of postcodes is loaded."""

    replace: bool = Field(
        False, description="Drop the postcodes that the file does not hold"
    )
    weight: str | None = Field(
        None, max_length=200, description="Column of households or people, to weigh by"
    )


class CountOptions(ReleaseOptions):
    """How a file of counts is loaded."""

    blocks: str = Field(max_length=200, description="Set of the codes")
    name: str = Field("people", max_length=100, description="Name of these counts")
    code: str | None = Field(
        None, max_length=200, description="Column of the code, if it is not found"
    )
    count: str | None = Field(
        None, max_length=200, description="Column of the count, if it is not found"
    )
    only: str = Field("", max_length=20, description="Only codes that begin so, e.g. E")
    sheet: str | None = Field(
        None, max_length=200, description="Of a spreadsheet, if several fit"
    )


def load_postcodes(
    session: Session, given: Given, options: PostcodeOptions, progress: Progress
) -> PostcodesLoaded:
    """Load a file of postcodes; those already loaded stay unless it replaces them."""
    progress("Reading", 0, 0)
    table = read_postcodes(given.path, options.weight)
    return footprint_load.load_postcodes(
        session,
        table,
        release_of(given.path, options, "Postcodes"),
        keep_others=not options.replace,
        progress=progress,
    )


@dataclass(frozen=True)
class CountsLoaded:
    """What a load of counts did: the counts, where they stood, the rows at fault."""

    stored: CountSet
    table: CountTable
    issues: list[RowIssue]

    @property
    def columns(self) -> str:
        """The columns that were read, and of when they are, for messages."""
        used = f"columns {self.table.code!r} and {self.table.count!r}"
        return f"{used} of {self.table.name}, as at {self.stored.vintage}"


def load_counts(
    session: Session, given: Given, options: CountOptions, progress: Progress
) -> CountsLoaded:
    """Load a file of counts, by the columns named or as publishers call them."""
    progress("Counting people", 0, 0)
    blocks = boundary_store.get_set(session, options.blocks)
    known = boundary_items.codes_of(session, blocks.id)
    table = find_counts(given.path, known, options.code, options.count, options.sheet)
    if options.vintage is None:
        options = options.model_copy(update={"vintage": table.mid_year})
    issues: list[RowIssue] = []
    stored, more = footprint_load.load_counts(
        session,
        options.name,
        release_of(given.path, options, "People"),
        table.rows(issues),
        (table.code, table.count),
        blocks,
        options.only,
    )
    return CountsLoaded(stored, table, [*issues, *more])


def _postcodes(
    session: Session, given: Given, options: PostcodeOptions, progress: Progress
) -> Mapping[str, Any]:
    done = load_postcodes(session, given, options, progress)
    return {
        "rows": done.sent,
        "postcodes": done.stored,
        "without_place": done.without_place,
        "known_now": done.now,
        "spread_over": done.spread_over,
        **told(done.issues),
    }


def _counts(
    session: Session, given: Given, options: CountOptions, progress: Progress
) -> Mapping[str, Any]:
    done = load_counts(session, given, options, progress)
    return {
        "counts": options.name,
        "boundary_set": options.blocks,
        "total": done.stored.total,
        "columns": [done.table.code, done.table.count],
        "table": done.table.name,
        **told(done.issues),
    }


def _is_set(session: Session, options: CountOptions) -> None:
    boundary_store.get_set(session, options.blocks)


def _nothing(session: Session, options: PostcodeOptions) -> None:
    """Whatever can be told of these options, the framework has told."""


POSTCODES = FileLoad(
    "postcodes",
    "Postcodes: ONSPD, NSPL, or postcode with coordinates; CSV or zip",
    PostcodeOptions,
    _postcodes,
    _nothing,
    "postcodes.csv",
)
COUNTS = FileLoad(
    "counts",
    "People by building block: CSV, spreadsheet, or zip of a census",
    CountOptions,
    _counts,
    _is_set,
    "counts.csv",
)
