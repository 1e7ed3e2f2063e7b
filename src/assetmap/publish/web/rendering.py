"""Templates, the headers of pages, and errors as pages."""

import re
from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import urlsplit

from fastapi import Request, Response
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from assetmap import __version__
from assetmap.errors import AssetmapError
from assetmap.publish.deps import StrictRoute
from assetmap.publish.export import figures
from assetmap.publish.problems import RETRY_AFTER_S, status_of
from assetmap.settings import settings

HTML = "text/html; charset=utf-8"
HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Language": "en-GB",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'self'"
    ),
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Content-Type-Options": "nosniff",
}
_QUOTED = re.compile(r"`+([^`]+)`+")


def with_code(text: str) -> Markup:
    """The text, escaped, its paragraphs joined to lines, with backticks as code."""
    text = re.sub(r"(?<!\n)\n(?!\n)", " ", text.strip())
    return Markup(_QUOTED.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704


_templates = Environment(
    loader=PackageLoader("assetmap.publish.web"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.filters.update(
    with_code=with_code,
    whole=figures.whole,
    count=figures.count,
    km2=figures.km2,
    web_link=figures.web_link,
)


def page(name: str, status: int = 200, **told: Any) -> Response:
    """A page made from a template; everything that is filled in is escaped."""
    text = _templates.get_template(name).render(
        root=_root(), version=__version__, **told
    )
    return Response(text, status, HEADERS, HTML)


def private(answer: Response) -> Response:
    """A page for one person alone: kept by nobody, and told of to no other website."""
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "same-origin"
    return answer


def _root() -> str:
    """The path that addresses within the service begin with, usually empty."""
    return urlsplit(settings().public_url).path.rstrip("/")


def error_page(error: AssetmapError) -> Response:
    """What went wrong, as a page with the status that the REST interface gives."""
    text = str(error).encode("utf-8", "replace").decode()
    status = status_of(error)
    answer = page("error.html", status, title=error.title, detail=text)
    if status == 503:
        answer.headers["Retry-After"] = str(RETRY_AFTER_S)
    return answer


class PageRoute(StrictRoute):
    """A route whose errors, where they are meant for the user, are pages too."""

    def get_route_handler(
        self,
    ) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, with errors made readable."""
        answer = super().get_route_handler()

        async def readable(request: Request) -> Response:
            try:
                return await answer(request)
            except AssetmapError as error:
                return error_page(error)

        return readable
