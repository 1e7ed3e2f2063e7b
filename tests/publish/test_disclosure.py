"""Attacks on single drawings, all of which fail: what is published never tells of one.

Around a place in toy town 31 residents drew, none along the grid:

- 20 drew about the same, each a little apart;
- 9 left the north out, so that 20 of 29 hold it;
- one drew a spit far to the east, and one left out a corner: both stand alone.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

import numpy as np
import pytest
import shapely
from fastapi.testclient import TestClient
from shapely.geometry import mapping, shape
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from assetmap import crs
from assetmap.accounts.grants import store as grants
from assetmap.accounts.grants.model import Over
from assetmap.disclosure import Disclosure
from assetmap.footprints.consensus import told as footprints
from assetmap.neighbourhoods import store as neighbourhoods
from assetmap.neighbourhoods.ingest import load_sketches
from assetmap.neighbourhoods.model import Neighbourhood
from assetmap.publish.app import make_app
from tests.accounts.who import key_for
from tests.databases import fresh_database, process_on
from tests.publish.conftest import build
from tests.publish.writing.conftest import Town
from tests.toy_town import EAST, NORTH, box, degrees, layer

SLUG = "ragged"
AT = f"/neighbourhoods/{SLUG}"
SKETCHES = f"{AT}/sketches"
FEWEST, GRID_M = 5, 25


def ragged(seed, west=-300, south=-300, east=300, north=300):
    """A drawing with an unsteady hand: no vertex on the grid, no two alike."""
    hand = np.random.default_rng(seed)
    ring = shapely.segmentize(box(west, south, east, north), 90).exterior
    points = shapely.get_coordinates(ring)[:-1]
    return shapely.Polygon(points + hand.uniform(2.3, 19.7, points.shape))


def drawings():
    found = [ragged(seed) for seed in range(20)]
    found += [ragged(seed, north=100) for seed in range(20, 29)]
    spit = shapely.union(
        ragged(29), ragged(50, west=280, south=-40, east=900, north=40)
    )
    bitten = shapely.difference(
        ragged(30), ragged(51, west=-400, east=-100, south=-400, north=-100)
    )
    return [*found, spit, bitten]


@pytest.fixture(scope="module")
def town(server_url: str) -> Iterator[Town]:
    """The town, with the place, its steward and its contributors."""
    with fresh_database(server_url, "disclosed") as url:
        engine = create_engine(url)
        with Session(engine) as session, session.begin():
            build(session)
            row = neighbourhoods.add_neighbourhood(
                session, Neighbourhood(SLUG, "Ragged")
            )
            drawn = {f"r{at}": each for at, each in enumerate(drawings())}
            load_sketches(session, row, layer(drawn), "toy")
        with Session(engine) as session, session.begin():
            own = {"kind": "community", "neighbourhood": SLUG}
            keys = {
                name: key_for(session, name, role, **own)
                for name, role in [("steward", "steward")]
                + [(f"resident {at}", "contributor") for at in range(9)]
            }
        engine.dispose()
        with process_on(url), TestClient(make_app()) as client:
            found = Town(url, client, keys)
            yield found
            found.engine.dispose()


TODAY = datetime.now(UTC).date()
HOOD = {"neighbourhood": SLUG}
CUT = {**HOOD, "threshold": 0.5}
WARD = {"set": "wards", "code": "W"}
DRAWN = {"geometry": mapping(degrees(box(-80, -90, 500, 90)))}
GETS = [
    AT,
    "/neighbourhoods",
    f"{AT}/consensus",
    f"{AT}/consensus?measure=people",
    f"{AT}/consensus?levels=0.03,0.1,0.3,0.65,0.9,0.97,1",
    f"{AT}/reconciliation",
    f"{AT}/reconciliation?threshold=0.05",
    f"{AT}/reconciliation?threshold=0.97",
    f"{AT}/reconciliation?f=geojson",
    f"{AT}/consensus?f=csv",
    f"{AT}/consensus?f=csv&by=years_lived",
    f"{AT}/consensus?by=years_lived",
    f"{AT}/consensus?as_at={TODAY}",
    f"{AT}/change?from={TODAY}",
    f"/assets?in=neighbourhood:{SLUG}",
    f"/assets?in=neighbourhood:{SLUG}&f=geojson",
    "/lookup?postcode=M1%201AA",
    f"/lookup?easting={EAST + 700}&northing={NORTH}",
    f"/places/{SLUG}",
    "/",
]
POSTS = [
    ("/reconciliation", {"footprint": HOOD}),
    ("/reconciliation", {"footprint": CUT}),
    ("/reconciliation", {"footprint": {"union": [CUT, WARD]}}),
    ("/reconciliation", {"footprint": {"union": [CUT, DRAWN]}}),
    ("/comparison", {"a": HOOD, "b": WARD}),
    ("/comparison", {"a": CUT, "b": DRAWN}),
    ("/comparison", {"a": DRAWN, "b": HOOD}),
    ("/comparison", {"a": {**HOOD, "threshold": 0.9}, "b": {**HOOD, "threshold": 0.1}}),
    ("/comparison?f=svg", {"a": HOOD, "b": WARD}),
    ("/severance", {"footprint": HOOD, "sets": ["wards"]}),
    ("/severance", {"footprint": CUT, "sets": ["wards"]}),
    ("/provision", {"footprint": HOOD}),
    ("/provision", {"footprint": CUT}),
    ("/deprivation", {"footprint": HOOD}),
    ("/postcodes", {"footprint": CUT}),
    (
        "/lookup",
        {"grid": [[EAST + x, NORTH + y] for x in (-200, 0, 700) for y in (0, 200)]},
    ),
]


def everything(town):
    """Every answer that speaks of the place, by what was asked."""
    found = {each: town.get(each) for each in GETS}
    found |= {f"{path} {body}": town.post(path, json=body) for path, body in POSTS}
    return found


def shapes_in(told):
    """Every geometry anywhere in an answer."""
    if isinstance(told, list):
        for each in told:
            yield from shapes_in(each)
    elif isinstance(told, dict):
        if told.get("type") in {"Polygon", "MultiPolygon"}:
            yield shape(told)
        for each in told.values():
            yield from shapes_in(each)
    return


def on_grid(geometry):
    """A published shape in metres of the National Grid."""
    points = shapely.get_coordinates(geometry)
    east, north = crs.to_grid(points[:, 0], points[:, 1])
    return shapely.set_coordinates(
        shapely.from_wkb(shapely.to_wkb(geometry)), np.column_stack([east, north])
    )


def test_every_answer_that_speaks_of_the_place_is_there(town):
    for asked, answer in everything(town).items():
        assert answer.status_code == 200, (asked, answer.text[:300])


@pytest.fixture(scope="module")
def first(town):
    """What everybody could see before anything changed."""
    return everything(town)


@pytest.fixture(scope="module")
def drawn(town):
    return list(drawings())


def shares(drawn):
    """For every square of 25 m near the place, by hand, how many drawings hold it."""
    east = np.arange(EAST - 500, EAST + 1_000, GRID_M) + GRID_M / 2
    north = np.arange(NORTH - 500, NORTH + 500, GRID_M) + GRID_M / 2
    x, y = (each.ravel() for each in np.meshgrid(east, north))
    held = np.sum([shapely.contains_xy(each, x, y) for each in drawn], axis=0)
    return x, y, held


def test_no_published_edge_is_a_residents_own(town, first, drawn):
    """Every vertex stands on the grid or is a boundary's or the asker's; no edge runs
    along what was drawn."""
    lines = shapely.union_all([each.boundary for each in drawn])
    beside = lines.buffer(0.01, cap_style="flat")
    corners = shapely.STRtree(shapely.points(shapely.get_coordinates(drawn)))
    seen = 0
    for asked, answer in first.items():
        if "json" not in answer.headers["content-type"]:
            continue
        for found in map(on_grid, shapes_in(answer.json())):
            seen += 1
            along = found.boundary.intersection(beside)
            assert shapely.length(shapely.get_parts(along)).max(initial=0) < 1, asked
            vertices = shapely.points(shapely.get_coordinates(found))
            assert corners.query(vertices, "dwithin", 0.01).size == 0, asked
    assert seen > 20


@pytest.mark.parametrize("levels", [np.linspace(0.01, 1, 100)])
def test_a_scan_of_thresholds_tells_of_no_fewer_than_five(town, drawn, levels):
    """101 thresholds give the squares that at least k hold and k leave out, no more."""
    x, y, held = shares(drawn)
    grounds = {}
    for start in range(0, len(levels), 20):
        asked = ",".join(f"{each:.2f}" for each in levels[start : start + 20])
        body = town.get(f"{AT}/consensus?levels={asked}").json()
        for each in body["features"]:
            level, geometry = each["properties"]["level"], each["geometry"]
            if geometry is not None:
                inside = shapely.contains_xy(on_grid(shape(geometry)), x, y)
                grounds[level] = inside
    assert len(grounds) == 100
    of = len(drawn)
    for level, inside in grounds.items():
        enough = held >= max(FEWEST, min(np.ceil(level * of - 1e-9), of - FEWEST + 1))
        assert (inside == enough).all(), level
    for one, other in zip(
        list(grounds.values()), list(grounds.values())[1:], strict=False
    ):
        between = held[one != other]
        assert (between >= FEWEST).all()
        assert (of - between >= FEWEST).all()


def test_the_curve_has_no_step_of_fewer_than_five(first, drawn):
    said = first[f"{AT}/consensus"].json()["statistics"]
    of = said["sketches"]
    assert of == len(drawn)
    counts = [round(each["p"] * of) for each in said["curve"]]
    assert all(FEWEST <= each <= of - FEWEST or each == of for each in counts)
    _, _, held = shares(drawn)
    assert said["union"] == pytest.approx(GRID_M**2 * (held >= FEWEST).sum())


def test_a_look_up_anywhere_tells_of_no_fewer_than_five(town, drawn):
    """The spit that one drew is nowhere; the corner that one left out is in it."""
    x, y, held = shares(drawn)
    of = len(drawn)
    asked = np.column_stack([x, y]).tolist()
    body = town.post("/lookup", json={"grid": asked, "sets": []}).json()
    for place, told in zip(held.tolist(), body["results"], strict=True):
        found = {each["slug"]: each["consensus"] for each in told["neighbourhoods"]}
        if place < FEWEST:
            assert SLUG not in found
        elif of - place < FEWEST:
            assert found[SLUG] == 1
        else:
            assert found[SLUG] == pytest.approx(place / of)


def test_small_boxes_find_squares_and_no_line_in_them(town, drawn):
    """As tiles would be asked for: boxes of 5 m, each inside one square."""
    x, y, held = shares(drawn)
    hand = np.random.default_rng(3)
    edge = np.flatnonzero((held > 0) & (held < len(drawn)))
    for at in hand.choice(edge, 12, replace=False):
        west, south = (each[at] + hand.uniform(-11, 6) for each in (x, y))
        west, south = west - EAST, south - NORTH
        sent = {"geometry": mapping(degrees(box(west, south, west + 5, south + 5)))}
        body = town.post("/comparison", json={"a": HOOD, "b": sent}).json()
        found = {each["id"]: each["properties"] for each in body["features"]}
        share = Disclosure().told_of(held[[at]], len(drawn))[0]
        assert found["both"]["area_m2"] == pytest.approx(25 * share, abs=0.1)


def test_one_drawer_of_seven_is_not_told_by_a_share():
    told = Disclosure().told_of(np.arange(8), 7)
    assert told.tolist() == [0, 0, 0, 0, 0, 1, 1, 1]


def test_what_is_left_out_is_said(first):
    body = first[f"{AT}/consensus?levels=0.03,0.1,0.3,0.65,0.9,0.97,1"].json()
    said = [(each["what"], each.get("level")) for each in body["suppressed"]]
    assert [level for what, level in said if what == "level"] == [0.03, 0.1, 0.9, 0.97]
    reconciled = first[f"{AT}/reconciliation"].json()
    assert reconciled["suppressed"]
    assert any("fewer than 5" in each for each in reconciled["notes"])


def changed(town, first):
    """Which answers are other than they were."""
    now = everything(town)
    return [
        asked
        for asked, was in first.items()
        if was.status_code != now[asked].status_code
        or (was.status_code == 200 and was.content != now[asked].content)
    ]


def test_what_fewer_than_five_change_changes_no_answer(town, first):
    """One draws, another redraws, a third withdraws: all asks say what they said.

    The fifth resident makes the difference, and then of all five together.
    """
    sent = [
        town.post(SKETCHES, f"resident {at}", json={"geometry": apart(at)})
        for at in range(2)
    ]
    assert [each.status_code for each in sent] == [201, 201]
    assert changed(town, first) == []
    ids = listed(town)
    for place, each in enumerate(ids[:2]):
        gone = town.delete(f"{SKETCHES}/{each}", "steward", match="*")
        assert gone.status_code == 204, gone.text
        assert changed(town, first) == [], place
    again = town.put(
        f"{SKETCHES}/{sent[0].json()['id']}",
        "resident 0",
        match="*",
        json={"geometry": apart(7)},
    )
    assert again.status_code == 200, again.text
    assert changed(town, first) == []
    kept = texts(town, "SELECT count(geom) FROM sketch")
    more = [
        town.post(SKETCHES, f"resident {at}", json={"geometry": apart(at)})
        for at in range(2, 5)
    ]
    assert [each.status_code for each in more] == [201] * 3
    assert texts(town, "SELECT count(geom) FROM sketch") == kept + 3
    now = changed(town, first)
    assert f"{AT}/consensus" in now
    assert AT in now
    assert town.get(AT).json()["sketches"] == 31 - 2 + 5


def apart(at):
    """Ground to the north that nobody else drew."""
    west = -250 + 40 * at
    drawn = ragged(100 + at, west=west, south=320, east=west + 200, north=450)
    return mapping(degrees(drawn))


def listed(town):
    body = town.get(f"{SKETCHES}?limit=100", "steward").json()
    return [each["id"] for each in body["sketches"]]


def texts(town, query):
    with town.engine.connect() as connection:
        return connection.execute(text(query)).scalar_one()


def test_a_withdrawn_drawing_is_nowhere_in_what_is_kept_of_a_release(town):
    """A release has counts of five and more by square, and ids; no shape of anybody."""
    with town.engine.connect() as connection:
        rows = connection.execute(
            text("SELECT sketches, held, said FROM consensus_release")
        ).all()
    assert len(rows) >= 2
    for sketches, held, said in rows:
        assert all(FEWEST <= each <= sketches for each in held)
        assert all(
            FEWEST <= each <= part["sketches"]
            for part in said["parts"]
            for each in part["squares"]["held"]
        )
        assert "coordinates" not in str(said)


def test_back_and_forth_gives_no_release_that_differs_by_one(town):
    """Five withdraw and four of them draw again: against the first release it would be
    one drawing's difference, so that nothing new is published."""
    before = town.get(f"{AT}/consensus").json()
    releases = texts(town, "SELECT max(number) FROM consensus_release")
    for each in listed(town)[-1:]:
        assert (
            town.delete(f"{SKETCHES}/{each}", "steward", match="*").status_code == 204
        )
    assert town.get(f"{AT}/consensus").json() == before
    assert texts(town, "SELECT max(number) FROM consensus_release") == releases


