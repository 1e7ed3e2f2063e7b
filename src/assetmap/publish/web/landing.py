"""The landing document, for programs that ask for JSON where people see a page."""

from typing import Any

from assetmap.publish.accepting import preferred

TITLE = "Whose neighbourhood is this, and what is in it?"
DESCRIPTION = (
    "Community assets, residents' own drawings and official boundaries, reconciled."
)
_OFFERED = ("text/html", "application/xhtml+xml", "application/json")
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
OPENAPI_31 = "application/vnd.oai.openapi+json;version=3.1"


def landing(base: str) -> dict[str, Any]:
    """What the service is and where its parts are; ``base`` has no slash at its end."""
    links = [
        ("self", "application/json", "/?f=json", "This document"),
        ("alternate", "text/html", "/?f=html", "This document as a page"),
        ("service-desc", OPENAPI, "/api", "The collections, for programs"),
        ("service-desc", OPENAPI_31, "/openapi.json", "All routes, for programs"),
        ("service-doc", "text/html", "/docs", "The interface, for people"),
        ("conformance", "application/json", "/conformance", "Standards held to"),
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
    return preferred(accept, _OFFERED) == "application/json"
