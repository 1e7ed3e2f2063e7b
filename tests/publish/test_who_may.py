"""Every route with every role: what happens is what the table of rules says.

The policies of the database are tried by themselves in tests/accounts; here the whole
service answers, over them and with its own checks.
"""

import re
from base64 import b64encode

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from assetmap.accounts.rules import ROLES as ALL_ROLES
from assetmap.publish.app import make_app
from assetmap.publish.authority import Check
from tests.accounts.two_places import HIDDEN_HOOD, HOODS, ROLES, WHO
from tests.databases import process_on

FRAMEWORK = {"/openapi.json"}
"""What the framework answers by itself: the description of what is here."""


@pytest.fixture(scope="module")
def client(places_url):
    with (
        process_on(places_url[0]),
        TestClient(
            make_app(), raise_server_exceptions=False, follow_redirects=False
        ) as found,
    ):
        yield found


@pytest.fixture
def ask(client, world):
    def asked(who, path, method="GET", **sent):
        key = world.keys.get(who)
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        headers["Origin"] = str(client.base_url)  # as forms of its own pages are sent
        return client.request(method, path, headers=headers, **sent)

    return asked


def all_routes(app=None):
    """Every route, those of routers within routers too."""
    found, waiting = [], [app or make_app()]
    for each in waiting:
        for route in each.routes:
            inner = getattr(route, "original_router", None)
            (found if inner is None else waiting).append(inner or route)
    return found


def checks(route):
    """The rules that stand on a route, however deep."""
    found, waiting = [], [route.dependant]
    for each in waiting:
        found += [each.call.rule] if isinstance(each.call, Check) else []
        waiting += each.dependencies
    return found


CASES = [
    pytest.param(route, method, id=f"{method} {route.path}")
    for route in all_routes()
    if isinstance(route, APIRoute)
    for method in sorted(route.methods)
]


def is_opened_by_signing_in(route):
    """Whether it is a page for whoever has signed in, which no key opens."""
    told = ("/account", "/sign-", "/invitation")
    return not route.include_in_schema and route.path.startswith(told)


BY_KEY = [each for each in CASES if not is_opened_by_signing_in(each.values[0])]
BY_SESSION = [each for each in CASES if is_opened_by_signing_in(each.values[0])]
"""What these let in whom is tried with sessions in tests/sign_in."""


@pytest.mark.parametrize(("route", "method"), BY_SESSION)
def test_pages_of_who_has_signed_in_are_not_for_the_public(ask, route, method):
    path = re.sub(r"\{(\w+)\}", lambda name: VALUES.get(name[1], "none"), route.path)
    for who in WHO:
        answer = ask(who, path, method)
        assert answer.status_code < 500
        if who == "public" and checks(route)[0].words["public"] != {"all"}:
            assert answer.status_code in (303, 401)


def test_every_route_has_one_rule():
    bare = [
        getattr(each, "path", each)
        for each in all_routes()
        if getattr(each, "path", "") not in FRAMEWORK
        and (not isinstance(each, APIRoute) or len(checks(each)) != 1)
    ]
    assert bare == []
    told = make_app().openapi()["paths"]
    assert {route.values[0].path for route in CASES} >= set(told)
    assert len(CASES) >= 60


def test_a_route_without_a_rule_would_be_found():
    app = make_app()
    forgotten = APIRouter()

    @forgotten.get("/forgotten")
    def answer():
        return "x"

    app.include_router(forgotten)
    (route,) = [each for each in all_routes(app) if each.path == "/forgotten"]
    assert checks(route) == []


VALUES = {
    "slug": "none",
    "job_id": "00000000-0000-0000-0000-000000000000",
    "asset_id": "999999",
    "grant_id": "999999",
}


def check_kept(answer, who):
    """What somebody known was answered is theirs, and by whom it is said depends."""
    kept, vary = (answer.headers.get(each, "") for each in ("cache-control", "vary"))
    if "Authorization" not in vary:  # nobody was looked at
        assert answer.request.url.path == "/lookup"
        return
    assert "Cookie" in vary
    assert kept
    if who != "public" and answer.status_code != 401:
        assert "private" in kept or "no-store" in kept, (who, kept)


@pytest.mark.parametrize(("route", "method"), BY_KEY)
def test_a_route_lets_in_whom_its_rule_lets_in(ask, route, method):
    (rule,) = checks(route)
    path = re.sub(r"\{(\w+)\}", lambda name: VALUES.get(name[1], "none"), route.path)
    for who in WHO:
        role = ROLES[who][0] if who in ROLES else None
        words = rule.words["public"] | (rule.words[role] if role else frozenset())
        words -= {"own"} if who == "public" else set()
        answer = ask(who, path, method)
        status, refused = answer.status_code, (401 if who == "public" else 403)
        # By GET a look-up is alike for all, and nobody is looked at.
        assert (status == refused) == (not words), (who, status, answer.text[:300])
        assert status < 500, (who, answer.text[:300])
        check_kept(answer, who)
        if status == 403:
            said = answer.json()
            assert said["type"] == "/problems/role-needed"
            assert said["needs"] == [each for each in ALL_ROLES if rule.words[each]]


