"""``/metrics``: numbers of the service for Prometheus."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from itertools import count
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import QueuePool

from assetmap.db.engine import session_scope
from assetmap.db.glances import Glances
from assetmap.jobs import standing
from assetmap.jobs.model import STATES
from assetmap.jobs.worker import STALLED_AFTER
from assetmap.publish.authority import requires
from assetmap.publish.connections import read_engine, write_engine
from assetmap.publish.deps import StrictRoute
from assetmap.publish.edge.addresses import is_in
from assetmap.publish.edge.counted import CONNECTIONS, UNDER_WAY, registry, settle
from assetmap.publish.edge.gate import Gate
from assetmap.settings import settings

router = APIRouter(tags=["health"], route_class=StrictRoute)

FORM = "text/plain; version=0.0.4; charset=utf-8"
SETTLED_S, SAMPLED_EVERY = 0.1, 10
AS_TEXT: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/plain": {"schema": {"type": "string"}}}}
}
PROXIED = ("forwarded", "x-forwarded-for")


def _is_near(request: Request) -> bool:
    """Whether a network that is named asks, for itself: it needs no key."""
    host = request.client.host if request.client else ""
    is_passed_on = any(name in request.headers for name in PROXIED)
    return not is_passed_on and is_in(host, settings().metrics_from)


@router.get(
    "/metrics",
    response_class=Response,
    dependencies=[requires("metrics", "read", unless=_is_near)],
    responses=AS_TEXT,
)
def metrics() -> Response:
    """Numbers of the service for Prometheus, summed over its processes."""
    text = generate_latest(registry()) + generate_latest(_of_database())
    return Response(text, media_type=FORM)


def _of_database() -> CollectorRegistry:
    """What the database tells when it is asked; without it, that it is away."""
    found = CollectorRegistry()
    up = Gauge(
        "assetmap_database_up", "Whether the database answers: 1 or 0", registry=found
    )
    try:
        with session_scope(write_engine()) as session:
            counts = standing.count_by_state(session)
            within_s = settings().worker_heartbeat_s * STALLED_AFTER
            workers = standing.count_workers(session, within_s)
    except SQLAlchemyError:
        up.set(0)
        return found
    up.set(1)
    jobs = Gauge("assetmap_jobs", "Jobs, by state", ("state",), registry=found)
    for state in STATES:
        jobs.labels(state).set(counts.get(state, 0))
    told = "Workers that lately said that they live"
    Gauge("assetmap_workers", told, registry=found).set(workers)
    return found


@asynccontextmanager
async def sampling(app: FastAPI) -> AsyncIterator[None]:
    """Note now and again how many requests and connections there are."""
    sampler = asyncio.create_task(_sample(app))
    try:
        yield
    finally:
        sampler.cancel()
        with suppress(asyncio.CancelledError):
            await sampler
        settle()


async def _sample(app: FastAPI) -> None:
    for turn in count():
        settle()
        if turn % SAMPLED_EVERY == 0:
            _note_all(app)
        await asyncio.sleep(SETTLED_S)


def _note_all(app: FastAPI) -> None:
    gate = app.middleware_stack
    if isinstance(gate, Gate):
        UNDER_WAY.set(gate.under_way)
    for name, made in (("read", read_engine), ("write", write_engine)):
        if made.cache_info().currsize:
            _note_pool(name, made())
    glances: Glances | None = getattr(app.state, "glances", None)
    if glances is not None:
        _note("look-up", *glances.held())


def _note_pool(name: str, engine: Engine) -> None:
    pool = engine.pool
    if isinstance(pool, QueuePool):
        _note(name, pool.checkedout(), pool.checkedin())


def _note(name: str, in_use: int, idle: int) -> None:
    CONNECTIONS.labels(name, "in use").set(in_use)
    CONNECTIONS.labels(name, "idle").set(idle)
