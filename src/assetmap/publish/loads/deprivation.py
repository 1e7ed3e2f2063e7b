"""Loads of scores of deprivation."""

from collections.abc import Mapping
from typing import Any

from pydantic import Field
from sqlalchemy.orm import Session

from assetmap.boundaries import items as boundary_items
from assetmap.boundaries import store as boundary_store
from assetmap.db.locks import one_load_at_a_time
from assetmap.issues import RowIssue
from assetmap.jobs.progress import Progress
from assetmap.people.deprivation.ingest import load_deprivation as ingest
from assetmap.people.deprivation.model import DeprivationSet
from assetmap.publish.loads.registry import FileLoad, Given, told
from assetmap.publish.loads.releases import ReleaseOptions, release_of
from assetmap.sources.deprivation_files import find_deprivation


class DeprivationOptions(ReleaseOptions):
    """How a file of scores is loaded."""

    blocks: str = Field(max_length=200, description="Set of the codes")
    name: str = Field("imd", max_length=100, description="Name of these scores")
    code: str | None = Field(
        None, max_length=200, description="Column of the code, if it is not found"
    )
    only: str = Field("", max_length=20, description="Only codes that begin so, e.g. E")
    sheet: str | None = Field(
        None, max_length=200, description="Of a spreadsheet, if several fit"
    )


def load_deprivation(
    session: Session, given: Given, options: DeprivationOptions, progress: Progress
) -> tuple[DeprivationSet, list[str], list[RowIssue]]:
    """Load a file of scores; return them, their domains, and the rows at fault."""
    progress("Reading scores", 0, 0)
    one_load_at_a_time(session)
    blocks = boundary_store.get_set(session, options.blocks)
    ordinals = boundary_items.codes_of(session, blocks.id)
    table = find_deprivation(given.path, ordinals, options.code, options.sheet)
    issues: list[RowIssue] = []
    stored, more = ingest(
        session,
        options.name,
        release_of(given.path, options, "Deprivation"),
        table.rows(issues),
        table.code,
        table.domains,
        (blocks.id, blocks.name),
        ordinals,
        options.only,
    )
    return stored, [each.slug for each in table.domains], [*issues, *more]


def _run(
    session: Session, given: Given, options: DeprivationOptions, progress: Progress
) -> Mapping[str, Any]:
    stored, domains, issues = load_deprivation(session, given, options, progress)
    return {
        "scores": options.name,
        "boundary_set": options.blocks,
        "blocks": stored.blocks,
        "domains": domains,
        **told(issues),
    }


def _is_set(session: Session, options: DeprivationOptions) -> None:
    boundary_store.get_set(session, options.blocks)


DEPRIVATION = FileLoad(
    "deprivation",
    "Scores of deprivation by building block: score, rank and decile of each domain",
    DeprivationOptions,
    _run,
    _is_set,
    "deprivation.csv",
)