def test_the_policy_is_there_to_be_read(town):
    said = town.get("/disclosure").json()
    assert (said["fewest_sketches"], said["grid_m"]) == (5, 25)


def test_hiding_and_showing_few_drawings_changes_no_answer(town):
    """Spam that a steward hides: whoever looks before and after learns nothing."""
    before = everything(town)
    ids = listed(town)[:1]
    for each in ids:
        path = f"{SKETCHES}/{each}/hidden"
        done = town.put(path, "steward", json={"why": "spam"}, match="*")
        assert done.status_code == 200, done.text
        assert changed(town, before) == []
    for each in ids:
        shown = town.delete(f"{SKETCHES}/{each}/hidden", "steward", match="*")
        assert shown.status_code in {200, 204}, shown.text
    assert changed(town, before) == []


def test_merging_a_name_that_few_drew_tells_of_none(town):
    """Two drew under another name; it comes and goes, and no number is other."""
    with Session(town.engine) as session, session.begin():
        row = neighbourhoods.add_neighbourhood(session, Neighbourhood("torn", "Torn"))
        load_sketches(
            session, row, layer({f"t{at}": ragged(at) for at in range(2)}), "t"
        )
    with Session(town.engine) as session, session.begin():
        grants.give(session, "steward", "steward", Over(neighbourhood="torn"))
    before = {asked: numbers_in(answer) for asked, answer in everything(town).items()}
    sent = {"other": "torn", "reason": "the same place"}
    done = town.post(f"{AT}/merges", "steward", json=sent, match="*")
    assert done.status_code in {200, 201}, done.text
    now = {asked: numbers_in(answer) for asked, answer in everything(town).items()}
    assert [asked for asked, was in before.items() if was != now[asked]] == []
    parted = town.delete(f"{AT}/merges/torn", "steward", match="*")
    assert parted.status_code in {200, 204}, parted.text
    now = {asked: numbers_in(answer) for asked, answer in everything(town).items()}
    assert [asked for asked, was in before.items() if was != now[asked]] == []


