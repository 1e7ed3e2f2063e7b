"""Releases of many drawings: made by a job, after the drawing that makes one due.

Whoever draws does not wait for them. What was published before stays so meanwhile.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from pydantic import BaseModel, Field
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from assetmap.accounts.acting import as_nobody
from assetmap.disclosure import disclosure
from assetmap.footprints.releasing import NO_WAITING, may_wait, renew
from assetmap.jobs.asking import ask
from assetmap.jobs.model import Order
from assetmap.jobs.progress import Progress
from assetmap.jobs.registry import Work, register

WHO = "the service"


class ReleaseWanted(BaseModel):
    """Of which neighbourhood. No two are alike: each sees what came with its asking."""

    neighbourhood: int
    asked: UUID = Field(default_factory=uuid4)


def run(
    session: Session, wanted: ReleaseWanted, progress: Progress
) -> Mapping[str, Any]:
    """Make the release, if it still is due: another may have been made meanwhile."""
    return {"made": renew(session, wanted.neighbourhood, disclosure())}


RELEASE = register(Work("release", ReleaseWanted, run, "releases"))


def without_waiting(engine: Engine) -> Engine:
    """The engine, whose sessions leave releases of many drawings to a job."""
    return engine.execution_options(**{NO_WAITING: True})


@may_wait
def ask_for(session: Session, neighbourhood_id: int) -> None:
    """Have a release made once what the session writes is kept, and not if it is not.

    Nobody is told of as asking: who drew is not to be had from the jobs.
    """
    wanted = ReleaseWanted(neighbourhood=neighbourhood_id)
    with as_nobody(session):
        ask(session, Order(RELEASE.name, wanted.model_dump(mode="json"), WHO))
