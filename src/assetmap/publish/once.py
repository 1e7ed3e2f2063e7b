"""Writing once, however often it is sent: the same request gets the first answer."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Depends, Header, Request, Response
from sqlalchemy.orm import Session

from assetmap.accounts.answered import store
from assetmap.accounts.answered.model import Answered, Asked
from assetmap.publish import browser
from assetmap.publish.callers import CurrentActor
from assetmap.publish.deps import RawBody, dumped

Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        description="Of your choice: sent again, it gives the first answer",
    ),
]


async def _asked(
    request: Request, actor: CurrentActor, body: RawBody, key: Key = None
) -> Asked:
    return Asked(
        whose=f"account {actor.account_id}",
        what=f"{request.method} {request.url.path}",
        body=body,
        key=key if actor.is_known else None,
        proof=request.headers.get("authorization")
        or browser.cookie(request, browser.SESSION)
        or "",
    )


Once = Annotated[Asked, Depends(_asked)]
"""A request as it is told from every other. Nobody's keys are not heeded."""


def written(
    session: Session, asked: Asked, write: Callable[[str], Answered]
) -> Response:
    """The answer of a write, or of the same write before.

    ``write`` is given a secret; the answer has it where it says, after what it says
    there: the beginning of an address, or nothing.
    """
    begun = store.begin(session, asked)
    found = begun.before
    if found is None:
        found = write(begun.secret or "")
        store.finish(session, asked, found)
    body: dict[str, Any] = dict(found.body)
    if found.secret_in is not None:
        told, secret = body.get(found.secret_in) or "", begun.secret
        body[found.secret_in] = None if secret is None else told + secret
    return Response(dumped(body), found.status, found.headers, "application/json")
