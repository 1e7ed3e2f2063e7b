"""What becomes of jobs whose worker is no more, and of what nobody waits for."""

from sqlalchemy.orm import Session

from assetmap.jobs import answers, attempts, spool, standing
from assetmap.jobs.running import Workshop

DUE = 0
"""What is held as a job's number would be, while jobs that are due are asked for."""


def let_go(shop: Workshop, job_id: int) -> bool:
    """Have a job wait again; False while the transaction of its worker still stands.

    A worker that is only slow to say that it lives keeps its job.
    """
    with Session(shop.works) as session, session.begin():
        if not attempts.hold(session, job_id):
            return False
        attempts.give_back(session, job_id, is_counted=True)
    return True


def tidy(shop: Workshop) -> None:
    """Remove what is of no more use, in a transaction of its own."""
    with Session(shop.works) as session, session.begin():
        shop.tidy(session)


def ask_for_due(shop: Workshop) -> None:
    """Ask for the jobs that are due by themselves, one worker at a time."""
    with Session(shop.works) as session, session.begin():
        if attempts.hold(session, DUE):
            shop.ask_for_due(session)


def sweep(shop: Workshop, keep_hours: float) -> None:
    """Forget files that no job waits for or may be run again from, and old answers."""
    with Session(shop.tells) as session:
        answers.forget_old(session, shop.answer_hours)
        spool.sweep(shop.spool, standing.spooled(session, keep_hours))