def numbers_in(answer):
    """What an answer about the place says but for names, versions and days."""
    if answer.status_code != 200 or "json" not in answer.headers["content-type"]:
        return answer.status_code
    body = answer.json()
    for name in ("merged", "other_names", "version", "updated_at", "neighbourhoods"):
        body.pop(name, None)
    return body


DECIDED = {"shown_levels": [0.5, 0.8], "shows_definitions": False}
NOT_SHOWN = {
    f"{AT}/consensus?levels=0.03,0.1,0.3,0.65,0.9,0.97,1": 400,
    f"{AT}/reconciliation?threshold=0.05": 422,
    f"{AT}/reconciliation?threshold=0.97": 422,
    f"/comparison {POSTS[7][1]}": 422,
}


def test_no_way_out_tells_more_than_the_levels_that_stewards_show(town):
    """Everything is the same, to the last byte, where only the steps are stored.

    Of each square is kept the least that reaches its level: if any answer told more,
    it would now be another.
    """
    said = town.patch(AT, "steward", json=DECIDED, match="*")
    assert said.status_code == 200, said.text
    before = everything(town)
    for asked, answer in before.items():
        assert answer.status_code == NOT_SHOWN.get(asked, 200), (asked, answer.text)
        if answer.status_code == 422:
            assert answer.json()["type"] == "/problems/level-not-shown"
            assert answer.json()["shown_levels"] == [0.5, 0.8]
    assert "at least 2 in 10" not in before[f"/places/{SLUG}"].text
    with town.engine.begin() as connection:
        changed = connection.execute(text(ONLY_STEPS))
        assert changed.rowcount >= 1
    footprints._KEPT.clear()
    after = everything(town)
    assert [
        asked
        for asked, was in before.items()
        if was.status_code == 200 and was.content != after[asked].content
    ] == []


