"""Which form of an answer a request asks for, by ``f`` or by its Accept header."""

from collections.abc import Mapping

from fastapi import Request

from assetmap.errors import BadParameter
from assetmap.publish.accepting import preferred
from assetmap.publish.deps import GEOJSON

JSON = "application/json"
HTML = "text/html"
DOCUMENTS: Mapping[str, str] = {"json": JSON, "html": HTML}
FEATURES: Mapping[str, str] = {"geojson": GEOJSON, "json": GEOJSON, "html": HTML}
FILES: Mapping[str, str] = {
    "geojsonseq": "application/geo+json-seq",
    "csv": "text/csv",
    "fgb": "application/flatgeobuf",
    "gpkg": "application/geopackage+sqlite3",
    "parquet": "application/vnd.apache.parquet",
}
WHOLE: Mapping[str, str] = {"geojson": GEOJSON, **FILES}
"""Forms in which all features are given at once."""

VARY = {"Vary": "Accept, Authorization, Cookie"}


def form_of(request: Request, f: str | None, offered: Mapping[str, str]) -> str:
    """The name of a form; the first that is offered where none is asked for.

    Raises:
        BadParameter: ``f`` is none of those that are offered.
    """
    if f is not None:
        if f not in offered:
            raise BadParameter("f", f, f"is not one of {', '.join(offered)}")
        return f
    kinds = {kind: name for name, kind in reversed(list(offered.items()))}
    chosen = preferred(request.headers.get("accept", ""), list(kinds))
    return next(iter(offered)) if chosen is None else kinds[chosen]
