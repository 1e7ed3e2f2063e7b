"""Finding assets by words, near a place and open: in which order, and how many.

            383000                383100
    398100  +---------------------+---------------------+
            | L library    C llyfrgell                  |
            | a refuge (hidden)    P pharmacy           |   wards W and E
    398000  +---------------------+---------------------+

Whoever asks stands at (10, 50). ``Shop`` is approximate: shown in the middle of its
square, 460 m off.
"""

from base64 import urlsafe_b64encode
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import Session

from assetmap.assets import store
from assetmap.assets.searching.spelling import alike
from assetmap.assets.searching.welsh import other_forms
from assetmap.assets.searching.words import as_spelt, folded, words_of
from assetmap.assets.tables import ShownAssetRow
from assetmap.publish.app import make_app
from tests.assets.toy_assets import add, asset
from tests.databases import fresh_database, process_on
from tests.publish.problems import check_problem
from tests.toy_town import SQUARES, add_set, at, degrees

HERE = degrees(at(10, 50))
NEAR = {"near": f"{HERE.x},{HERE.y}"}
WEEKDAY, SUNDAY = "2026-07-01T10:00", "2026-07-05T10:00"
PLACED = ("place.community_centre", "institution.library", "institution.pharmacy")


def build(session: Session) -> None:
    store.load_taxonomy(session)
    add_set(session, "wards", SQUARES)
    centre, library, pharmacy = ({"category": each} for each in PLACED)
    add(
        session,
        asset(
            "Moor Lane Library",
            at(20, 50),
            opening_hours="Mo-Fr 09:00-17:00",
            **library,
        ),
        asset(
            "Canal Street Centre",
            at(60, 50),
            name_cy="Canolfan Stryd y Gamlas",
            description="A choir sings here, and lunches are served.",
            opening_hours="Su 09:00-12:00",
            **centre,
        ),
        asset(
            "St John's Café",
            at(80, 50),
            category="place.third_place",
            names=(("pa", "ਕੈਫੇ"), ("cy", "Caffi Sant Ioan")),
        ),
        asset(
            "Smith & Sons",
            at(150, 50),
            opening_hours="mornings",
            has_readable_hours=False,
            **pharmacy,
        ),
        asset("Library garden", at(160, 50), description="Beside the library."),
        asset("Library refuge", at(11, 50), location_visibility="hidden"),
        asset(
            "Library shop",
            at(12, 50),
            location_visibility="approximate",
            category="economy.community_shop",
        ),
        asset("Neuadd y Bentref", at(180, 50), category="place.village_hall"),
        asset("Closed library", at(30, 50), status="closed", **library),
        asset("Sports hall", at(170, 50), category="place.sports_facility"),
    )


@pytest.fixture(scope="module")
def address(server_url: str) -> Iterator[str]:
    with fresh_database(server_url, "search") as found:
        engine = create_engine(found)
        with Session(engine) as session, session.begin():
            build(session)
            draft = "UPDATE asset SET is_published = false, version = version + 1"
            add(session, asset("Xylophone secretariat", at(90, 50)))
            session.execute(text(f"{draft} WHERE name LIKE 'Xylophone%'"))
        engine.dispose()
        yield found


@pytest.fixture(scope="module")
def client(address: str) -> Iterator[TestClient]:
    with (
        process_on(address),
        TestClient(make_app(), raise_server_exceptions=False) as found,
    ):
        yield found


