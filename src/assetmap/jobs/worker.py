"""The worker: takes jobs from the queue, one at a time, until it is told to stop."""

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from procrastinate import App, JobContext, RetryDecision
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job as Entry
from procrastinate.retry import BaseRetryStrategy
from sqlalchemy.exc import SQLAlchemyError

from assetmap.jobs import rescue
from assetmap.jobs.queue import QUEUE, TASK, make_queue
from assetmap.jobs.running import Interrupted, Workshop, attempt
from assetmap.jobs.watching import GivenBack

log = logging.getLogger(__name__)

LOST = (ConnectorException, psycopg.Error, SQLAlchemyError, OSError)
STALLED_AFTER = 3
"""Heartbeats that a worker may miss before its job is another's."""

TIDY_S = 3_600.0
"""Seconds between two times that what is of no more use is removed."""


@dataclass(frozen=True)
class Pace:
    """How often a worker does what, in seconds.

    ``grace_s`` is how long a job may go on once the worker is told to stop.
    """

    poll_s: float
    heartbeat_s: float
    grace_s: float
    keep_hours: float


class _BeginAgain(BaseRetryStrategy):
    """Has the queue hand out again what was given back or interrupted."""

    def __init__(self, wait_s: float) -> None:
        self.wait_s = wait_s

    def get_retry_decision(
        self, *, exception: BaseException, job: Entry
    ) -> RetryDecision | None:
        """When to begin again; None for whatever else went wrong."""
        if isinstance(exception, GivenBack):
            return RetryDecision()
        if isinstance(exception, Interrupted):
            wait = timedelta(seconds=self.wait_s)
            return RetryDecision(retry_at=datetime.now(UTC) + wait)
        return None


def work(url: str, shop: Workshop, pace: Pace, is_orphan: Callable[[], bool]) -> None:
    """Work until SIGTERM or SIGINT, or until ``is_orphan``; outlive the database."""
    asyncio.run(_work(url, shop, pace, is_orphan))


async def _work(
    url: str, shop: Workshop, pace: Pace, is_orphan: Callable[[], bool]
) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, stop.set)
    watch = asyncio.create_task(_leave_with_parent(stop, is_orphan, pace.poll_s))
    while not stop.is_set():
        try:
            await _until_stopped(make_queue(url), shop, pace, stop)
        except LOST as error:
            log.warning("The worker lost the database: %s", type(error).__name__)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), pace.poll_s)
    watch.cancel()


async def _leave_with_parent(
    stop: asyncio.Event, is_orphan: Callable[[], bool], every_s: float
) -> None:
    while not is_orphan():
        await asyncio.sleep(every_s)
    stop.set()


async def _until_stopped(
    queue: App, shop: Workshop, pace: Pace, stop: asyncio.Event
) -> None:
    """Work through one opening of the queue, until told to stop or it is lost."""
    _take_jobs(queue, shop, pace)
    async with queue.open_async():
        worker = asyncio.create_task(_run(queue, pace))
        others = [
            asyncio.create_task(stop.wait()),
            asyncio.create_task(_rescue_again(queue, shop, pace)),
            asyncio.create_task(_tidy_again(shop)),
            asyncio.create_task(_ask_again(shop, pace.poll_s)),
        ]
        try:
            await asyncio.wait([worker, *others], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in (worker, *others):
                each.cancel()
            ended = await asyncio.gather(worker, *others, return_exceptions=True)
    for how in ended:
        if isinstance(how, Exception):
            raise how


def _take_jobs(queue: App, shop: Workshop, pace: Pace) -> None:
    """Say what is done with an entry of the queue."""

    @queue.task(
        name=TASK,
        queue=QUEUE,
        pass_context=True,
        retry=_BeginAgain(pace.poll_s),
    )
    def job(context: JobContext, job_id: int) -> None:
        log.info("Process %s begins job %s", os.getpid(), job_id)
        attempt(shop, job_id, context.should_abort)


async def _run(queue: App, pace: Pace) -> None:
    options: dict[str, Any] = {
        "queues": [QUEUE],
        "wait": True,
        "fetch_job_polling_interval": pace.heartbeat_s,
        "abort_job_polling_interval": pace.heartbeat_s,
        "shutdown_graceful_timeout": pace.grace_s,
        "delete_jobs": "always",
        "install_signal_handlers": False,
        "update_heartbeat_interval": pace.heartbeat_s,
        "stalled_worker_timeout": pace.heartbeat_s * STALLED_AFTER,
    }
    await queue.run_worker_async(**options)


async def _rescue_again(queue: App, shop: Workshop, pace: Pace) -> None:
    """Every so often hand out anew the jobs of workers that are no more."""
    while True:
        stalled: Iterable[Entry] = await queue.job_manager.get_stalled_jobs(
            queue=QUEUE, seconds_since_heartbeat=pace.heartbeat_s * STALLED_AFTER
        )
        for entry in stalled:
            await _rescue(queue, shop, entry)
        await asyncio.to_thread(rescue.sweep, shop, pace.keep_hours)
        await asyncio.sleep(pace.heartbeat_s)


async def _tidy_again(shop: Workshop) -> None:
    """At first and every hour remove what is of no more use."""
    while True:
        await asyncio.to_thread(rescue.tidy, shop)
        await asyncio.sleep(TIDY_S)


async def _ask_again(shop: Workshop, every_s: float) -> None:
    """Every so often ask for the jobs that are due by themselves."""
    while True:
        await asyncio.to_thread(rescue.ask_for_due, shop)
        await asyncio.sleep(every_s)


async def _rescue(queue: App, shop: Workshop, entry: Entry) -> None:
    job_id = int(entry.task_kwargs["job_id"])  # type: ignore[arg-type]
    if not await asyncio.to_thread(rescue.let_go, shop, job_id):
        return
    log.warning("Job %s is begun again: its worker is no more", job_id)
    with contextlib.suppress(ConnectorException):
        # Another worker may have rescued it at this moment.
        await queue.job_manager.retry_job(entry)
