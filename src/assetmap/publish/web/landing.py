"""The landing document, for programs that ask for JSON where people see a page."""

from typing import Any

TITLE = "Whose neighbourhood is this, and what is in it?"
DESCRIPTION = (
    "Community assets, residents' own drawings and official boundaries, reconciled."
)
OPENAPI = "application/vnd.oai.openapi+json;version=3.1"


def landing(base: str) -> dict[str, Any]:
    """What the service is and where its parts are; ``base`` has no slash at its end."""
    links = [
        ("self", "application/json", "/?f=json", "This document"),
        ("alternate", "text/html", "/?f=html", "This document as a page"),
        ("service-desc", OPENAPI, "/openapi.json", "The interface, for programs"),
        ("service-doc", "text/html", "/docs", "The interface, for people"),
        ("data", "application/json", "/collections", "Boundaries and assets"),
    ]
    return {
        "title": TITLE,
        "description": DESCRIPTION,
        "links": [
            {"rel": rel, "type": kind, "href": f"{base}{path}", "title": title}
            for rel, kind, path, title in links
        ],
    }


def prefers_json(accept: str) -> bool:
    """Whether an Accept header would rather have JSON than a page."""
    wanted = dict(_choice(each) for each in accept.split(",") if each.strip())
    page = max(wanted.get("text/html", 0.0), wanted.get("application/xhtml+xml", 0.0))
    return wanted.get("application/json", 0.0) > page


def _choice(text: str) -> tuple[str, float]:
    """A media type of an Accept header, and its quality."""
    kind, *parameters = (each.strip().lower() for each in text.split(";"))
    for each in parameters:
        if each.startswith("q="):
            try:
                return kind, float(each[2:])
            except ValueError:
                return kind, 0.0
    return kind, 1.0