def asked(client, **params):
    answer = client.get("/assets", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def names(body):
    return [each["name"] for each in body["assets"]]


def found(client, q, **params):
    return set(names(asked(client, q=q, **params)))


LIBRARIES = {
    "Moor Lane Library",
    "Library garden",
    "Library refuge",
    "Library shop",
}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("library", LIBRARIES),
        ("LIBRARIES", LIBRARIES),
        ("libr", LIBRARIES),
        ("the library", LIBRARIES),
        ("lane library", {"Moor Lane Library"}),
        ("lunch choir", {"Canal Street Centre"}),
        ("chemist", {"Smith & Sons"}),
        ("fferyllfa", {"Smith & Sons"}),
        ("cafe", {"St John's Café"}),
        ("st johns", {"St John's Café"}),
        ("ਕੈਫੇ", {"St John's Café"}),
        ("smith sons", {"Smith & Sons"}),
        ("smith-sons/", {"Smith & Sons"}),
        ("library nowhere", set()),
    ],
)
def test_every_word_stands_in_a_name_a_description_or_a_kind(client, words, expected):
    assert found(client, words) == expected


def test_what_is_named_so_comes_before_what_is_described_so(client):
    order = names(asked(client, q="library"))
    assert order[0] == "Moor Lane Library"  # its name and its kind
    assert set(order) == LIBRARIES


@pytest.mark.parametrize(
    "form", ["canolfan", "ganolfan", "nghanolfan", "chanolfan", "Ganolfân"]
)
def test_mutated_words_are_found_in_welsh_names(client, form):
    by_name, by_kind = "Canal Street Centre", "Sports hall"
    assert found(client, form) == {by_name, by_kind}


def test_a_welsh_name_that_is_the_only_one_is_found_by_its_other_forms(client):
    assert found(client, "pentref") == {"Neuadd y Bentref"}
    assert found(client, "neuadd bentref") == {"Neuadd y Bentref"}


def test_other_forms_are_looked_for_in_welsh_names_alone():
    sought = as_spelt("food").split(" | ")
    assert {"'food'", "'food':*", "'mood':B", "'bood':B"} == set(sought)


@pytest.mark.parametrize(
    ("words", "spelling"),
    [
        ("libary", {"libary": ["library"]}),
        ("librray", {"librray": ["library"]}),
        ("lane lybrary", {"lybrary": ["library"]}),
        ("smiht", {"smiht": ["smith"]}),
        ("phramacist", None),
        ("xylophone", None),
        ("xylophome", None),
    ],
)
def test_words_like_those_asked_for_are_looked_for_where_those_find_nothing(
    client, words, spelling
):
    body = asked(client, q=words)
    assert body["spelling"] == spelling
    assert bool(names(body)) == (spelling is not None)


def test_a_misspelt_word_is_told_beside_those_that_are_known(client):
    body = asked(client, q="moor lane libary")
    assert names(body) == ["Moor Lane Library"]
    assert body["spelling"]["libary"] == ["library"]


def test_right_words_are_not_taken_for_others(client):
    body = asked(client, q="hall")
    assert "Canal Street Centre" in names(body)  # its kind: a community hall
    assert set(names(body)) - {"Canal Street Centre"} == {
        "Sports hall",
        "Neuadd y Bentref",
    }
    assert body["spelling"] is None


def test_nearest_first_is_by_what_is_shown_and_nothing_hidden_is_near(client):
    body = asked(client, **NEAR, within_m=1_000, sort="distance")
    told = [(each["name"], each["distance_m"]) for each in body["assets"]]
    assert told == [
        ("Moor Lane Library", 10),
        ("Canal Street Centre", 50),
        ("St John's Café", 70),
        ("Smith & Sons", 140),
        ("Library garden", 150),
        ("Sports hall", 160),
        ("Neuadd y Bentref", 170),
        ("Library shop", 665),  # it is 2 m off; its square's middle is not
    ]


def test_a_place_that_is_not_exact_is_told_by_no_filter_or_count(client):
    close = asked(client, q="library", **NEAR, within_m=15, counts=True)
    assert names(close) == ["Moor Lane Library"]
    assert close["counts"]["total"] == 1
    inside = {"in": "boundary:wards/W"}
    assert found(client, "library", **inside) == {"Moor Lane Library"}
    far = asked(client, q="refuge", **NEAR)
    assert [each["distance_m"] for each in far["assets"]] == [None]
    assert names(asked(client, q="refuge", **NEAR, sort="distance")) == []


