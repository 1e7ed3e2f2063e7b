"""Jobs: how far long work has come, and what came of it."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from assetmap.accounts import acting
from assetmap.accounts.reach import JOB
from assetmap.errors import BadParameter
from assetmap.jobs import answers, asking, store
from assetmap.jobs.model import STATES, Job
from assetmap.publish.authority import WriteSession, requires
from assetmap.publish.deps import (
    AS_GEOJSON,
    DEFAULT_LIMIT,
    Limit,
    Offset,
    StrictRoute,
    base_url,
    dumped,
    json_answer,
    limited,
    next_page,
)
from assetmap.publish.export.jobs import job_and_who, job_body
from assetmap.settings import settings

router = APIRouter(tags=["jobs"], route_class=StrictRoute)

RETRY_AFTER = {"Retry-After": "1"}


@router.get("/jobs", dependencies=[requires("job", "list")])
def list_jobs(
    request: Request,
    session: WriteSession,
    state: Annotated[
        str | None, Query(max_length=100, description="Joined by commas")
    ] = None,
    limit: Limit = DEFAULT_LIMIT,
    offset: Offset = 0,
) -> Response:
    """Jobs, the newest first. Needs a key."""
    most = limited(limit)
    found = store.list_jobs(session, _states(state), most + 1, offset, JOB.may("list"))
    more = offset + most if len(found) > most else None
    body = {
        "jobs": [job_and_who(each) for each in found[:most]],
        "next": next_page(request, limit, more),
    }
    return json_answer(request, body)


def _states(state: str | None) -> list[str]:
    wanted = [each.strip() for each in (state or "").split(",") if each.strip()]
    if not set(wanted) <= set(STATES):
        raise BadParameter("state", state, f"is not of {', '.join(STATES)}")
    return wanted


@router.get("/jobs/{job_id}", dependencies=[requires("job", "read")])
def read_job(request: Request, job_id: UUID, session: WriteSession) -> Response:
    """A job: its state, how far it has come, and its result or its error."""
    acting.present(session, str(job_id))
    job = store.get_job(session, job_id)
    return json_answer(request, job_body(job), headers=_again(job))


@router.get(
    "/jobs/{job_id}/answer",
    responses=AS_GEOJSON,
    dependencies=[requires("answer", "read")],
)
def read_answer(request: Request, job_id: UUID, session: WriteSession) -> Response:
    """What a job worked out, as the request would have been answered with."""
    acting.present(session, str(job_id))
    found = answers.get_answer(session, job_id, settings().answer_hours)
    return json_answer(request, found.body, found.media_type)


@router.delete(
    "/jobs/{job_id}", status_code=202, dependencies=[requires("job", "change")]
)
def cancel_job(request: Request, job_id: UUID, session: WriteSession) -> Response:
    """Cancel a job that waits, or ask one that runs to stop: its work is undone."""
    return accepted(request, asking.cancel(session, job_id, settings().spool))


@router.post(
    "/jobs/{job_id}/retry", status_code=202, dependencies=[requires("job", "change")]
)
def retry_job(request: Request, job_id: UUID, session: WriteSession) -> Response:
    """Have a failed job run again."""
    return accepted(request, asking.retry(session, job_id, settings().spool))


def accepted(request: Request, job: Job) -> Response:
    """202, with the job and where to ask after it."""
    where = {"Location": f"{base_url(request)}/jobs/{job.id}"}
    return Response(
        dumped(job_body(job)), 202, {**where, **_again(job)}, "application/json"
    )


def _again(job: Job) -> Mapping[str, str]:
    """When to ask again, while there is something to wait for."""
    return {} if job.is_finished else RETRY_AFTER
