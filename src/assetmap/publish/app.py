"""The web service, put together."""

import gc
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from assetmap import __version__, crs
from assetmap.db import migrate
from assetmap.publish import document, methods, problems
from assetmap.publish.api import (
    asset_writes,
    assets,
    audit,
    boundaries,
    boundary_sets,
    by_link,
    changes,
    comparison,
    consensus,
    crosswalks,
    deprivation,
    disclosure,
    duplicates,
    feeds,
    health,
    history,
    interpolation,
    jobs,
    links,
    loads,
    lookup,
    metrics,
    moderation,
    nearby,
    neighbourhood_writes,
    neighbourhoods,
    organisations,
    pcns,
    postcodes,
    practices,
    provision,
    quality,
    reconciliation,
    reminders,
    session,
    severance,
    sketch_export,
    sketch_loads,
    sketches,
    vintages,
    webhooks,
)
from assetmap.publish.api.access import accounts, grants, keys
from assetmap.publish.api.features import assets as asset_features
from assetmap.publish.api.features import sketches as sketch_features
from assetmap.publish.connections import glances, read_engine
from assetmap.publish.edge.gate import Gate
from assetmap.publish.ogc import (
    collections,
    conformance,
    item,
    items,
    quick,
    schemas,
    service_document,
    tiles,
)
from assetmap.publish.oruk import routes as oruk
from assetmap.publish.signing_in import by_provider
from assetmap.publish.web import account_pages, drawing_pages, pages, signing_pages

log = logging.getLogger(__name__)

ABOUT = """\
Whose neighbourhood is this, and what is in it? Community assets, residents' own
drawings and official boundaries, reconciled: what is in both, in one, in neither.

Geometry is GeoJSON in longitude and latitude (CRS84), areas are in m², shares are 0
to 1, `valid_to` is the first day that something no longer holds. Errors are problem
details (RFC 9457).
"""


@asynccontextmanager
async def _life(app: FastAPI) -> AsyncIterator[None]:
    """Check what answers rest on before the first of them."""
    crs.check()
    by_provider.providers()
    migrate.require_current(read_engine())
    app.state.glances = made = glances()
    await made.open()
    gc.collect()
    gc.freeze()
    async with metrics.sampling(app):
        yield
    await made.close()


def make_app() -> FastAPI:
    """The service."""
    app = FastAPI(
        title="assetmap",
        version=__version__,
        description=ABOUT,
        lifespan=_life,
        # Pages of our own at /docs: FastAPI's load scripts from elsewhere.
        docs_url=None,
        redoc_url=None,
    )
    problems.install(app)
    app.add_middleware(problems.NoZeroByte)
    app.add_middleware(methods.HeadAsGet)
    app.add_middleware(
        quick.AtOnce,
        state=app.state,
        ways=[
            quick.Way("/collections/{name}/items", quick.items),
            quick.Way(f"/collections/{{name}}/tiles/{tiles.PLACE}", tiles.quickly),
        ],
    )
    for part in (
        # First: routes are tried in turn, which takes a fifth of a millisecond, and
        # these are asked often.
        lookup,
        reconciliation,
        pages,
        health,
        disclosure,
        metrics,
        boundary_sets,
        quality,
        boundaries,
        history,
        postcodes,
        neighbourhoods,
        consensus,
        neighbourhood_writes,
        sketch_export,
        sketch_loads,
        sketches,
        moderation,
        links,
        by_link,
        drawing_pages,
        organisations,
        comparison,
        crosswalks,
        interpolation,
        severance,
        provision,
        deprivation,
        vintages,
        pcns,
        practices,
        duplicates,
        reminders,
        assets,
        nearby,
        asset_writes,
        changes,
        asset_features,
        sketch_features,
        webhooks,
        collections,
        items,
        item,
        schemas,
        tiles,
        conformance,
        service_document,
        oruk,
        jobs,
        loads,
        feeds,
        audit,
        session,
        signing_pages,
        account_pages,
        accounts,
        grants,
        keys,
    ):
        app.include_router(part.router)
    app.include_router(signing_pages.returning)
    document.tell_in_openapi(app)
    _stand_before(app)
    return app


def _stand_before(app: FastAPI) -> None:
    """Put the gate before the service, and before what answers its faults too."""
    build = app.build_middleware_stack
    app.build_middleware_stack = lambda: Gate(build())  # type: ignore[method-assign]


app = make_app()