def test_an_order_follows_from_what_is_asked(client):
    assert asked(client)["sort"] == "number"
    assert asked(client, q="library")["sort"] == "relevance"
    assert asked(client, **NEAR)["sort"] == "distance"
    both = asked(client, q="library", **NEAR, within_m=500)
    assert both["sort"] == "relevance"


@pytest.mark.parametrize(
    "params",
    [
        {"q": "library"},
        {"q": "libary"},
        {"q": "library", "sort": "number"},
        {"q": "libary", "sort": "number"},
        NEAR,
        {**NEAR, "within_m": 2_000},
        {"q": "library", **NEAR, "sort": "distance"},
        {"open_at": WEEKDAY},
    ],
)
@pytest.mark.parametrize("form", ["json", "geojson"])
def test_pages_of_every_order_visit_each_asset_once(client, params, form):
    whole = names(asked(client, **params, limit=1000))
    assert len(whole) == len(set(whole)) > 0
    seen, address = (
        [],
        client.build_request(
            "GET", "/assets", params={**params, "limit": 1, "f": form}
        ).url,
    )
    while address:
        body = client.get(str(address)).json()
        if form == "json":
            seen += names(body)
            address = body["next"]
        else:
            seen += [each["properties"]["name"] for each in body["features"]]
            links = {each["rel"]: each["href"] for each in body["links"]}
            address = links.get("next")
        assert len(seen) <= len(whole)
    assert seen == whole


def test_items_are_skipped_in_an_order_too(client):
    whole = names(asked(client, q="libary"))
    assert names(asked(client, q="libary", offset=2)) == whole[2:]
    assert names(asked(client, q="library", offset=50)) == []


def test_what_is_open_then_is_told_by_its_hours(client):
    body = asked(client, open_at=WEEKDAY)
    assert names(body) == ["Moor Lane Library"]
    assert body["hours_not_known"] == 7  # of the nine others, one is open on Sundays
    assert names(asked(client, open_at=SUNDAY, q="centre")) == ["Canal Street Centre"]
    assert asked(client)["hours_not_known"] is None
    now = asked(client, open_now=True)
    assert set(names(now)) <= {"Moor Lane Library", "Canal Street Centre"}


def test_counts_are_of_all_that_meets_the_filters_by_kind(client):
    body = asked(client, q="library", counts=True, limit=1)
    assert body["counts"] == {
        "total": 4,
        "by_category": [
            {
                "category": "place.park",
                "category_label": "Public park or garden",
                "assets": 2,
            },
            {
                "category": "economy.community_shop",
                "category_label": "Community shop or charity shop",
                "assets": 1,
            },
            {
                "category": "institution.library",
                "category_label": "Library",
                "assets": 1,
            },
        ],
    }
    ground = asked(client, counts=True, **{"in": "boundary:wards/E"})["counts"]
    assert ground["total"] == 4
    assert asked(client, q="library")["counts"] is None
    as_geojson = asked(client, q="libary", f="geojson", counts=True)
    assert as_geojson["counts"]["total"] == 4
    assert as_geojson["spelling"] == {"libary": ["library"]}


