"""What is drawn of neighbourhoods, through the door of collections."""

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from tests.publish.ogc.asking import GRID, ids, items, shapes
from tests.toy_town import box

FOUND = ["middle-0.2", "middle-0.5", "middle-0.8", "quiet"]


def test_levels_are_what_the_consensus_shows(ogc):
    told = ogc.get("/neighbourhoods/middle/consensus").json()["features"]
    found = items(ogc, "neighbourhoods").json()["features"]
    assert [each["id"] for each in found] == FOUND
    by_id = {each["id"]: each for each in found}
    for each in told:
        mine = by_id[each["id"]]
        assert mine["properties"]["area_m2"] == each["properties"]["area_m2"]
    on_grid = shapes(items(ogc, "neighbourhoods", crs=GRID))
    assert on_grid["middle-0.8"].equals(box(50, 0, 150, 100))


def test_too_few_drawings_have_no_ground(ogc):
    found = {
        each["id"]: each for each in items(ogc, "neighbourhoods").json()["features"]
    }
    assert found["quiet"]["geometry"] is None
    assert found["quiet"]["properties"]["sketches"] is None
    assert found["quiet"]["properties"]["level"] is None


def test_levels_are_filtered_like_anything_else(ogc):
    assert ids(ogc, "neighbourhoods", filter="level >= 0.5") == FOUND[1:3]
    assert ids(ogc, "neighbourhoods", neighbourhood="quiet") == ["quiet"]
    inside = "S_INTERSECTS(geometry, POINT(383200 398050))"
    assert ids(ogc, "neighbourhoods", filter=inside, filter_crs=GRID) == FOUND[:1]


def test_a_level_that_nobody_asks_for_by_default_is_shown_where_it_alone_may_be(
    ogc, ogc_url
):
    engine = create_engine(ogc_url, poolclass=NullPool)
    decide = text(
        "UPDATE neighbourhood SET shown_levels = :levels WHERE slug = 'middle'"
    )
    try:
        with engine.begin() as connection:
            connection.execute(decide, {"levels": [0.6]})
        assert ids(ogc, "neighbourhoods") == ["middle-0.6", "quiet"]
        assert ogc.get("/collections").status_code == 200
    finally:
        with engine.begin() as connection:
            connection.execute(decide, {"levels": None})
        engine.dispose()
