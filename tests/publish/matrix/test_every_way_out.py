"""Every GET of the OpenAPI document, in every form, with every role: nothing is told.

What somebody may not see has a name that nothing else has; it is looked for in whatever
they are answered, files and tiles among it.
"""

import re
from itertools import product
from urllib.parse import quote

import pytest

from tests.accounts.two_places import HOODS, WHO
from tests.publish.edge.openapi_walk import BESIDE, REAL, document

COLLECTIONS = ("assets", "neighbourhoods", "organisations", "wards")
FORMS = {
    "/collections/{name}/items": ("json", "html"),
    "/collections/{name}/items/{feature}": ("json", "html"),
    "/collections/{name}": ("json", "html"),
    "/collections": ("json", "html"),
    "/collections/{name}/download": ("geojson", "csv", "fgb", "gpkg", "parquet"),
    "/neighbourhoods/{slug}/reconciliation": ("json", "geojson", "svg"),
}
"""The forms of addresses of whose ``f`` the document gives no list."""

ASKED = {
    "/search": "q=False",
    "/assets": "q=False&limit=1000",
    "/collections/{name}/items": "limit=1000",
    "/oruk/services": "per_page=1000",
    "/boundary-sets/{name}/boundaries/{code}/children": "sets=wards",
    "/lookup": "easting=383150&northing=398050",
    "/history": "easting=383150&northing=398050",
    "/nearby": "easting=383150&northing=398050",
}
NOT_TRIED = ("/metrics", "/audit", "/audit/export")
"""Numbers of the process; and what tests/publish/matrix/test_reads.py reads."""


def values_of(town, path, name):
    """Values for a part of an address: what somebody has, and others may not see."""
    extras, world = town.extras, town.world
    found = {
        "asset_id": [
            world.assets[each]
            for each in (
                "cove False exact E",
                "bay True hidden W",
                "shop False hidden W",
                "nobody False exact E",
            )
        ],
        "sketch_id": [name for _, _, name in extras.sketches[::7]],
        "link_id": [name for _, name in extras.links.values()],
        "webhook_id": [name for _, name in extras.webhooks.values()],
        "grant_id": list(extras.grants.values())[::3],
        "job_id": [extras.waiting, extras.failed],
        "feature": [*HOODS, "den", "W", world.assets["cove False exact E"]],
        "source": ["wards"],
        "target": ["wards"],
        "old": ["wards"],
        "new": ["wards"],
    }
    if name == "name":
        return COLLECTIONS if path.startswith("/collections") else ["wards"]
    if name == "slug":
        kind = path.split("/")[1]
        named = {"neighbourhoods": HOODS, "organisations": ("hall", "den")}
        return list(named.get(kind, ("cove-steward", "officer")))
    return found.get(name, [REAL.get(name, "toy")])


def ways(town):
    """Every address that can be asked for, with its query."""
    for path, told in document()["paths"].items():
        if "get" not in told or path in NOT_TRIED:
            continue
        parts = [each.partition("}")[0] for each in path.split("{")[1:]]
        queries = list(queries_of(path, told["get"]))
        pools = [values_of(town, path, name) for name in parts]
        for given in product(*pools):
            said = path.format(**dict(zip(parts, given, strict=True)))
            for query in queries:
                yield path, f"{said}?{query}"


def queries_of(path, told):
    """The query that is needed, with each form in turn."""
    asked = ASKED.get(path, BESIDE.get(path, ""))
    named = {each["name"]: each["schema"] for each in told.get("parameters", ())}
    name = next((each for each in ("f", "format") if each in named), None)
    if name is None:
        yield asked
        return
    for form in FORMS.get(path, named[name].get("enum", [""])):
        yield f"{asked}&{name}={form}" if form else asked


def hidden_from(town, who):
    """Words that stand in nothing that somebody may see."""
    world, extras = town.world, town.extras
    seen = world.rows_for(who, "asset", "asset", "read")
    words = {name for name, row in world.assets.items() if row not in seen}
    places = world.rows_for(who, "neighbourhood", "neighbourhood", "read")
    words |= {slug.title() for slug, row in world.hoods.items() if row not in places}
    bodies = world.rows_for(who, "organisation", "organisation", "read")
    words |= {slug.title() for slug, row in world.bodies.items() if row not in bodies}
    drawn = world.rows_for(who, "sketch", "sketch", "read")
    words |= {name for _, row, name in extras.sketches if row not in drawn}
    words |= {
        name for slug, (_, name) in extras.links.items() if who != f"{slug}-steward"
    }
    words |= {name for owner, (_, name) in extras.webhooks.items() if owner != who}
    return words - {"Open"}


CALLERS = ("public", "officer", "administrator", "bay-steward")


@pytest.mark.parametrize("who", CALLERS)
def test_no_way_out_tells_what_somebody_may_not_see(town, who):
    words = {
        each: re.compile(rb"\b%s\b" % re.escape(each).encode())
        for each in hidden_from(town, who)
    }
    told, answered = {}, set()
    for path, way in ways(town):
        answer = town.ask(who, way)
        assert answer.status_code < 500, (way, answer.text[:300])
        if answer.status_code < 300:
            answered.add(path)
        found = {
            name
            for name, word in words.items()
            if name not in way and word.search(answer.content)
        }
        if found:
            told[way] = (answer.status_code, sorted(found)[:3])
    assert told == {}
    assert len(answered) > 50


HIDDEN = ("address LIKE '1 %'", "phone LIKE '%'", "source_ref LIKE '%'")


def counted(town, who, condition):
    """How many assets meet a condition, to somebody; None where it is none."""
    path = f"/collections/assets/items?limit=1000&filter={quote(condition)}"
    answer = town.ask(who, path)
    assert answer.status_code in (200, 400), answer.text
    return len(answer.json()["features"]) if answer.status_code == 200 else None


@pytest.mark.parametrize("who", WHO)
def test_a_filter_counts_what_somebody_may_see(town, who):
    seen = town.world.rows_for(who, "asset", "asset", "read")
    may = {name for name, row in town.world.assets.items() if row in seen}
    unpublished = sum("False" in name for name in may)
    assert counted(town, who, "name LIKE '%False%'") == unpublished
    for condition in HIDDEN:  # what is hidden is no condition, or meets none
        told = counted(town, who, condition)
        answer = town.ask(who, "/collections/assets/items?limit=1000").json()
        name = condition.split()[0]
        has = [each["properties"].get(name) for each in answer["features"]]
        assert told is None or told <= sum(each is not None for each in has)
