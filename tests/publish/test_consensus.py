"""The consensus of a neighbourhood over HTTP: groups, files, and what is refused."""

import csv
import io
from datetime import UTC, datetime

import pyogrio
import pytest

from assetmap.publish.export.agreed import shown
from tests.publish.problems import check_problem

AT = "/neighbourhoods/middle/consensus"
TODAY = datetime.now(UTC).date().isoformat()


def test_it_tells_how_many_stand_alone_and_in_no_definition(client):
    body = client.get(AT).json()
    assert (body["alone"], body["in_no_definition"]) == (0, 0)
    assert "groups" not in body


def test_where_nobody_answered_no_group_is_told(client):
    body = client.get(AT, params={"by": "years_lived", "breaks": "5,10,20"}).json()
    assert (body["by"], body["groups"], body["differences"]) == ("years_lived", [], [])


def test_as_csv_each_level_is_a_row_with_its_ground(client):
    answer = client.get(AT, params={"f": "csv", "levels": "0.4,1"})
    assert answer.headers["content-type"].startswith("text/csv")
    assert "middle-consensus.csv" in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(row["of"], row["label"], row["level"]) for row in rows] == [
        ("all", "", "0.4"),
        ("all", "", "1.0"),
        ("definition", "A", "0.4"),
        ("definition", "A", "1.0"),
        ("definition", "B", "0.4"),
        ("definition", "B", "1.0"),
    ]
    assert float(rows[0]["area_m2"]) == pytest.approx(20_000)
    assert rows[0]["wkt"].startswith("MULTIPOLYGON")


def test_as_geopackage_levels_and_numbers_are_layers(client, tmp_path):
    answer = client.get(AT, params={"f": "gpkg"})
    assert answer.headers["content-type"] == "application/geopackage+sqlite3"
    path = tmp_path / "consensus.gpkg"
    path.write_bytes(answer.content)
    names = {name for name, _ in pyogrio.list_layers(path)}
    assert names == {"levels", "names", "curves", "rows"}
    levels = pyogrio.read_dataframe(path, layer="levels")
    assert levels.crs.to_epsg() == 27700
    assert levels.area.tolist()[:3] == pytest.approx([20_000, 10_000, 10_000])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("by", "colour"),
        ("breaks", "a"),
        ("breaks", ","),
        ("breaks", "nan"),
        ("breaks", "5,10.1,20"),
        ("breaks", ",".join("1" * 20)),
        ("f", "shp"),
    ],
)
def test_what_cannot_be_asked_is_named(client, name, value):
    asked = {"by": "years_lived"} | {name: value}
    body = check_problem(client.get(AT, params=asked), 400)
    assert body["parameter"] == name


def test_a_look_up_says_it_as_a_sentence(client):
    (near,) = client.get("/lookup", params={"postcode": "M1 1AD"}).json()[
        "neighbourhoods"
    ]
    assert (
        near["told"] == "40 % of the simulated sketches of Middle include this place."
    )
    assert near["name_cy"] is None


def test_a_bulk_look_up_says_it_too(client):
    sent = {"postcodes": ["M1 1AB"]}
    (row,) = client.post("/lookup", json=sent).json()["results"]
    (near,) = row["neighbourhoods"]
    assert near["told"].startswith("All, or all but fewer than 5, of the sim")


def test_since_today_nothing_has_moved(client):
    day = {"from": TODAY}
    body = client.get("/neighbourhoods/middle/change", params=day).json()
    assert body["agreement"] == pytest.approx(1)
    parts = {each["properties"]["part"]: each for each in body["features"]}
    assert parts["gained"]["geometry"] is None
    assert parts["kept"]["properties"]["people"] > 0


def test_as_at_a_day_before_anything_was_published_is_a_conflict(client):
    answer = client.get(AT, params={"as_at": "2010-01-01"})
    check_problem(answer, 409, "not-published-then")
    today = client.get(AT, params={"as_at": TODAY}).json()
    assert today["release"] == client.get(AT).json()["release"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("from", "soon"), ("to", "2025-02-30"), ("level", "0"), ("level", "nan")],
)
def test_a_change_that_cannot_be_asked_is_named(client, name, value):
    asked = {"from": "2025-01-01"} | {name: value}
    answer = client.get("/neighbourhoods/middle/change", params=asked)
    assert check_problem(answer, 400)["parameter"] == name


@pytest.mark.parametrize("form", ["geojson", "csv", "gpkg"])
def test_the_same_again_is_the_same_and_costs_no_geometry(client, form, monkeypatch):
    first = client.get(AT, params={"f": form})
    again = client.get(AT, params={"f": form})
    assert again.content == first.content
    assert again.headers["etag"] == first.headers["etag"]
    monkeypatch.setattr(shown, "consensus_as_published", None)
    held = {"If-None-Match": first.headers["etag"]}
    answer = client.get(AT, params={"f": form}, headers=held)
    assert (answer.status_code, answer.content) == (304, b"")


def test_what_is_asked_otherwise_has_another_mark(client):
    asked = [{}, {"f": "csv"}, {"levels": "0.5"}, {"measure": "people"}]
    tags = [client.get(AT, params=each).headers["etag"] for each in asked]
    assert len(set(tags)) == len(asked)


def test_whoever_has_any_of_what_is_no_question_is_told_so(client):
    held = {"If-None-Match": "*"}
    check_problem(client.get(f"{AT}?by=colour", headers=held), 400)
    assert client.get(AT, headers=held).status_code == 304
