"""Feeds of assets at an address: a job reads them."""

from typing import Annotated

from fastapi import APIRouter, Request, Response

from assetmap.jobs import asking
from assetmap.jobs.model import Order
from assetmap.publish.api.jobs import accepted
from assetmap.publish.api.loads import Once
from assetmap.publish.api.sent import sent
from assetmap.publish.authority import CurrentActor, WriteSession, requires
from assetmap.publish.deps import StrictRoute, describes
from assetmap.publish.loads.assets_sent import FEED, AssetFeed, check_feed

router = APIRouter(tags=["loads"], route_class=StrictRoute)


@router.post(
    "/loads/feeds",
    status_code=202,
    openapi_extra=describes(AssetFeed),
    dependencies=[requires("load", "create")],
)
def load_feed(
    request: Request,
    session: WriteSession,
    actor: CurrentActor,
    body: Annotated[AssetFeed, sent(AssetFeed)],
    once: Once = None,
) -> Response:
    """Community assets from a feed of Open Referral UK, of version 1 or 3.

    Needs an administrator's key.
    """
    check_feed(session, body)
    said = body.model_dump(mode="json")
    order = Order(FEED.name, said, actor.signs, idempotency_key=once)
    job, _ = asking.ask(session, order)
    return accepted(request, job)