def _place(text):
    return urlsafe_b64encode(f"v2:{text}".encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    ("params", "parameter"),
    [
        ({"q": "!!"}, "q"),
        ({"q": "' | 'a':*"}, None),
        ({"q": "\\' OR 1=1 --"}, None),
        ({"q": "a:* & !b <-> (c"}, None),
        ({"q": "x" * 200}, None),
        ({"q": " ".join("abcdefghijklmnopqrstuvwxyz")}, None),
        ({"q": "\u0301"}, "q"),
        ({"q": "ﷺ \u02bc 图书馆 שלום"}, None),
        ({"q": "%_%"}, "q"),
        ({"sort": "relevance"}, "sort"),
        ({"sort": "distance", "q": "hall"}, "sort"),
        ({"open_at": WEEKDAY, "open_now": "true"}, "open_at"),
        ({"open_at": "1999-01-01T10:00"}, "open_at"),
        ({"open_at": "never"}, "open_at"),
        ({"after": "djE6Mw", "q": "hall"}, "after"),
        ({"after": _place("relevance:written:-:1"), "q": "hall"}, "after"),
        ({"after": _place("relevance:written:1e999:1"), "q": "hall"}, "after"),
        ({"after": _place("distance:written:1:1")}, "after"),
    ],
)
def test_hostile_words_find_nothing_or_are_told(client, params, parameter):
    answer = client.get("/assets", params=params)
    if parameter is None:
        assert answer.status_code == 200, answer.text
    else:
        body = check_problem(answer, 400, "bad-parameter")
        assert body["parameter"] == parameter


def test_words_change_with_what_is_told(address, client):
    engine = create_engine(address)
    told = (
        "UPDATE asset SET description = :said, version = version + 1"
        " WHERE name = 'Sports hall'"
    )
    with engine.begin() as connection:
        connection.execute(text(told), {"said": "Trampolines on Tuesdays"})
    assert found(client, "trampoline") == {"Sports hall"}
    assert found(client, "trmapoline") == {"Sports hall"}
    with engine.begin() as connection:
        connection.execute(text(told), {"said": None})
    engine.dispose()
    assert found(client, "trampoline") == set()
    assert asked(client, q="trmapoline")["spelling"] is None


def test_indexes_are_used_with_the_rights_of_the_service(address):
    """Policies would keep them from being used; the view's conditions do not."""
    engine = create_engine(address)
    with engine.connect() as connection:
        connection.execute(text("SET LOCAL ROLE assetmap_service"))
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        for condition, index in (
            ("words @@ 'librari'::tsquery", "ix_asset_words"),
            (
                "st_dwithin(shown_geom, st_setsrid(st_makepoint(0, 0), 27700), 5)",
                "ix_asset_shown_geom",
            ),
        ):
            query = select(ShownAssetRow.id).where(text(condition))
            told = str(query.compile(connection))
            plan = "\n".join(connection.scalars(text(f"EXPLAIN {told}")))
            assert f"on {index}" in plan or f"using {index}" in plan, plan
    engine.dispose()


@pytest.mark.parametrize(
    ("word", "form"),
    [
        ("canolfan", "ganolfan"),
        ("pentref", "bentref"),
        ("pentref", "mhentref"),
        ("tref", "nhref"),
        ("tref", "dref"),
        ("mynwent", "fynwent"),
        ("gardd", "ardd"),
        ("gardd", "ngardd"),
        ("llyfrgell", "lyfrgell"),
        ("rhosyn", "rosyn"),
        ("banc", "fanc"),
        ("banc", "manc"),
        ("dinas", "ddinas"),
        ("ysgol", "hysgol"),
    ],
)
def test_words_and_their_mutations_find_each_other(word, form):
    assert form in other_forms(word)
    assert word in other_forms(form)


def test_short_words_have_no_other_forms():
    assert other_forms("dan") == []


def test_marks_and_accents_are_no_part_of_words():
    assert folded("Dŵr—St John\u2019s  (CAFÉ)") == "dwr st johns cafe "
    assert words_of("the hall in the hall") == ["hall"]
    assert words_of("of the") == ["of", "the"]
    assert words_of("— !") == []
    assert len(words_of(" ".join(map(str, range(99))))) == 12


def test_the_least_misspelt_words_are_chosen():
    known = ["library", "libraries", "liberty", "lib"]
    assert alike("libary", known) == ["library"]
    assert alike("library", ["library"]) == []
    assert alike("hub", ["hut", "pub", "hubs", "huts"]) == ["hubs", "hut", "pub"]
    assert alike("zz", ["za"]) == []