ONLY_STEPS = """
    UPDATE consensus_release SET held = (
        SELECT array_agg(
            CASE
                WHEN each < 0.5 * sketches THEN 5
                WHEN each < 0.8 * sketches THEN ceil(0.5 * sketches)
                ELSE ceil(0.8 * sketches)
            END ORDER BY place
        )
        FROM unnest(held) WITH ORDINALITY AS had (each, place)
    )
    WHERE neighbourhood_id = (SELECT id FROM neighbourhood WHERE slug = 'ragged')
"""


def test_what_is_shown_is_told_where_it_is_asked(town):
    body = town.get(f"{AT}/consensus").json()
    assert [each["properties"]["level"] for each in body["features"]] == [0.5, 0.8]
    assert body["statistics"]["mean"] is None
    assert body["statistics"]["mean_agreement"] is None
    assert body["statistics"]["majority"] > body["statistics"]["core"] > 0
    assert {"what": "levels", "shown": [0.5, 0.8]}.items() <= next(
        each for each in body["suppressed"] if each["what"] == "levels"
    ).items()
    found = town.get(f"/lookup?easting={EAST}&northing={NORTH}").json()
    (here,) = [each for each in found["neighbourhoods"] if each["slug"] == SLUG]
    assert here["told"].startswith("At least ")
    # Squares in 0.5 to 0.8 of the drawings count 0.5, others 0.8; in whole drawings.
    levels = [each["properties"]["area_m2"] for each in body["features"]]
    of = body["statistics"]["sketches"]
    least = [int(np.ceil(each * of)) / of for each in (0.5, 0.8)]
    whole = town.post("/reconciliation", json={"footprint": HOOD}).json()["footprint"]
    stepped = levels[0] * least[0] + levels[1] * (least[1] - least[0])
    assert whole["area_m2"] == pytest.approx(stepped)
