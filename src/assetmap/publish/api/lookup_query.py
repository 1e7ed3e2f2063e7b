"""What ``GET /lookup`` may be asked with: declared once, for OpenAPI and for reading.

It is asked thousands of times a second, and the framework takes longer to prepare a
call than the database to answer it: the model reads the query itself.
"""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assetmap.errors import BadParameter
from assetmap.publish.deps import Day


class LookupQuery(BaseModel):
    """One place, given in one of three ways, and what to look it up in."""

    model_config = ConfigDict(extra="forbid")

    postcode: str | None = Field(None, max_length=20)
    lon: float | None = None
    lat: float | None = None
    easting: float | None = None
    northing: float | None = None
    sets: str | None = Field(
        None, description="Names of boundary sets, joined by commas"
    )
    as_at: Day | None = Field(
        None, description="The day asked about, YYYY-MM-DD; absent: today"
    )


class QuickRoute(APIRoute):
    """A route whose function is called with the request and the query as it was read.

    A parameter that is unknown or cannot be read is refused with 400.
    """

    def get_route_handler(
        self,
    ) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The function itself, behind the reading of its query."""
        answer: Callable[[Request, LookupQuery], Awaitable[Response]] = self.endpoint

        async def quick(request: Request) -> Response:
            return await answer(request, read_query(request))

        return quick


def read_query(request: Request) -> LookupQuery:
    """The query of a request.

    Raises:
        BadParameter: one is unknown or cannot be read.
    """
    try:
        return LookupQuery.model_validate(dict(request.query_params))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = ".".join(str(each) for each in first["loc"])
        reason = first["msg"]
        if first["type"] == "extra_forbidden":
            known = ", ".join(sorted(LookupQuery.model_fields))
            reason = f"is not a parameter here; these are: {known}"
        raise BadParameter(name, first["input"], reason) from error
