"""Loads of who lives where: postcodes, and counts by building block."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import Field
from sqlalchemy.orm import Session

from assetmap.boundaries import store as boundary_store
from assetmap.errors import BadFile
from assetmap.footprints import load as footprint_load
from assetmap.issues import RawRow, RowIssue
from assetmap.jobs.progress import Progress
from assetmap.people.ingest import PostcodesLoaded
from assetmap.people.model import CountSet
from assetmap.publish.loads.registry import FileLoad, Given, told
from assetmap.publish.loads.releases import ReleaseOptions, release_of
from assetmap.sources.csv_files import rows_of
from assetmap.sources.postcodes import read_postcodes


class PostcodeOptions(ReleaseOptions):
    """How a file of postcodes is loaded."""

    replace: bool = Field(
        False, description="Drop the postcodes that the file does not hold"
    )


class CountOptions(ReleaseOptions):
    """How a file of counts is loaded."""

    blocks: str = Field(max_length=200, description="Set of the codes")
    name: str = Field("people", max_length=100, description="Name of these counts")
    code: str = Field("code", max_length=200, description="Column of the code")
    count: str = Field("count", max_length=200, description="Column of the count")
    only: str = Field("", max_length=20, description="Only codes that begin so, e.g. E")
    sheet: str | None = Field(
        None, max_length=200, description="Of a spreadsheet, if several fit"
    )


def load_postcodes(
    session: Session, given: Given, options: PostcodeOptions, progress: Progress
) -> PostcodesLoaded:
    """Load a file of postcodes; those already loaded stay unless it replaces them."""
    progress("Reading", 0, 0)
    table = read_postcodes(given.path)
    return footprint_load.load_postcodes(
        session,
        table,
        release_of(given.path, options, "Postcodes"),
        keep_others=not options.replace,
        progress=progress,
    )


def load_counts(
    session: Session, given: Given, options: CountOptions, progress: Progress
) -> tuple[CountSet, list[RowIssue]]:
    """Load a file of counts; return them, and the rows at fault."""
    progress("Counting people", 0, 0)
    issues: list[RowIssue] = []
    columns = (options.code, options.count)
    rows = _count_rows(given.path, columns, issues, options.sheet)
    release = release_of(given.path, options, "People")
    blocks = boundary_store.get_set(session, options.blocks)
    stored, more = footprint_load.load_counts(
        session, options.name, release, rows, columns, blocks, options.only
    )
    return stored, [*issues, *more]


def _count_rows(
    path: Path, columns: tuple[str, str], issues: list[RowIssue], sheet: str | None
) -> Iterator[RawRow]:
    """The rows of a file of counts.

    Raises:
        BadFile: it cannot be read; where a column is missing, with the options.
    """
    try:
        yield from rows_of(path, columns, issues, sheet=sheet)
    except BadFile as bad:
        if "missing" not in bad.facts:
            raise
        said = f"{bad.reason}. Name its columns with --code and --count"
        raise BadFile(path.name, said, missing=bad.facts["missing"]) from bad


def _postcodes(
    session: Session, given: Given, options: PostcodeOptions, progress: Progress
) -> Mapping[str, Any]:
    done = load_postcodes(session, given, options, progress)
    return {
        "rows": done.sent,
        "postcodes": done.stored,
        "without_place": done.without_place,
        "known_now": done.now,
        **told(done.issues),
    }


def _counts(
    session: Session, given: Given, options: CountOptions, progress: Progress
) -> Mapping[str, Any]:
    stored, issues = load_counts(session, given, options, progress)
    return {
        "counts": options.name,
        "boundary_set": options.blocks,
        "total": stored.total,
        **told(issues),
    }


def _is_set(session: Session, options: CountOptions) -> None:
    boundary_store.get_set(session, options.blocks)


def _nothing(session: Session, options: PostcodeOptions) -> None:
    """Whatever can be told of these options, the framework has told."""


POSTCODES = FileLoad(
    "postcodes",
    "Postcodes from a CSV: ONSPD, NSPL, or postcode with coordinates",
    PostcodeOptions,
    _postcodes,
    _nothing,
    "postcodes.csv",
)
COUNTS = FileLoad(
    "counts",
    "People by building block, from a CSV of code and count",
    CountOptions,
    _counts,
    _is_set,
    "counts.csv",
)
