"""Answers that are told from others by a mark that is known before they are made."""

from collections.abc import Mapping

from fastapi import Request, Response

from assetmap.publish.deps import is_held, json_answer


def marked_headers(mark: str) -> dict[str, str]:
    """The headers of an answer that may be asked for again by its mark."""
    return {"ETag": f'"{mark}"', "Cache-Control": "no-cache"}


def unchanged(request: Request, mark: str | None) -> Response | None:
    """The answer 304 where a client has the one of this mark already.

    Whoever has any (``*``) may have none: whether there is one is found by making it.
    """
    if mark is None or "*" in request.headers.get("if-none-match", ""):
        return None
    if not is_held(request, f'"{mark}"'):
        return None
    return Response(status_code=304, headers=marked_headers(mark))


def marked_answer(
    request: Request,
    mark: str | None,
    body: bytes,
    media_type: str,
    headers: Mapping[str, str],
) -> Response:
    """A body under its mark; where it has none, under one of its own bytes."""
    if mark is None or "*" in request.headers.get("if-none-match", ""):
        return json_answer(request, body, media_type, headers)
    sent = {**marked_headers(mark), **headers}
    return Response(body, media_type=media_type, headers=sent)
