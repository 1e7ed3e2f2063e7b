"""Pages of the collections, for people who look before they connect."""

from typing import Any
from urllib.parse import urlsplit

from fastapi import Response
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from assetmap import __version__
from assetmap.publish.ogc.formats import VARY
from assetmap.settings import settings

HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Language": "en-GB",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    **VARY,
}

_templates = Environment(
    loader=ChoiceLoader(
        [PackageLoader("assetmap.publish.ogc"), PackageLoader("assetmap.publish.web")]
    ),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(title: str, **told: Any) -> Response:
    """A page of words, links and tables; everything that is filled in is escaped."""
    root = urlsplit(settings().public_url).path.rstrip("/")
    blank: dict[str, Any] = {
        "about": [],
        "listed": [],
        "head": [],
        "rows": [],
        "links": [],
    }
    text = _templates.get_template("listing.html").render(
        **{**blank, **told}, title=title, root=root, version=__version__
    )
    return Response(text, headers=HEADERS, media_type="text/html; charset=utf-8")
