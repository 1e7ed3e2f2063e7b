"""``assetmap jobs``: what waits for the worker, and what came of it."""

from typing import Annotated
from uuid import UUID

import typer

from assetmap.db.engine import session_scope
from assetmap.errors import BadParameter
from assetmap.jobs import asking, store
from assetmap.jobs.model import STATES, Job
from assetmap.publish import loads
from assetmap.publish.cli.console import err, migrated_engine, out, print_json, telling
from assetmap.publish.export.jobs import job_and_who
from assetmap.publish.questions import ANSWER
from assetmap.reconciliation.crosswalks.job import CROSSWALK
from assetmap.settings import settings

app = typer.Typer(help="Long work in the queue.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="As JSON.")]
Id = Annotated[UUID, typer.Argument(help="The job's id.")]

KINDS = [*(each.kind for each in loads.LOADS), CROSSWALK.name, ANSWER.name]
"""Importing them lets jobs do them: one that is run again must be known."""


@app.command("list")
def list_jobs(
    state: Annotated[
        list[str] | None, typer.Option(help="Only in this state; may be repeated.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="Most jobs.")] = 20,
    as_json: AsJson = False,
) -> None:
    """List jobs, the newest first."""
    with telling():
        for named in state or []:
            if named not in STATES:
                raise BadParameter("--state", named, f"is not of {', '.join(STATES)}")
        with session_scope(migrated_engine()) as session:
            found = store.list_jobs(session, state or [], limit)
    if as_json:
        print_json({"jobs": [job_and_who(each) for each in found]})
        return
    for each in found:
        out.print(_line(each), markup=False)


def _line(job: Job) -> str:
    done = f"{job.done:,}/{job.total:,} " if job.total else ""
    what = f"{job.id}  {job.state:<9}  {job.kind:<16}  {job.who:<16}"
    return f"{what}  {done}{job.message}".rstrip()


@app.command()
def show(job: Id, as_json: AsJson = False) -> None:
    """Show one job. Exits 2 if it failed or was cancelled."""
    with telling(), session_scope(migrated_engine()) as session:
        found = store.get_job(session, job)
    if as_json:
        print_json(job_and_who(found))
    else:
        for key, value in job_and_who(found).items():
            if value not in (None, "", False):
                out.print(f"{key}: {value}", markup=False)
    raise typer.Exit(2 if found.state in ("failed", "cancelled") else 0)


@app.command()
def cancel(job: Id) -> None:
    """Cancel a job: one that runs stops at its next step, and its work is undone."""
    with telling(), session_scope(migrated_engine()) as session:
        found = asking.cancel(session, job, settings().spool)
    said = "cancelled" if found.state == "cancelled" else "asked to stop"
    err.print(f"{found.id}: {said}", markup=False)


@app.command()
def retry(job: Id) -> None:
    """Have a failed job run again."""
    with telling(), session_scope(migrated_engine()) as session:
        found = asking.retry(session, job, settings().spool)
    err.print(f"{found.id}: queued", markup=False)
