"""A job as it is told: in the interface and on the command line."""

from typing import Any

from assetmap.jobs.model import Job
from assetmap.publish.problems import status_of_slug


def job_body(job: Job) -> dict[str, Any]:
    """A job as JSON tells it; its error is a problem detail."""
    return {
        "id": str(job.id),
        "kind": job.kind,
        "state": job.state,
        "is_cancelling": job.is_cancelling and not job.is_finished,
        "done": job.done,
        "total": job.total,
        "message": job.message,
        "result": job.result,
        "error": None if job.error is None else _problem(job),
        "attempts": job.attempts,
        "created_at": job.created_at,
        "started_at": job.started_at,
        "finished_at": job.finished_at,
    }


def job_and_who(job: Job) -> dict[str, Any]:
    """The same with who asked for it: not for everybody who knows the job's id."""
    return {**job_body(job), "asked_by": job.who}


def _problem(job: Job) -> dict[str, Any]:
    told = job.error or {}
    return {
        **told["facts"],
        "type": f"/problems/{told['slug']}",
        "title": told["title"],
        "status": status_of_slug(told["slug"]),
        "detail": told["detail"],
        "instance": f"/jobs/{job.id}",
    }
