"""A crosswalk that is too large to wait for, made by a job."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from sqlalchemy.orm import Session

from assetmap.db.locks import one_load_at_a_time
from assetmap.jobs.progress import Progress
from assetmap.jobs.registry import LOADS, Work, register
from assetmap.reconciliation.crosswalks.question import By, question_of
from assetmap.reconciliation.crosswalks.run import make_crosswalk


class CrosswalkWanted(BaseModel):
    """Which crosswalk is asked for."""

    source: str
    target: str
    by: By
    counts: str | None = None


def run(
    session: Session, wanted: CrosswalkWanted, progress: Progress
) -> Mapping[str, Any]:
    """Make and save a crosswalk; no load changes its sets meanwhile."""
    one_load_at_a_time(session)
    answer = make_crosswalk(
        session,
        lambda it: question_of(
            it, wanted.source, wanted.target, wanted.by, counts=wanted.counts
        ),
        progress,
    )
    return {
        "crosswalk": f"/crosswalks/{wanted.source}/{wanted.target}",
        "by": wanted.by,
        "pairs": answer.run.summary["pairs"],
    }


CROSSWALK = register(Work("crosswalk", CrosswalkWanted, run, LOADS))
