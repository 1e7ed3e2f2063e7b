"""Every way out of the service by which something of a drawn place may be told.

They are read from the OpenAPI document, so that a route that is added is walked from
the day that it is there: every form that it gives, and every parameter that is known
here by its name. What cannot be had from the document stands below it.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any
from urllib.parse import quote, urlencode

from shapely.geometry import mapping

from assetmap.sources.days import today
from tests.publish.disclosure.place import AT, SLUG
from tests.publish.edge.openapi_walk import BESIDE, REAL, document
from tests.publish.ogc.test_tiles import tile_at
from tests.toy_town import EAST, NORTH, at, box, degrees

TODAY = today().isoformat()
HOOD = {"neighbourhood": SLUG}
CUT = {**HOOD, "threshold": 0.5}
WARD = {"set": "wards", "code": "W"}
DRAWN = {"geometry": mapping(degrees(box(-80, -90, 500, 90)))}
GRID = "http://www.opengis.net/def/crs/EPSG/0/27700"

COUNCIL = "council"
PUBLIC: None = None


@dataclass(frozen=True)
class Way:
    """A request; ``of`` is the operation that it is of, ``who`` asks."""

    of: str
    path: str
    body: str = ""
    accept: str = "*/*"
    who: str | None = PUBLIC

    def __str__(self) -> str:
        form = "" if self.accept == "*/*" else f"as {self.accept}"
        return " ".join(each for each in (self.path, self.body, form) if each)


HERE = {
    "/neighbourhoods/": {"slug": SLUG},
    "/collections/": {"name": "neighbourhoods", "feature": f"{SLUG}-0.5"},
    "/pcns/": {"code": "U00001"},
}
"""What the parts of addresses are called here, by how the address begins."""

SPIT = degrees(box(400, -30, 800, 30)).bounds
CORNER = degrees(box(-290, -290, -260, -260)).bounds
INSIDE = f"S_INTERSECTS(geometry, POINT({EAST + 10} {NORTH + 10}))"
NEEDED = BESIDE | {"/neighbourhoods/{slug}/change": f"from={TODAY}"}
VALUES: Mapping[str, tuple[str, ...]] = {
    "levels": ("0.03,0.1,0.3,0.65,0.9,0.97,1",),
    "threshold": ("0.05", "0.97"),
    "by": ("years_lived",),
    "in": (f"neighbourhood:{SLUG}",),
    "neighbourhood": (SLUG,),
    "bbox": tuple(",".join(map(str, each)) for each in (SPIT, CORNER)),
    "filter": (
        "level >= 0.5",
        "sketches > 4 AND area_m2 > 100000",
        "NOT area_m2 BETWEEN 0 AND 400000",
        "sketches = 31",
        "S_WITHIN(geometry, BBOX(-3, 53, -2, 54))",
    ),
    "datetime": (TODAY,),
    "crs": (GRID,),
    "sortby": ("area_m2", "-sketches"),
    "limit": ("1",),
    "offset": ("1",),
    "as_at": (TODAY,),
    "to": (TODAY,),
    "level": ("0.97",),
    "at": (TODAY,),
    "q": ("Ragged",),
    "search": ("Ragged",),
    "properties": ("level",),
}
"""What is sent as a parameter of a name, wherever the document has one so called."""

TOGETHER = {
    f"/collections/neighbourhoods/items?{urlencode(each)}"
    for each in (
        {"filter": INSIDE, "filter-crs": GRID, "limit": 1},
        {"neighbourhood": SLUG, "level": "0.5", "crs": GRID},
        {"bbox": VALUES["bbox"][0], "filter": "level < 0.5"},
    )
}


def tiles() -> Iterator[str]:
    """Tiles of small and large zooms around the place, the spit and an edge."""
    spots = {10: at(0, 0), 14: at(0, 0), 16: at(0, 0), 17: at(600, 0), 20: at(305, 9)}
    for zoom, spot in spots.items():
        z, y, x = tile_at(zoom, degrees(spot))
        yield f"/collections/neighbourhoods/tiles/WebMercatorQuad/{z}/{y}/{x}"


BY_HAND = (
    f"{AT}/reconciliation?threshold=0.05&f=geojson",
    f"{AT}/consensus?f=csv&by=years_lived",
    f"/lookup?easting={EAST + 700}&northing={NORTH}",
    "/place?postcode=M1+1AA",
    f"/places/{SLUG}",
    "/",
    *sorted(TOGETHER),
)
POSTS: tuple[tuple[str, Any], ...] = (
    ("/reconciliation", {"footprint": {"union": [CUT, WARD]}}),
    ("/reconciliation", {"footprint": {"union": [CUT, DRAWN]}}),
    ("/comparison", {"a": HOOD, "b": WARD}),
    ("/comparison", {"a": CUT, "b": DRAWN}),
    ("/comparison", {"a": DRAWN, "b": HOOD}),
    ("/comparison", {"a": {**HOOD, "threshold": 0.9}, "b": {**HOOD, "threshold": 0.1}}),
    ("/comparison?f=svg", {"a": HOOD, "b": WARD}),
    ("/comparison?f=png", {"a": HOOD, "b": WARD}),
    (
        "/lookup",
        {"grid": [[EAST + x, NORTH + y] for x in (-200, 0, 700) for y in (0, 200)]},
    ),
)
BODIES: Mapping[str, dict[str, Any]] = {
    "/severance": {"sets": ["wards"]},
    "/pcn-shares": {"as_at": "2025-10-01"},
}
"""What a question about a footprint needs beside it."""

OWN = frozenset({"GET /health/ready", "GET /metrics"})
"""What tells how the service is at the moment, and moves with every request."""


def gets() -> Iterator[Way]:
    """Every address that the document has, in every form and with what is known."""
    for path, methods in document()["paths"].items():
        if "get" not in methods:
            continue
        of, told = f"GET {path}", methods["get"]
        at_all = _filled(path)
        base = NEEDED.get(path, "")
        yield Way(of, _with(at_all, base))
        for query in _queries(told):
            yield Way(of, _with(at_all, base, query))
        forms = list(told["responses"].get("200", {}).get("content", {}))
        for form in forms[1:]:
            yield Way(of, _with(at_all, base), accept=form.partition(";")[0])


def _filled(path: str) -> str:
    here = next((each for begin, each in HERE.items() if path.startswith(begin)), {})
    names = [each.partition("}")[0] for each in path.split("{")[1:]]
    known = REAL | here
    return path.format(**{each: quote(known.get(each, "toy")) for each in names})


def _with(path: str, *queries: str) -> str:
    query = "&".join(each for each in queries if each)
    return f"{path}?{query}" if query else path


def _queries(told: Mapping[str, Any]) -> Iterator[str]:
    """One parameter at a time: of those with few values each, else what is known."""
    for each in told.get("parameters", ()):
        if each["in"] == "query":
            named = _named(each["schema"])
            for value in named or VALUES.get(each["name"], ()):
                yield urlencode({each["name"]: value})


def _named(schema: Mapping[str, Any]) -> tuple[str, ...]:
    """The values that a parameter may have, where they are few and named."""
    ways = (schema, *schema.get("anyOf", ()))
    return tuple(value for each in ways for value in each.get("enum", ()))


def questions() -> Iterator[Way]:
    """Every question about a footprint, and those that are put by hand."""
    for path, methods in document()["paths"].items():
        sent = methods.get("post", {}).get("requestBody", {}).get("content", {})
        schema = sent.get("application/json", {}).get("schema", {})
        if "footprint" not in _properties(schema):
            continue
        forms = [each for each in _queries(methods["post"]) if each.startswith("f=")]
        for print_, query in product((HOOD, CUT), ("", *forms)):
            body = {"footprint": print_, **BODIES.get(path, {})}
            yield Way(f"POST {path}", _with(path, query), _written(body))
    for path, body in POSTS:
        yield Way(f"POST {path.partition('?')[0]}", path, _written(body))


def _properties(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        schema = document()["components"]["schemas"][name]
    found: Mapping[str, Any] = schema.get("properties", {})
    return found


def _written(body: Any) -> str:
    return json.dumps(body)


@cache
def all_ways() -> tuple[Way, ...]:
    """Every way that is walked; what the public may not, a council's key asks."""
    found = [*gets(), *questions()]
    found += [Way("by hand", each) for each in (*BY_HAND, *tiles())]
    return tuple(dict.fromkeys(found))


