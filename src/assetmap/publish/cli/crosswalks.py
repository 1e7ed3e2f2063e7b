"""``assetmap crosswalks``: those that are saved, and making the stale ones anew."""

from dataclasses import dataclass
from typing import Annotated

import typer
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from assetmap.db.engine import session_scope, snapshot_scope
from assetmap.errors import AssetmapError
from assetmap.publish.cli.console import (
    migrated_engine,
    out,
    print_json,
    telling,
    watching,
)
from assetmap.reconciliation.crosswalks.question import By, question_of
from assetmap.reconciliation.crosswalks.run import make_crosswalk
from assetmap.reconciliation.crosswalks.store import Run, list_runs


@dataclass(frozen=True)
class Standing:
    """A saved crosswalk and whether it serves, is stale, or can no longer be made."""

    run: Run
    state: str


def crosswalks(
    refresh: Annotated[
        bool, typer.Option("--refresh", help="Make those that are stale anew.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """List the saved crosswalks: a load makes those of what it changed stale."""
    with telling():
        engine = migrated_engine()
        found = _standings(engine)
        if refresh:
            _refresh(engine, [each.run for each in found if each.state == "stale"])
            found = _standings(engine)
    if as_json:
        print_json({"crosswalks": [_told(each) for each in found]})
        return
    for each in found:
        run = each.run
        by = run.measured_by if run.counts is None else f"{run.measure} ({run.counts})"
        out.print(
            f"{run.source} → {run.target} by {by}: {run.rows:,} rows, {each.state}",
            markup=False,
        )
    if not found:
        out.print("None is saved.")


def _standings(engine: Engine) -> list[Standing]:
    with session_scope(engine) as session:
        return [Standing(each, _state(session, each)) for each in list_runs(session)]


def _state(session: Session, run: Run) -> str:
    try:
        question = question_of(
            session, run.source, run.target, _by(run), counts=run.counts
        )
    except AssetmapError as error:
        return f"stale, cannot be made: {error}"
    return "serves" if question.key == run.key else "stale"


def _by(run: Run) -> By:
    return "area" if run.measured_by == "area" else "people"


def _refresh(engine: Engine, stale: list[Run]) -> None:
    with watching() as progress:
        for run in stale:
            with snapshot_scope(engine) as session:
                make_crosswalk(
                    session,
                    lambda it, run=run: question_of(  # type: ignore[misc]
                        it, run.source, run.target, _by(run), counts=run.counts
                    ),
                    progress,
                )


def _told(each: Standing) -> dict[str, object]:
    return {
        "source": each.run.source,
        "target": each.run.target,
        "by": each.run.measured_by,
        "measure": each.run.measure,
        "counts": each.run.counts,
        "inputs": each.run.inputs,
        "rows": each.run.rows,
        "state": each.state,
    }
