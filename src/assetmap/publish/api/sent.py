"""What was sent to be written, read by the parts of the routes that write."""

from collections.abc import Mapping
from typing import Any

from fastapi import Depends, Response
from pydantic import BaseModel

from assetmap.accounts.answered.model import Answered
from assetmap.issues import RowIssue
from assetmap.publish.deps import RawBody, dumped, etag, parsed


def sent(model: type[BaseModel]) -> Any:
    """The dependency that reads the body as a model; no body is an empty one."""

    async def read(body: RawBody) -> BaseModel:
        return parsed(model, body or b"{}")

    return Depends(read)


def answered(
    body: Mapping[str, Any],
    version: int,
    status: int = 200,
    location: str | None = None,
    secret_in: str | None = None,
) -> Answered:
    """The answer of a write: what is stored now, its ETag, and where it is."""
    headers = {"ETag": etag(dumped(body), version), "Cache-Control": "no-cache"}
    if location is not None:
        headers["Location"] = location
    return Answered(status, body, headers, secret_in)


def now_stored(body: Mapping[str, Any], version: int) -> Response:
    """The answer of a change: what is stored now."""
    found = answered(body, version)
    return Response(dumped(body), found.status, found.headers, "application/json")


def issues_told(issues: list[RowIssue]) -> list[dict[str, str]]:
    """What was repaired or noted, by the member that it was about."""
    return [
        {
            "column": each.column,
            "value": each.value,
            "reason": each.reason,
            "outcome": each.outcome,
        }
        for each in issues
    ]
