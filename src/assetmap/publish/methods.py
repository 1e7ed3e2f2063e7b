"""HEAD and OPTIONS, which every address answers without its route knowing."""

from fastapi import Request
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ASKED = ("GET", "POST", "PUT", "PATCH", "DELETE")


class HeadAsGet:
    """Answers HEAD as GET, with the same headers and no body."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request, or hand it on."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        async def without_body(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        # The server goes by its own scope, in which the method stays HEAD.
        got = {**scope, "method": "GET"}
        await self.app(got, receive, without_body)
        scope["route"] = got.get("route")


def allowed(request: Request) -> str:
    """The methods that an address takes, as the header Allow tells them."""
    found = [method for method in _ASKED if _takes(request, method)]
    if "GET" in found:
        found.append("HEAD")
    return ", ".join([*found, "OPTIONS"])


def _takes(request: Request, method: str) -> bool:
    scope = dict(request.scope) | {"method": method}
    routes = request.app.router.routes
    return any(each.matches(scope)[0] == Match.FULL for each in routes)
