"""The OpenAPI document as a list of places into which something may be put."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache
from typing import Any
from urllib.parse import quote

from assetmap.publish.app import make_app
from assetmap.sources.days import today

REAL = {
    "feature": "W",
    "grant_id": "999999",
    "asset_id": "1",
    "other_id": "2",
    "sketch_id": "00000000-0000-4000-8000-000000000000",
    "code": "W",
    **dict.fromkeys(
        ("service_id", "place_id", "organization_id", "taxonomy_id", "term_id"),
        "00000000-0000-4000-8000-000000000000",
    ),
    "link_id": "00000000-0000-4000-8000-000000000000",
    "webhook_id": "00000000-0000-4000-8000-000000000000",
    "job_id": "00000000-0000-4000-8000-000000000000",
    "name": "wards",
    "new": "wards",
    "old": "old-wards",
    "slug": "middle",
    "source": "wards",
    "target": "blocks",
    "x": "8089",
    "y": "5300",
    "z": "14",
}
"""What the town has by the name of a part of an address; other names get a word."""

BESIDE = {
    "/lookup": "postcode=M1%201AA",
    "/history": "postcode=M1%201AA",
    "/nearby": "postcode=M1%201AA",
    "/boundary-sets/{name}/boundaries/{code}/children": "sets=pcns",
    "/neighbourhoods/{slug}/change": "from=2020-01-01",
    "/practices/changes": "from=2020-01-01&to=2021-01-01",
}
"""What an address needs to be asked for at all, so that the rest of it is read."""

LATER = (today() + timedelta(30)).isoformat()
WARD = {"set": "wards", "code": "W"}
BODIES: dict[str, dict[str, Any]] = {
    "/lookup": {"postcodes": ["M1 1AA"]},
    "/comparison": {"a": WARD, "b": {"set": "wards", "code": "E"}},
    "/neighbourhoods": {"slug": "new", "name": "New"},
    "/neighbourhoods/{slug}/links": {"last_day": LATER},
    "/neighbourhoods/{slug}/merges": {"other": "quiet", "reason": "Same"},
    "/organisations": {"slug": "new", "name": "New", "kind": "vcse"},
    "/loads/feeds": {"address": "https://example.org/services"},
    "/webhooks": {"url": "https://example.org/hook"},
    "/assets/duplicates": {"assets": [1, 2], "decision": "later"},
    "/assets/{asset_id}/merges": {"other": 2},
    "/assets": {"name": "New", "category": "place.park"},
}
"""What a body needs; every other has the footprint of a ward, where it may."""

DEEPEST = 5


@dataclass(frozen=True)
class Place:
    """One place of one operation: a part of its address, query, headers or body."""

    method: str
    path: str
    kind: str
    name: str
    body: dict[str, Any] | None = field(default=None, repr=False)
    trail: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.kind} {self.name}"

    def asked(self, value: str) -> tuple[str, dict[str, str], dict[str, Any] | None]:
        """The address, headers and body with a value put in; the rest is real."""
        real = {
            name: quoted(value) if self._is("path", name) else quote(word)
            for name, word in names_in(self.path).items()
        }
        query = [BESIDE[self.path]] if self.path in BESIDE else []
        if self.kind == "query":
            query.append(f"{quote(self.name)}={quoted(value)}")
        headers = {} if self.method in {"GET", "POST"} else {"If-Match": "*"}
        headers |= {self.name: value} if self.kind == "header" else {}
        body = _put(self.body, self.trail, value) if self.kind == "body" else self.body
        return self.path.format(**real) + "?" + "&".join(query), headers, body

    def _is(self, kind: str, name: str) -> bool:
        return (self.kind, self.name) == (kind, name)


def quoted(value: str) -> str:
    """A value as a part of an address, half characters too."""
    return quote(value, safe="", errors="surrogatepass")


def names_in(path: str) -> dict[str, str]:
    """The parts of an address that are filled in, each with a real word."""
    named = [each.partition("}")[0] for each in path.split("{")[1:]]
    return {name: REAL.get(name, "toy") for name in named}


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document, written once: it takes a fifth of a second."""
    return make_app().openapi()


def operations() -> list[str]:
    """Every operation, as ``GET /lookup``."""
    paths = document()["paths"]
    return [f"{method.upper()} {path}" for path in paths for method in paths[path]]


def places_of(operation: str) -> list[Place]:
    """Every place of an operation, and a parameter that it does not know."""
    method, path = operation.split(" ", 1)
    told = document()["paths"][path][method.lower()]
    body = body_of(path, told)
    bare = Place(method, path, "query", "no-such-parameter", body)
    found = [bare]
    taken = told.get("parameters", ())
    found += [replace(bare, kind=each["in"], name=each["name"]) for each in taken]
    parts = document().get("components", {}).get("schemas", {})
    ways = () if body is None else _trails(_json_of(told), parts, ())
    for trail in dict.fromkeys(ways):
        name = ".".join(trail)
        found.append(replace(bare, kind="body", name=name, trail=trail))
    return found


def _json_of(told: dict[str, Any]) -> dict[str, Any]:
    content = told.get("requestBody", {}).get("content", {})
    schema: dict[str, Any] = content.get("application/json", {}).get("schema", {})
    return schema


def body_of(path: str, told: dict[str, Any]) -> dict[str, Any] | None:
    """A body that an operation can use; None where it takes no JSON."""
    schema = _json_of(told)
    if not schema:
        return None
    if path in BODIES:
        return BODIES[path]
    return {"footprint": WARD} if "footprint" in schema.get("properties", {}) else {}


def _trails(
    schema: dict[str, Any], parts: dict[str, Any], at: tuple[str, ...]
) -> Iterator[tuple[str, ...]]:
    """The ways to every member of a body, each as the names that lead to it."""
    if "$ref" in schema:
        schema = parts[schema["$ref"].rpartition("/")[2]]
    if len(at) > DEEPEST:
        return
    if at:
        yield at
    for either in ("anyOf", "oneOf", "allOf"):
        for each in schema.get(either, ()):
            yield from (way for way in _trails(each, parts, at) if way != at)
    for name, each in schema.get("properties", {}).items():
        yield from _trails(each, parts, (*at, name))
    if isinstance(schema.get("items"), dict):
        yield from _trails(schema["items"], parts, (*at, "[]"))


def _put(body: Any, trail: tuple[str, ...], value: Any) -> Any:
    """The body with a value at the end of a trail, and what stands beside it."""
    if not trail:
        return value
    name, *rest = trail
    if name == "[]":
        return [_put(None, tuple(rest), value)]
    inner = body.get(name) if isinstance(body, dict) and not rest else None
    own = dict(body) if isinstance(body, dict) else {}
    return {**own, name: _put(inner, tuple(rest), value)}
