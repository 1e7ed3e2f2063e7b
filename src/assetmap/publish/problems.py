"""Errors as RFC 9457 problem details: the only place that knows a status."""

import logging
from urllib.parse import parse_qsl

import orjson
import psycopg
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import compile_path
from starlette.types import ASGIApp, Receive, Scope, Send

from assetmap.accounts.masking import is_secret_name, masked_in
from assetmap.db.refusals import is_against_policy
from assetmap.errors import (
    AddressTooLong,
    AssetmapError,
    BadParameter,
    Conflict,
    Gone,
    Invalid,
    NotAllowed,
    NotAuthenticated,
    NotCurrent,
    NotFound,
    NotSaid,
    TooLarge,
    TooOften,
    TooSlow,
    Unavailable,
)
from assetmap.publish.asked import asked_in
from assetmap.publish.methods import allowed
from assetmap.publish.out_of_reach import out_of_reach

log = logging.getLogger(__name__)

STATUS: dict[type[AssetmapError], int] = {
    BadParameter: 400,
    NotAuthenticated: 401,
    NotAllowed: 403,
    NotFound: 404,
    TooSlow: 408,
    Conflict: 409,
    Gone: 410,
    NotCurrent: 412,
    TooLarge: 413,
    AddressTooLong: 414,
    Invalid: 422,
    NotSaid: 428,
    TooOften: 429,
    Unavailable: 503,
}
RETRY_AFTER_S = 5
HEADERS = {
    408: {"Connection": "close"},
    401: {"WWW-Authenticate": 'Bearer realm="assetmap"'},
    403: {"WWW-Authenticate": 'Bearer realm="assetmap", error="insufficient_scope"'},
    500: {"Connection": "close"},
    503: {"Retry-After": str(RETRY_AFTER_S)},
}
CLIENT_CLOSED = 499
"""Nobody reads it: the client has gone, and nothing failed here."""
QUERY_CANCELLED = "57014"


def problem(
    request: Request,
    status: int,
    slug: str,
    title: str,
    detail: str,
    facts: dict[str, object] | None = None,
) -> Response:
    """A problem details answer; the error's facts become extra members."""
    asked = asked_in(request.scope)
    body = {
        **(facts or {}),
        "type": f"/problems/{slug}",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": request.url.path,
        **({} if asked is None else {"request": asked.id}),
    }
    text = orjson.dumps(masked_in(body), default=str, option=orjson.OPT_NON_STR_KEYS)
    return Response(text, status, HEADERS.get(status), "application/problem+json")


def status_of(error: AssetmapError) -> int:
    """The status of the kind of error that it is."""
    return next((code for kind, code in STATUS.items() if isinstance(error, kind)), 500)


def status_of_slug(slug: str) -> int:
    """The status of the kind of error that has this slug; 500 if none has."""
    kinds = [AssetmapError]
    for each in kinds:
        kinds += each.__subclasses__()
    found = (each.__new__(each) for each in kinds)
    return next((status_of(each) for each in found if each.slug == slug), 500)


def told(request: Request, error: AssetmapError) -> Response:
    """An error that was meant for the user."""
    facts = {key: _plain(value) for key, value in error.facts.items()}
    said = _clean(str(error))
    if isinstance(error, BadParameter) and is_secret_name(error.parameter):
        facts["value"], said = "...", f"{error.parameter}: {error.reason}"
    answer = problem(request, status_of(error), error.slug, error.title, said, facts)
    if "retry_after_s" in facts:
        answer.headers["Retry-After"] = str(facts["retry_after_s"])
    return answer


class NoZeroByte:
    """Refuses an address with a zero byte, which no text in PostgreSQL can hold."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request, or hand it on."""
        answer: ASGIApp = self.app
        if scope["type"] == "http" and _has_zero(scope):
            bad = BadParameter(_where_zero(scope), "\0", "holds a zero byte")
            answer = told(Request(scope), bad)
        await answer(scope, receive, send)


def _has_zero(scope: Scope) -> bool:
    return b"%00" in scope["query_string"] or "\0" in scope["path"]


def _where_zero(scope: Scope) -> str:
    """The parameter that holds a zero byte; failing that, the part of the address."""
    for name, value in parse_qsl(scope["query_string"].decode("latin-1")):
        if "\0" in name + value:
            return "query" if "\0" in name else name
    for template in scope["app"].openapi()["paths"]:
        found = compile_path(template)[0].match(scope["path"])
        for name, value in found.groupdict().items() if found else ():
            if "\0" in value:
                return name
    return "path"


def _plain(value: object) -> object:
    """A fact that JSON can hold: a number of over 64 bits is told as text."""
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        return str(value)
    return _clean(value) if isinstance(value, str) else value


def _clean(text: str) -> str:
    """Text without lone surrogates, which have no form in UTF-8."""
    return text.encode("utf-8", "replace").decode()


def _refused(request: Request, error: Exception) -> Response:
    """What a policy of the database stood against; any other fault is ours."""
    if isinstance(error, DBAPIError) and is_against_policy(error):
        return told(request, out_of_reach(request.scope.get("route")))
    raise error


def install(app: FastAPI) -> None:
    """Answer every error with problem details."""
    app.add_exception_handler(ProgrammingError, _refused)

    @app.exception_handler(AssetmapError)
    def known(request: Request, error: AssetmapError) -> Response:
        return told(request, error)

    @app.exception_handler(RequestValidationError)
    def unreadable(request: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        where, *rest = first["loc"]
        named = ".".join(str(each) for each in rest)
        value = first.get("input")
        if where == "body":
            facts: dict[str, object] = {"location": named}
            detail = f"{named}: {first['msg']}"
            return problem(request, 422, "bad-body", "Bad body", detail, facts)
        return told(request, BadParameter(named, value, first["msg"]))

    @app.exception_handler(HTTPException)
    def http(request: Request, error: HTTPException) -> Response:
        if error.status_code == 405 and request.method == "OPTIONS":
            return Response(status_code=204, headers={"Allow": allowed(request)})
        slug = {404: "not-found", 405: "method-not-allowed"}.get(
            error.status_code, "http-error"
        )
        title = str(error.detail)
        answer = problem(request, error.status_code, slug, title, title)
        answer.headers.update(error.headers or {})
        if error.status_code == 405:
            answer.headers["Allow"] = allowed(request)
        return answer

    @app.exception_handler(ClientDisconnect)
    def gone(request: Request, error: ClientDisconnect) -> Response:
        log.info("The client went away from %s", request.url.path)
        return Response(status_code=CLIENT_CLOSED)

    @app.exception_handler(PoolTimeout)
    @app.exception_handler(OperationalError)
    @app.exception_handler(psycopg.OperationalError)
    def lost(request: Request, error: Exception) -> Response:
        return _database(request, error)

    @app.exception_handler(Exception)
    def ours(request: Request, error: Exception) -> Response:
        log.exception("Unexpected error at %s", request.url.path, exc_info=error)
        detail = "The service failed; this has been logged."
        return problem(request, 500, "internal-error", "Internal error", detail)


def _database(request: Request, error: Exception) -> Response:
    cause = error.orig if isinstance(error, DBAPIError) else error
    if getattr(cause, "sqlstate", None) == QUERY_CANCELLED:
        detail = "The request took longer than the service allows; ask for less."
        return problem(request, 503, "took-too-long", "Took too long", detail)
    log.error("The database cannot be reached: %s", type(error).__name__)
    detail = "The database cannot be reached for now."
    return problem(request, 503, "database-unavailable", "Database unavailable", detail)
