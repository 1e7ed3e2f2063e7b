"""Browsers in which somebody has signed in: their cookie, and proof of what they send.

A cookie alone proves nothing, for a browser sends it along with whatever another
website has it send. A write counts as its holder's only if it comes from a page of ours
(``Origin``) and brings a word that only such a page can know.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from urllib.parse import SplitResult, urlsplit

from fastapi import Request, Response

from assetmap.errors import NotAllowed
from assetmap.settings import settings

SESSION, BEGUN = "assetmap_session", "assetmap_signing_in"
CSRF_HEADER, CSRF_FIELD = "X-CSRF-Token", "csrf_token"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
FORM = "application/x-www-form-urlencoded"
_PORTS = {"http": 80, "https": 443}


class CrossSite(NotAllowed):
    """A form was not sent from a page of this service as it is now."""

    title = "Cross-site"

    def __init__(self) -> None:
        super().__init__(
            "This form was not sent from a page of this service, or that page is out "
            "of date. Nothing was done. Open the page again, and send it from there."
        )


def is_secure(request: Request) -> bool:
    """Whether the browser reaches the service by https."""
    told = settings().public_url
    return (urlsplit(told).scheme if told else request.url.scheme) == "https"


def _named(request: Request, name: str) -> str:
    """The name of a cookie; by https one that no other host can have set."""
    return f"__Host-{name}" if is_secure(request) else name


def cookie(request: Request, name: str) -> str | None:
    """What a browser keeps for us under a name."""
    if "cookie" not in request.headers:
        return None
    return request.cookies.get(_named(request, name))


def give_cookie(
    request: Request, response: Response, name: str, value: str, lasts_s: int
) -> None:
    """Have a browser keep something that no script reads, and send it to us alone."""
    response.set_cookie(
        _named(request, name),
        value,
        max_age=lasts_s,
        path="/",
        secure=is_secure(request),
        httponly=True,
        samesite="lax",
    )


def take_cookie(request: Request, response: Response, name: str) -> None:
    """Have a browser forget what it keeps under a name."""
    give_cookie(request, response, name, "", 0)


def csrf_token(session: str) -> str:
    """The word that a page brings back, which goes with one session and no other."""
    found = hmac.digest(session.encode(), b"assetmap csrf", hashlib.sha256)
    return urlsafe_b64encode(found).decode().rstrip("=")


async def is_proven(request: Request, session: str) -> bool:
    """Whether what a browser sends with its cookie comes from a page of ours."""
    if not is_from_us(request):
        return False
    sent = request.headers.get(CSRF_HEADER)
    if sent is None and request.headers.get("content-type", "").startswith(FORM):
        sent = str((await request.form()).get(CSRF_FIELD, ""))
    given = (sent or "").encode("utf-8", "replace")
    return hmac.compare_digest(given, csrf_token(session).encode())


def is_from_us(request: Request) -> bool:
    """Whether a page of this service sent a request, as browsers tell it."""
    origin = request.headers.get("origin")
    if origin is None:
        return request.headers.get("sec-fetch-site") == "same-origin"
    told = settings().public_url
    try:
        sent = urlsplit(origin)
        # Without a public address, the scheme is not known: a gateway may end TLS.
        own = told or f"{sent.scheme}://{request.headers.get('host', '')}"
        return sent.scheme in _PORTS and _place(sent) == _place(urlsplit(own))
    except ValueError:
        return False


def is_from_elsewhere(request: Request) -> bool:
    """Whether a page of another website sent a request, as browsers tell it."""
    is_told = {"origin", "sec-fetch-site"} & set(request.headers)
    return bool(is_told) and not is_from_us(request)


def _place(address: SplitResult) -> tuple[str, str | None, int | None]:
    port = address.port or _PORTS.get(address.scheme)
    return address.scheme, address.hostname, port