def walked(town, way):
    """What a way answers; to a council's key where the public is not let in."""
    answer = asked(town, way, PUBLIC)
    return asked(town, way, COUNCIL) if answer.status_code in (401, 403) else answer


def asked(town, way, who):
    headers = {"Accept": way.accept}
    if way.of.startswith("POST"):
        headers["Content-Type"] = "application/json"
        return town.post(way.path, who, content=way.body, headers=headers)
    return town.get(way.path, who, headers=headers)


def is_of_the_place(way):
    """Whether a way names the place, or the neighbourhoods that it is among."""
    return any(each in f"{way.path}{way.body}" for each in (SLUG, "neighbourhoods"))


def everything(town, chosen=lambda _: True):
    """Every answer, by the way that gave it; the page behind a link to draw by too."""
    ways = [each for each in all_ways() if each.of not in OWN and chosen(each)]
    found = {each: walked(town, each) for each in ways}
    for path in (f"/links/{town.secret}", f"/draw/{town.secret}"):
        found[Way("by link", path.replace(town.secret, "SECRET"))] = town.get(path)
    return found


def changed(town, first, chosen=lambda _: True):
    """The ways whose answer is other than it was, its headers too."""
    now = everything(town, lambda way: way in first and chosen(way))
    return [str(way) for way, each in now.items() if said(first[way]) != said(each)]


PASSING = {"x-request-id", "ratelimit", "ratelimit-policy", "last-modified"}
"""Headers of the moment: which request it is, how many are left, when a file that is
kept was sent last."""


def said(answer):
    """All that an answer says but for what is of the moment."""
    headers = {
        name: value for name, value in answer.headers.items() if name not in PASSING
    }
    if "problem" not in answer.headers.get("content-type", ""):
        return answer.status_code, answer.content, headers
    told = {name: each for name, each in answer.json().items() if name != "request"}
    return answer.status_code, told, headers