@pytest.mark.parametrize(("route", "method"), BY_KEY)
def test_a_key_that_does_not_hold_is_refused_wherever_keys_are_read(
    client, route, method
):
    if route.path == "/lookup" and method == "GET":
        return
    path = re.sub(r"\{(\w+)\}", lambda name: VALUES.get(name[1], "none"), route.path)
    key = "assetmap_0123456789ab_" + "s" * 43
    answer = client.request(method, path, headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 401, answer.text[:300]


def shown(world, who):
    """The names of the assets that somebody may see."""
    rows = world.rows_for(who, "asset", "asset", "read")
    return {name for name, row in world.assets.items() if row in rows}


FILTERS = (
    "",
    "q=exact",
    "q=contributed",
    "category=place",
    "status=open,closed",
    "bbox=-180,-90,180,90",
    "near=-2.2565,53.4784&within_m=2000",
    "in=boundary:wards/W",
    "in=boundary:wards/E",
    "as_at=2020-01-01",
)
PLACED = ("bbox", "near", "in=")


def named(who, name, query):
    """Whether an asset that may be seen meets a filter."""
    if query.startswith(PLACED) and "exact" not in name:
        return False
    if query.startswith("in="):
        return name.endswith(query[-1])
    return query[2:] in name if query.startswith("q=") else True


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("query", FILTERS)
def test_assets_are_listed_counted_and_filtered_as_the_rules_say(
    ask,
    world,
    who,
    query,
):
    may = {name for name in shown(world, who) if named(who, name, query)}
    told = ask(who, f"/assets?limit=1000&{query}").json()["assets"]
    assert {each["name"] for each in told} == may
    features = ask(who, f"/assets?limit=1000&f=geojson&{query}").json()["features"]
    assert {each["properties"]["name"] for each in features} == may
    places = [each["geometry"] for each in told]
    assert places.count(None) == sum("exact" not in name for name in may)
    if not query:
        listed = ask(who, "/asset-categories").json()["asset_categories"]
        assert sum(each["assets"] for each in listed) == len(may)


@pytest.mark.parametrize("who", WHO)
def test_single_assets_are_shown_as_the_rules_say(ask, world, who):
    located = world.rows_for(who, "asset", "asset_location", "read")
    for name, number in world.assets.items():
        answer = ask(who, f"/assets/{number}")
        assert answer.status_code == (200 if name in shown(world, who) else 404), name
        if answer.status_code == 200 and "exact" not in name:
            has_place = number in located
            assert (answer.json()["geometry"] is not None) == has_place, name
            has_address = has_place and name != "contributed"
            assert (answer.json()["address"] is not None) == has_address, name


@pytest.mark.parametrize("who", WHO)
def test_neighbourhoods_are_told_as_the_rules_say(ask, world, who):
    rows = world.rows_for(who, "neighbourhood", "neighbourhood", "read")
    may = {slug for slug, row in world.hoods.items() if row in rows}
    told = ask(who, "/neighbourhoods").json()["neighbourhoods"]
    assert {each["slug"] for each in told} == may
    landing = ask(who, "/").text
    for slug in HOODS:
        expected = 200 if slug in may else 404
        for path in (
            f"/neighbourhoods/{slug}",
            f"/neighbourhoods/{slug}/consensus",
            f"/neighbourhoods/{slug}/reconciliation?against=wards",
            f"/neighbourhoods/{slug}/provision",
            f"/places/{slug}",
            f"/assets?in=neighbourhood:{slug}",
        ):
            assert ask(who, path).status_code == expected, path
        assert (f"/places/{slug}" in landing) == (slug in may)
        body = {"footprint": {"neighbourhood": slug}, "against": ["wards"]}
        answer = ask(who, "/reconciliation", "POST", json=body)
        assert answer.status_code == expected, slug
        body = {"footprint": {"neighbourhood": slug}}
        answer = ask(who, "/provision", "POST", json=body)
        assert answer.status_code == expected, slug


@pytest.mark.parametrize("who", WHO)
def test_assets_in_a_place_are_counted_as_the_rules_say(
    ask,
    world,
    who,
):
    body = {"footprint": {"set": "wards", "code": "W"}, "against": ["wards"]}
    told = ask(who, "/reconciliation", "POST", json=body).json()
    placed = [name for name in shown(world, who) if "exact W" in name]
    (row,) = [each for each in told["against"][0]["rows"] if each["code"] == "W"]
    assert row["assets"] == len(placed)
    body = {"footprint": {"set": "wards", "code": "W"}}
    told = ask(who, "/provision", "POST", json=body).json()
    assert sum(each["assets"] for each in told["categories"]) == len(placed)


@pytest.mark.parametrize("who", WHO)
def test_a_look_up_tells_everybody_what_is_published(ask, who):
    told = ask(who, "/lookup?easting=383150&northing=398050").json()
    assert HIDDEN_HOOD not in {each["slug"] for each in told["neighbourhoods"]}
    told = ask(who, "/lookup?easting=383050&northing=398050").json()
    assert {each["slug"] for each in told["neighbourhoods"]} == {"bay"}
    sent = {"grid": [[383150, 398050]]}
    many = ask(who, "/lookup", "POST", json=sent).json()["results"]
    assert [each["neighbourhoods"] for each in many] == [[]]


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize(
    ("path", "noun", "table", "thing"),
    [
        ("/accounts", "accounts", "account", "account"),
        ("/grants", "grants", "role_grant", "grant"),
        ("/keys", "keys", "api_key", "key"),
    ],
)
def test_what_is_of_accounts_is_listed_as_the_rules_say(
    ask,
    world,
    who,
    path,
    noun,
    table,
    thing,
):
    answer = ask(who, path)
    if who == "public":
        assert answer.status_code == 401
        return
    assert len(answer.json()[noun]) == len(world.rows_for(who, table, thing, "read"))
    assert not re.search(r"assetmap_[0-9a-f]{12}_", answer.text)


def test_who_asks_is_told_who_they_are_and_what_they_may(ask):
    nobody = ask("public", "/account/rights").json()
    assert (nobody["account"], nobody["grants"], nobody["key"]) == (None, [], None)
    assert "asset:create" not in nobody["may"]
    steward = ask("bay-steward", "/account/rights").json()
    assert steward["account"] == "bay-steward"
    assert steward["grants"][0]["neighbourhood"] == "bay"
    assert steward["may"]["asset:create"] == ["theirs"]


def test_what_is_written_by_a_request_is_undone_nowhere_else(owner, world):
    """The tests above changed nothing: what they were refused was not done."""
    with Session(owner) as session:
        held = session.scalar(text("SELECT count(*) FROM role_grant"))
    assert held == len(world.rows["role_grant"])


NEAR, FAR = ("127.0.0.1", 50_000), ("192.0.2.7", 50_000)


@pytest.mark.parametrize("who", [*WHO, "revoked"])
@pytest.mark.parametrize("address", [NEAR, FAR])
def test_metrics_are_open_to_the_machine_itself_whoever_asks(
    client, world, who, address
):
    key = world.keys.get(who, "assetmap_0123456789ab_" + "s" * 43)
    headers = {} if who == "public" else {"Authorization": f"Bearer {key}"}
    there = TestClient(client.app, raise_server_exceptions=False, client=address)
    status = there.get("/metrics", headers=headers).status_code
    if who == "revoked":
        assert status == 401
    elif address == NEAR or who in ("analyst", "administrator"):
        assert status == 200
    else:
        assert status == (401 if who == "public" else 403)


DOWNLOADS = ("assets", "wards", "organisations", "neighbourhoods")
PUBLIC = (
    *(f"/collections/{each}/download?f=geojson" for each in DOWNLOADS),
    *(f"/collections/{each}/items" for each in DOWNLOADS),
    "/assets",
    "/static/assetmap.css",
)


@pytest.mark.parametrize("path", PUBLIC)
def test_caches_keep_what_the_public_reads_and_nothing_else(ask, path):
    open_to_all = ask("public", path)
    assert open_to_all.status_code == 200
    kept = open_to_all.headers["cache-control"]
    assert "private" not in kept
    assert "no-store" not in kept
    own = ask("bay-steward", path)
    assert own.headers["cache-control"] == f"private, {kept}"
    for each in (open_to_all, own):
        assert {"Authorization", "Cookie"} <= {*each.headers["vary"].split(", ")}


def test_a_look_up_is_the_same_for_all_and_kept_for_all(ask):
    for who in ("public", "bay-steward"):
        answer = ask(who, "/lookup?easting=383050&northing=398050")
        assert answer.headers["cache-control"] == "no-cache"
        assert "vary" not in answer.headers


@pytest.mark.parametrize(
    ("sent", "is_heeded"),
    [
        ({}, True),
        ({"Origin": "http://testserver"}, True),
        ({"Origin": "https://elsewhere.example"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
    ],
)
def test_a_password_that_a_browser_keeps_writes_nothing_for_other_websites(
    client, world, sent, is_heeded
):
    name = {"Authorization": as_password(world.keys["bay-steward"])}
    # Nothing is there, so nothing is written: whoever is known is told so.
    answer = client.delete("/assets/999999", headers={**name, **sent, "If-Match": "*"})
    assert (answer.status_code == 404) == is_heeded
    assert (answer.status_code == 401) != is_heeded
    assert client.get("/account/rights", headers={**name, **sent}).json()["account"]


def as_password(key):
    """A key as the password of a name."""
    return "Basic " + b64encode(f"anybody:{key}".encode()).decode()
