"""Every route that writes, with a request that is whole, and what it would change.

A case says of what it writes to what is so of it (``Facts``); who may do that, the
table of rules then says.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from shapely.geometry import mapping

from assetmap.sources.days import today
from tests.accounts.two_places import Facts, World
from tests.publish.matrix.town import DEVICE, PASSWORD, SECRET, Extras
from tests.toy_town import at as at_metres
from tests.toy_town import degrees

DRAWN = {
    "type": "Polygon",
    "coordinates": [
        [[-2.2565, 53.4784], [-2.2555, 53.4784], [-2.2555, 53.479], [-2.2565, 53.4784]]
    ],
}
WITH_ASSETS = frozenset(
    {"asset_version", "asset_turn", "asset_change", "asset_pair", "asset_word"}
)
PLACE = {"type": "Point", "coordinates": [-2.25645, 53.4784]}
NEVER = Facts(False)
"""What nobody keeps, made or published, and nobody may appoint to."""


@dataclass(frozen=True)
class Write:
    """A request that would change something."""

    route: str
    path: str
    facts: Facts
    table: str | None
    """The table that it changes; None: it changes nothing, whoever asks."""
    row: int | None = None
    """The row that it changes; None: one that it makes."""
    sent: dict[str, Any] = field(default_factory=dict)
    beside: frozenset[str] = frozenset()
    """Other tables that it changes too."""
    seen_as: tuple[str, str] | None = None
    """The rule by which who asks sees it, if another says whether they may do it."""
    by: str = "key"
    """What shows who asks: a ``key``, a ``cookie``, or ``nothing``."""
    allows: Callable[[str], bool] | None = None
    """Who may, where what stands in a cell is no word about a row."""

    def __str__(self) -> str:
        return f"{self.route} {self.path} {self.table}"


def all_writes(world: World, extras: Extras) -> list[Write]:
    """Every case, for each route one or more."""
    parts = (
        _assets,
        _duplicates,
        _features,
        _neighbourhoods,
        _sketches,
        _moderation,
        _links,
        _drawing_pages,
        _organisations,
        _accounts,
        _grants,
        _keys,
        _webhooks,
        _jobs,
        _sessions,
        _forms,
        _questions,
    )
    return [each for part in parts for each in part(world, extras)]


def _change(**body: Any) -> dict[str, Any]:
    return {"json": body, "headers": {"If-Match": "*"}}


ANY = {"headers": {"If-Match": "*"}}


def _assets(world: World, extras: Extras) -> Iterator[Write]:
    seen = ("asset", "read")
    named = ("bay True exact W", "hall False hidden W", "nobody True exact W")
    for name in (*named, "nobody False exact E", "contributed"):
        row = world.assets[name]
        facts, at = world.rows["asset"][row], f"/assets/{row}"
        told = {"table": "asset", "row": row, "seen_as": seen}
        told["beside"] = WITH_ASSETS
        yield Write(
            "PATCH /assets/{asset_id}", at, facts, sent=_change(name="Other"), **told
        )
        yield Write("DELETE /assets/{asset_id}", at, facts, sent=ANY, **told)
        yield Write(
            "POST /assets/{asset_id}/verification",
            f"{at}/verification",
            facts,
            sent=_change(),
            **told,
        )
        yield Write(
            "DELETE /assets/{asset_id}/contact",
            f"{at}/contact",
            facts,
            sent=ANY,
            **told,
        )
    for keeper in ({}, {"neighbourhood": "bay"}, {"organisation": "hall"}):
        body = {"name": "New", "category": "place.village_hall", **keeper}
        body["geometry"] = PLACE
        facts = Facts(False, is_unkept=not keeper, **keeper)
        told = {"sent": {"json": body}, "beside": WITH_ASSETS}
        yield Write("POST /assets", "/assets", facts, "asset", **told)


def _duplicates(world: World, extras: Extras) -> Iterator[Write]:
    """Pairs of one keeper, and two of nobody: of the two the officer has one."""
    merges = "/assets/{asset_id}/merges"
    beside = WITH_ASSETS | {"asset", "asset_decision", "asset_pair"}
    for keeper in ("bay", "nobody"):
        kept, other = (world.assets[f"{keeper} True exact {each}"] for each in "WE")
        facts = world.rows["asset"][other]
        at = f"/assets/{kept}/merges"
        yield Write(
            f"POST {merges}",
            at,
            facts,
            "asset_merge",
            sent=_change(other=other),
            beside=beside,
        )
        at = f"{at}/{other}"
        yield Write(f"DELETE {merges}/{{other_id}}", at, facts, None, sent=ANY)
        either = world.rows["asset"][kept]
        body = {"assets": [kept, other], "decision": "different"}
        at = "/assets/duplicates"
        sent = {"json": body}
        yield Write(f"POST {at}", at, either, "asset_decision", sent=sent)


def _features(world: World, extras: Extras) -> Iterator[Write]:
    """What REST writes too, as features of collections."""
    at = "/collections/assets/items"
    for each in _assets(world, extras):
        verb, _, asked = each.route.partition(" ")
        # Without a keeper it is the one that whoever asks adds assets for.
        if asked == "/assets" and not each.facts.is_unkept:
            sent = _feature(**each.sent["json"])
            yield replace(each, route=f"POST {at}", path=at, sent=sent)
        if asked != "/assets/{asset_id}":
            continue
        told = {"path": f"{at}/{each.row}"}
        sent = ANY if verb == "DELETE" else _change(properties={"name": "Other"})
        yield replace(each, route=f"{verb} {at}/{{feature}}", sent=sent, **told)
        if verb == "PATCH":
            # Where it is: an area reaches what lies in it, and nothing is moved.
            here = mapping(degrees(at_metres(50 if each.facts.is_in_area else 150, 50)))
            sent = _feature(here, name="Other", category="place.park")
            yield replace(each, route=f"PUT {at}/{{feature}}", sent=sent, **told)
    at = "/collections/sketches/items"
    for _, row, name in extras.sketches:
        facts = world.rows["sketch"][row]
        # One's own alone: what others drew stewards see and withdraw by REST.
        told = {"table": "sketch", "row": row, "allows": _is(facts.made_by)}
        sent = _feature(DRAWN)
        where = f"{at}/{name}", facts
        yield Write(f"PUT {at}/{{feature}}", *where, sent=sent, **told)
        yield Write(f"PATCH {at}/{{feature}}", *where, sent=sent, **told)
        yield Write(f"DELETE {at}/{{feature}}", *where, sent=ANY, **told)
    for slug in ("bay", "cove"):
        facts = world.rows["neighbourhood"][world.hoods[slug]]
        sent = _feature(DRAWN, neighbourhood=slug)
        yield Write(f"POST {at}", at, facts, "sketch", sent=sent)


def _is(whose: str | None) -> Callable[[str], bool]:
    return lambda who: who == whose


def _feature(geometry: Any = None, **said: Any) -> dict[str, Any]:
    return _change(type="Feature", geometry=geometry, properties=said)


def _neighbourhoods(world: World, extras: Extras) -> Iterator[Write]:
    for slug in ("bay", "cove", "open"):
        row = world.hoods[slug]
        facts = world.rows["neighbourhood"][row]
        yield Write(
            "PATCH /neighbourhoods/{slug}",
            f"/neighbourhoods/{slug}",
            facts,
            "neighbourhood",
            row,
            _change(description="Other"),
            seen_as=("neighbourhood", "read"),
        )
    body = {"slug": "new", "name": "New"}
    at = "/neighbourhoods"
    yield Write(f"POST {at}", at, NEVER, "neighbourhood", sent={"json": body})


def _sketches(world: World, extras: Extras) -> Iterator[Write]:
    one = "/neighbourhoods/{slug}/sketches/{sketch_id}"
    for slug, row, name in extras.sketches:
        facts, at = world.rows["sketch"][row], f"/neighbourhoods/{slug}/sketches/{name}"
        told = {"table": "sketch", "row": row, "seen_as": ("sketch", "read")}
        sent = _change(geometry=DRAWN)
        yield Write(f"PUT {one}", at, facts, sent=sent, **told)
        yield Write(f"DELETE {one}", at, facts, sent=ANY, **told)
    for slug in ("bay", "cove"):
        facts = world.rows["neighbourhood"][world.hoods[slug]]
        at = f"/neighbourhoods/{slug}/sketches"
        sent = {"json": {"geometry": DRAWN, "note": "Mine"}}
        route = "POST /neighbourhoods/{slug}/sketches"
        yield Write(route, at, facts, "sketch", sent=sent)


def _moderation(world: World, extras: Extras) -> Iterator[Write]:
    one = "/neighbourhoods/{slug}/sketches/{sketch_id}/hidden"
    for slug, row, name in extras.sketches:
        facts = world.rows["sketch"][row]
        at = f"/neighbourhoods/{slug}/sketches/{name}/hidden"
        told = {"table": "sketch", "row": row, "seen_as": ("sketch", "read")}
        yield Write(f"PUT {one}", at, facts, sent=_change(why="spam"), **told)
        yield Write(f"DELETE {one}", at, facts, sent=ANY, **told)
    # Nobody here is a steward of two places.
    told = {"table": "neighbourhood", "allows": lambda _: False}
    for slug, other in (("bay", "cove"), ("open", "bay")):
        at, sent = (
            f"/neighbourhoods/{slug}/merges",
            _change(other=other, reason="Same"),
        )
        route = "/neighbourhoods/{slug}/merges"
        yield Write(f"POST {route}", at, NEVER, sent=sent, **told)
        at = f"{at}/{other}"
        yield Write(f"DELETE {route}/{{other}}", at, NEVER, sent=ANY, **told)
    feature = {"type": "Feature", "properties": {}, "geometry": DRAWN}
    file = {"type": "FeatureCollection", "features": [feature]}
    for slug in ("bay", "cove"):
        facts = world.rows["neighbourhood"][world.hoods[slug]]
        yield Write(
            "POST /neighbourhoods/{slug}/sketches/load",
            f"/neighbourhoods/{slug}/sketches/load",
            facts,
            "sketch",
            sent={"content": json.dumps(file).encode()},
            seen_as=("neighbourhood", "read"),
        )


def _links(world: World, extras: Extras) -> Iterator[Write]:
    table = "drawing_link"
    last_day = (today() + timedelta(9)).isoformat()
    for slug, (row, name) in extras.links.items():
        facts = world.rows["neighbourhood"][world.hoods[slug]]
        told = {"table": table, "seen_as": ("neighbourhood", "read")}
        at, route = f"/neighbourhoods/{slug}/links", "/neighbourhoods/{slug}/links"
        sent = {"json": {"last_day": last_day}}
        yield Write(f"POST {route}", at, facts, sent=sent, **told)
        one, route, told["row"] = f"{at}/{name}", f"{route}/{{link_id}}", row
        yield Write(f"PATCH {route}", one, facts, sent=_change(title="x"), **told)
        yield Write(f"DELETE {route}", one, facts, sent=ANY, **told)
        everybody = {"allows": lambda _: True}
        at, route = f"/links/{SECRET}{slug}", "/links/{secret}"
        yield Write(
            f"POST {route}/devices", f"{at}/devices", NEVER, "link_device", **everybody
        )
        sent = {"json": {"geometry": DRAWN}}
        sent["headers"] = {"Device-Token": f"{DEVICE}{slug}"}
        at = f"{at}/sketches"
        yield Write(
            f"POST {route}/sketches", at, NEVER, "sketch", sent=sent, **everybody
        )


def _drawing_pages(world: World, extras: Extras) -> Iterator[Write]:
    ours = {"Sec-Fetch-Site": "same-origin"}
    for slug in extras.links:
        at, route = f"/draw/{SECRET}{slug}", "POST /draw/{secret}"
        told = {"table": "sketch", "beside": frozenset({"link_device"})}
        sent = {"data": {"geojson": json.dumps(DRAWN)}, "headers": ours}
        yield Write(route, at, NEVER, sent=sent, allows=lambda _: True, **told)
        sent = {"data": {"drawing": "x", "token": "y"}, "headers": ours}
        for act in ("drawing", "redrawn", "withdrawn"):
            where = f"{route}/{act}", f"{at}/{act}"
            yield Write(*where, NEVER, sent=sent, allows=lambda _: False, **told)


def _organisations(world: World, extras: Extras) -> Iterator[Write]:
    for slug in ("hall", "den"):
        row = world.bodies[slug]
        yield Write(
            "PATCH /organisations/{slug}",
            f"/organisations/{slug}",
            world.rows["organisation"][row],
            "organisation",
            row,
            _change(name="Other"),
            seen_as=("organisation", "read"),
        )
    body = {"slug": "new", "name": "New", "kind": "vcse"}
    at = "/organisations"
    yield Write(f"POST {at}", at, NEVER, "organisation", sent={"json": body})


def _accounts(world: World, extras: Extras) -> Iterator[Write]:
    for who in ("known", "bay-steward"):
        row = world.accounts[who]
        facts, at = world.rows["account"][row], f"/accounts/{who}"
        beside = frozenset({"sign_in_session", "sign_in_password", "api_key"})
        yield Write("DELETE /accounts/{slug}", at, facts, "account", row, beside=beside)
        sent = _change(name="Otherwise")
        yield Write("PATCH /accounts/{slug}", at, facts, "account", row, sent)
    body = {"slug": "new", "name": "New", "kind": "person"}
    yield Write("POST /accounts", "/accounts", NEVER, "account", sent={"json": body})
    sent = {"json": {"account": "new", "name": "New"}}
    yield Write(
        "POST /invitations",
        "/invitations",
        NEVER,
        "invitation",
        sent=sent,
        beside=frozenset({"account"}),
        allows=extras.has("invitation", "create"),
    )


def _grants(world: World, extras: Extras) -> Iterator[Write]:
    for who in ("bay-contributor", "hall-editor", "officer", "analyst"):
        row = extras.grants[who]
        yield Write(
            "DELETE /grants/{grant_id}",
            f"/grants/{row}",
            world.rows["role_grant"][row],
            "role_grant",
            row,
        )
    for role, over, facts in (
        ("contributor", {"neighbourhood": "bay"}, Facts(False, neighbourhood="bay")),
        ("steward", {"neighbourhood": "cove"}, Facts(False, neighbourhood="cove")),
        ("steward", {"neighbourhood": "open"}, Facts(False, is_unkept=True)),
        (
            "organisation_editor",
            {"organisation": "hall"},
            Facts(False, organisation="hall"),
        ),
        ("analyst", {}, Facts(False, is_unkept=True)),
    ):
        sent = {"json": {"account": "known", "role": role, **over}}
        yield Write("POST /grants", "/grants", facts, "role_grant", sent=sent)


def _keys(world: World, extras: Extras) -> Iterator[Write]:
    for who in ("known", "bay-steward"):
        row = extras.keys[who]
        facts = world.rows["api_key"][row]
        at = f"/keys/{world.key_ids[who]}"
        yield Write("DELETE /keys/{key_id}", at, facts, "api_key", row)
        sent = {"json": {"account": who, "name": "another"}}
        yield Write("POST /keys", "/keys", facts, "api_key", sent=sent)


def _webhooks(world: World, extras: Extras) -> Iterator[Write]:
    able = {"allows": extras.has("webhook", "create")}
    sent = {"json": {"url": "https://example.org/hook"}}
    yield Write("POST /webhooks", "/webhooks", NEVER, "webhook", sent=sent, **able)
    for who, (row, name) in extras.webhooks.items():
        at, route = f"/webhooks/{name}", "/webhooks/{webhook_id}"
        facts = Facts(False, made_by=who)
        told = {"table": "webhook", "row": row}
        yield Write(f"PATCH {route}", at, facts, sent=_change(name="x"), **told)
        yield Write(f"DELETE {route}", at, facts, sent=ANY, **told)


def _jobs(world: World, extras: Extras) -> Iterator[Write]:
    queue = frozenset({"procrastinate_jobs", "procrastinate_events"})
    told = {"table": "job", "beside": queue, "allows": extras.has("job", "change")}
    at = f"/jobs/{extras.waiting}"
    yield Write("DELETE /jobs/{job_id}", at, NEVER, row=extras.waiting_row, **told)
    at = f"/jobs/{extras.failed}/retry"
    route = "POST /jobs/{job_id}/retry"
    yield Write(route, at, NEVER, row=extras.failed_row, **told)
    for noun, query in (
        ("boundaries", "set=new&kind=ward&valid_from=2020-01-01&file_name=w.geojson"),
        ("postcodes", "file_name=p.csv"),
        ("counts", "blocks=wards&file_name=c.csv"),
        ("deprivation", "blocks=wards&file_name=d.csv"),
        ("practices", "file_name=p.csv"),
        ("registrations", "blocks=wards&file_name=r.csv"),
        ("assets", "file_name=a.csv"),
    ):
        at = f"/loads/{noun}"
        yield Write(
            f"POST {at}",
            f"{at}?{query}",
            NEVER,
            "job",
            sent={"content": b"code,count\nW,300\n"},
            beside=queue,
        )
    at, body = "/loads/feeds", {"address": "https://example.org/services"}
    sent = {"json": body}
    yield Write(f"POST {at}", at, NEVER, "job", sent=sent, beside=queue)


def _sessions(world: World, extras: Extras) -> Iterator[Write]:
    table, everybody = "sign_in_session", Facts(False)
    sent = {"json": {"name": "known", "password": PASSWORD}}
    told = {"table": table, "by": "nothing"}
    yield Write("POST /session", "/session", everybody, sent=sent, **told)
    for who in ("known", "bay-steward"):
        row, name = extras.sessions[who]
        facts = Facts(False, made_by=who)
        route = "DELETE /sessions/{session_id}"
        yield Write(route, f"/sessions/{name}", facts, table, row)
    own = extras.is_known
    yield Write("DELETE /sessions", "/sessions", NEVER, table, allows=own)
    yield Write("DELETE /session", "/session", NEVER, table, by="cookie", allows=own)


def _forms(world: World, extras: Extras) -> Iterator[Write]:
    own, ours = extras.is_known, {"by": "cookie"}
    signing = {"data": {"name": "known", "password": PASSWORD}}
    told = {"table": "sign_in_session", "by": "nothing"}
    yield Write("POST /sign-in", "/sign-in", NEVER, sent=signing, **told)
    sent = {"data": {"token": extras.invitation, "password": "gravel lantern otter"}}
    told["beside"] = frozenset({"invitation", "sign_in_password", "account"})
    yield Write("POST /invitation", "/invitation", NEVER, sent=sent, **told)
    sent, at = {"data": {"own-name": "Otherwise"}}, "/account/name"
    yield Write(f"POST {at}", at, NEVER, "account", sent=sent, allows=own, **ours)
    sent = {"data": {"key-name": "another", "key-days": "3"}}
    at = "/account/keys"
    yield Write(f"POST {at}", at, NEVER, "api_key", sent=sent, allows=own, **ours)
    for who in ("known", "bay-steward"):
        row, facts = extras.keys[who], Facts(False, made_by=who)
        at = f"/account/keys/{world.key_ids[who]}/revoke"
        # A page shows what is one's own, an administrator's too.
        own_key = {"allows": lambda it, who=who: it == who}
        route = "POST /account/keys/{key}/revoke"
        yield Write(route, at, facts, "api_key", row, **own_key, **ours)
        row, name = extras.others[who]
        at = f"/account/sessions/{name}/end"
        route = "POST /account/sessions/{name}/end"
        yield Write(route, at, facts, "sign_in_session", row, **ours)
    for at in ("/sign-out", "/sign-out/everywhere"):
        told = {"table": "sign_in_session", "allows": own}
        yield Write(f"POST {at}", at, NEVER, **told, **ours)
    at, new = "/account/password", "gravel lantern otter"
    sent = {"data": {"present-password": PASSWORD, "new-password": new}}
    beside = frozenset({"sign_in_session"})
    has = {"allows": lambda who: who == "known", "beside": beside}
    yield Write(f"POST {at}", at, NEVER, "sign_in_password", sent=sent, **has, **ours)
    at = "/account/invitations"
    sent = {"data": {"account-slug": "new", "account-name": "New"}}
    may = {"allows": extras.has("invitation", "create")}
    may["beside"] = frozenset({"account"})
    yield Write(f"POST {at}", at, NEVER, "invitation", sent=sent, **may, **ours)


W = {"footprint": {"set": "wards", "code": "W"}}


def _questions(world: World, extras: Extras) -> Iterator[Write]:
    """What is asked with a body: nobody changes anything by it."""
    grid = {"grid": [[383150, 398050]]}
    e = {"set": "wards", "code": "E"}
    for at, body in (
        ("/lookup", grid),
        ("/postcodes", W),
        ("/reconciliation", W | {"against": ["wards"]}),
        ("/comparison", {"a": W["footprint"], "b": e}),
        ("/severance", W | {"against": "wards"}),
        ("/provision", W),
        ("/deprivation", W),
        ("/pcn-shares", W),
    ):
        yield Write(f"POST {at}", at, NEVER, None, sent={"json": body})
    route = "POST /crosswalks/{source}/{target}/interpolation"
    at = "/crosswalks/wards/wards/interpolation?by=area"
    sent = {"content": b"code,count\nW,3\n", "headers": {"Content-Type": "text/csv"}}
    yield Write(route, at, NEVER, None, sent=sent)
