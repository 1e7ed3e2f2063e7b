"""Loads: a file is sent as the body, and a job loads it."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field, create_model

from assetmap.accounts import acting
from assetmap.db.engine import session_scope
from assetmap.jobs.model import Job
from assetmap.jobs.spool import Spooled, remove
from assetmap.publish.api.jobs import accepted
from assetmap.publish.asked import request_id
from assetmap.publish.authority import Actor, requires
from assetmap.publish.connections import write_engine
from assetmap.publish.deps import StrictRoute
from assetmap.publish.loads import LOADS
from assetmap.publish.loads.asking import ask
from assetmap.publish.loads.receiving import received
from assetmap.publish.loads.registry import FileLoad
from assetmap.settings import settings

router = APIRouter(tags=["loads"], route_class=StrictRoute)

Once = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        description="Of your choice: sent again, it gives the same job",
    ),
]
BODY = {
    "requestBody": {
        "required": True,
        "description": "The file itself",
        "content": {
            "application/octet-stream": {
                "schema": {"type": "string", "format": "binary"}
            }
        },
    }
}


def _with_name(load: FileLoad) -> type[BaseModel]:
    """The options of a load, and the name of its file."""
    told = "Name of the file; its ending says the format"
    name = Field(load.default_name, max_length=500, description=told)
    return create_model(
        f"{load.noun.title()}Sent", __base__=load.options, file_name=(str, name)
    )


def _route(load: FileLoad) -> Callable[..., Coroutine[Any, Any, Response]]:
    """The route that takes the files of a load."""
    sent = _with_name(load)

    async def take(
        request: Request,
        actor: Annotated[Actor, requires("load", "create")],
        asked: Annotated[sent, Query()],  # type: ignore[valid-type]
        once: Once = None,
    ) -> Response:
        options = load.options.model_validate(
            asked.model_dump(by_alias=True, exclude={"file_name"})  # type: ignore[attr-defined]
        )
        await run_in_threadpool(_check, load, options)
        name = asked.file_name  # type: ignore[attr-defined]
        file = await received(request, settings(), name, load.default_name)
        job = await run_in_threadpool(_ask, load, file, options, actor, once)
        return accepted(request, job)

    take.__doc__ = f"{load.about}. Needs an administrator's key."
    return take


def _check(load: FileLoad, options: BaseModel) -> None:
    with session_scope(write_engine()) as session:
        load.check(session, options)


def _ask(
    load: FileLoad, file: Spooled, options: BaseModel, actor: Actor, once: str | None
) -> Job:
    """The job that loads the file; if there is one already, this file is dropped."""
    is_new = False
    try:
        with session_scope(write_engine()) as session:
            acting.tell(session, actor, request_id() or "")
            job, is_new = ask(session, load, file, options, actor.signs, once)
    finally:
        if not is_new:
            remove(settings().spool, file.folder)
    return job


for each in LOADS:
    router.add_api_route(
        f"/loads/{each.noun}",
        _route(each),
        methods=["POST"],
        status_code=202,
        openapi_extra=BODY,
        name=f"load_{each.noun}",
        operation_id=f"load_{each.noun}",
    )
