"""``assetmap worker``: does the jobs of the queue."""

import logging.config
import os

import typer
from sqlalchemy.orm import Session

from assetmap.accounts.answered import store as answered_store
from assetmap.accounts.sign_in import tidy_store
from assetmap.assets.webhooks import due_store
from assetmap.assets.webhooks.sending import MESSAGE, ask_for_due
from assetmap.db.engine import database_url, make_engine
from assetmap.footprints.releasing_later import RELEASE
from assetmap.jobs import worker as worker_of_jobs
from assetmap.jobs.running import Workshop
from assetmap.jobs.worker import Pace
from assetmap.publish import loads
from assetmap.publish.cli.console import err, migrated_engine, operator, telling
from assetmap.publish.edge.log import configuration
from assetmap.publish.loads.assets_sent import FEED
from assetmap.publish.questions import ANSWER
from assetmap.reconciliation.crosswalks.job import CROSSWALK
from assetmap.settings import Settings, settings

NO_LIMIT = 0


def worker(
    beside: int = typer.Option(
        0, help="Stop when the process of this number is no more; 0: never."
    ),
) -> None:
    """Do the jobs of the queue, one at a time, until stopped (SIGTERM or Ctrl-C)."""
    logging.config.dictConfig(configuration(settings()))
    with telling():
        migrated_engine().dispose()
        chosen = settings()
        url = database_url(chosen)
        kinds = ", ".join(
            [
                *(each.kind for each in loads.LOADS),
                *(each.name for each in (FEED, CROSSWALK, ANSWER, RELEASE, MESSAGE)),
            ]
        )
        err.print(f"Working for the queue ({kinds}).")
        worker_of_jobs.work(
            url,
            _workshop(chosen, url),
            Pace(
                chosen.job_poll_s,
                chosen.worker_heartbeat_s,
                chosen.worker_grace_s,
                chosen.spool_hours,
            ),
            lambda: beside > 0 and os.getppid() != beside,
        )


def _workshop(chosen: Settings, url: str) -> Workshop:
    return Workshop(
        make_engine(url, 2, NO_LIMIT, operator=operator()),
        make_engine(
            url, 3, chosen.statement_timeout_ms, "AUTOCOMMIT", operator=operator()
        ),
        chosen.spool,
        chosen.job_attempts,
        chosen.job_poll_s,
        chosen.answer_hours,
        lambda session: _tidy(session, chosen.sign_in_keep_days),
        ask_for_due,
    )


def _tidy(session: Session, days: float) -> None:
    """Remove what accounts left behind that is of no more use."""
    answered_store.forget_old(session)
    tidy_store.forget_ended(session, days)
    due_store.forget_old(session)
