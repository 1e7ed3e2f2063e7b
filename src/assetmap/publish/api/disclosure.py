"""The policy by which drawings are told of, for whoever asks."""

from typing import Any

from fastapi import APIRouter, Request, Response

from assetmap.disclosure import disclosure
from assetmap.publish.authority import requires
from assetmap.publish.deps import StrictRoute, json_answer

router = APIRouter(tags=["disclosure"], route_class=StrictRoute)


@router.get("/disclosure", dependencies=[requires("service", "read")])
def read_disclosure(request: Request) -> Response:
    """How few people are told of, on what grid, and when that is renewed."""
    said: dict[str, Any] = disclosure().told()
    return json_answer(request, said)
