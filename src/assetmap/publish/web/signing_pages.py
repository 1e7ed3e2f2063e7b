"""Pages: signing in and out, and opening an account by an invitation."""

import re
from collections.abc import Callable, Coroutine, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.routing import APIRoute

from assetmap.accounts.sign_in.model import (
    BeginAgain,
    Invitation,
    SignInFailed,
    TooManyAttempts,
)
from assetmap.accounts.sign_in.passwords import BadPassword
from assetmap.errors import AssetmapError
from assetmap.publish import browser
from assetmap.publish.authority import requires
from assetmap.publish.deps import base_url
from assetmap.publish.problems import status_of
from assetmap.publish.signing_in import by_password, by_provider, sessions
from assetmap.publish.web.rendering import PageRoute, error_page, page, private
from assetmap.settings import settings

HOME = "/account"
BEGUN_S = 900
_WITHIN = re.compile(r"/(?!/)[!-\[\]-~]*")
SIGN_IN = [requires("session", "create")]

router = APIRouter(include_in_schema=False, route_class=PageRoute)


def within(going_on: str) -> str:
    """Where to go on to, if that is within the service; otherwise to the account."""
    return going_on if _WITHIN.fullmatch(going_on) else HOME


def sent_on(request: Request, path: str) -> Response:
    """On to another page."""
    return private(RedirectResponse(base_url(request) + path, 303))


def require_ours(request: Request) -> None:
    """Let pass a form that a page of ours sent.

    Raises:
        CrossSite: another did.
    """
    if not browser.is_from_us(request):
        raise browser.CrossSite


@router.get("/sign-in", dependencies=SIGN_IN)
def sign_in_page(
    going_on: Annotated[str, Query(alias="next", max_length=500)] = HOME,
) -> Response:
    """Where to sign in: with an organisation, or with a name and a password."""
    return _sign_in_page(within(going_on), "", {}, 200)


def _sign_in_page(
    going_on: str, name: str, errors: Mapping[str, str], status: int
) -> Response:
    return private(
        page(
            "sign-in.html",
            status,
            going_on=going_on,
            called=name,
            errors=errors,
            providers=by_provider.providers().values(),
            has_passwords=settings().password_sign_in,
        )
    )


@router.post("/sign-in", dependencies=SIGN_IN)
def sign_in(
    request: Request,
    name: Annotated[str, Form(max_length=200)] = "",
    password: Annotated[str, Form(max_length=10_000)] = "",
    going_on: Annotated[str, Form(alias="next", max_length=500)] = HOME,
) -> Response:
    """Sign in with a name and a password."""
    require_ours(request)
    try:
        token = by_password.with_password(name, password, sessions.asking(request))
    except (SignInFailed, TooManyAttempts) as error:
        where = {"name": str(error)}
        answer = _sign_in_page(within(going_on), name, where, status_of(error))
        return _to_wait(answer, error)
    answer = sent_on(request, within(going_on))
    sessions.give_session(request, answer, token)
    return answer


def _to_wait(answer: Response, error: AssetmapError) -> Response:
    if "retry_after_s" in error.facts:
        answer.headers["Retry-After"] = str(error.facts["retry_after_s"])
    return answer


@router.get("/sign-in/with/{name}", dependencies=SIGN_IN)
def begin_with_provider(
    request: Request,
    name: str,
    going_on: Annotated[str, Query(alias="next", max_length=500)] = HOME,
    invitation: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """Go to a provider to sign in there."""
    provider = by_provider.provider_called(name)
    secret, address = by_provider.begin_with(
        provider, _back(request, name), within(going_on), invitation
    )
    answer = private(RedirectResponse(address, 303))
    browser.give_cookie(request, answer, browser.BEGUN, secret, BEGUN_S)
    return answer


def _back(request: Request, name: str) -> str:
    """The address that a provider sends the browser back to."""
    return f"{base_url(request)}/sign-in/with/{name}/back"


class AnyQueryRoute(APIRoute):
    """A page that ignores what it does not know in its address, as OAuth has it."""

    def get_route_handler(
        self,
    ) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, with errors made readable."""
        answer = super().get_route_handler()

        async def readable(request: Request) -> Response:
            try:
                return await answer(request)
            except AssetmapError as error:
                return _failed(request, error)

        return readable


def _failed(request: Request, error: AssetmapError) -> Response:
    answer = private(_to_wait(error_page(error), error))
    browser.take_cookie(request, answer, browser.BEGUN)
    return answer


returning = APIRouter(include_in_schema=False, route_class=AnyQueryRoute)


@returning.get("/sign-in/with/{name}/back", dependencies=SIGN_IN)
def come_back_from_provider(request: Request, name: str) -> Response:
    """Back from a provider, which says who has signed in there."""
    provider = by_provider.provider_called(name)
    secret = browser.cookie(request, browser.BEGUN)
    if not secret or not secret.isascii():
        raise BeginAgain
    token, going_on = by_provider.finish_with(
        provider, secret, dict(request.query_params), sessions.asking(request)
    )
    answer = sent_on(request, going_on)
    browser.take_cookie(request, answer, browser.BEGUN)
    sessions.give_session(request, answer, token)
    return answer


@router.get("/invitation", dependencies=SIGN_IN)
def invitation_page(token: Annotated[str, Query(max_length=200)] = "") -> Response:
    """What an invitation opens, and how."""
    return _invitation_page(token, by_password.look_at_invitation(token), {}, 200)


def _invitation_page(
    token: str, invited: Invitation, errors: Mapping[str, str], status: int
) -> Response:
    known = by_provider.providers().values()
    return private(
        page(
            "invitation.html",
            status,
            token=token,
            invited=invited,
            errors=errors,
            providers=[each for each in known if each.kind == invited.kind],
            has_passwords=settings().password_sign_in,
            least=settings().min_password_length,
        )
    )


@router.post("/invitation", dependencies=SIGN_IN)
def take_up_invitation(
    request: Request,
    token: Annotated[str, Form(max_length=200)] = "",
    password: Annotated[str, Form(max_length=10_000)] = "",
    username: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Open an account with a password."""
    require_ours(request)
    who = sessions.asking(request)
    try:
        begun = by_password.open_with_password(token, password, who)
    except BadPassword as error:
        invited = by_password.look_at_invitation(token)
        return _invitation_page(token, invited, {"password": str(error)}, 422)
    answer = sent_on(request, HOME)
    sessions.give_session(request, answer, begun)
    return answer


def signed_out(request: Request, elsewhere: tuple[str, str] | None) -> Response:
    """The page of somebody who has signed out, whose browser forgets the session."""
    answer = private(page("signed-out.html", elsewhere=elsewhere))
    browser.take_cookie(request, answer, browser.SESSION)
    return answer
