"""Drawings from a file: by a steward over REST, and on the command line."""

import json

import geopandas
import pandas as pd
import pytest
import shapely
from sqlalchemy import text
from typer.testing import CliRunner

from assetmap.publish.cli import app as command
from tests.publish.problems import check_problem
from tests.toy_town import box, degrees

LOAD = "/neighbourhoods/middle/sketches/load"
SQUARES = [box(50 + n, 0, 150 + n, 100) for n in range(3)]


def frame(**columns):
    data = {"id": ["a", "b", "c"], **columns}
    return geopandas.GeoDataFrame(data, geometry=SQUARES, crs=27700)


def count(town, source):
    with town.engine.connect() as connection:
        query = "SELECT count(*) FROM sketch WHERE source = :source"
        return connection.execute(text(query), {"source": source}).scalar()


def sent(town, path, who="steward", **asked):
    query = "&".join(f"{k}={v}" for k, v in {"file_name": path.name, **asked}.items())
    return town.post(f"{LOAD}?{query}", who, content=path.read_bytes())


def run(town, *words):
    found = CliRunner().invoke(command, ["load", "sketches", *map(str, words)])
    assert found.exception is None or isinstance(found.exception, SystemExit), (
        found.exc_info
    )
    return found


WRITERS = {
    "s.geojson": lambda found, path: found.to_crs(4326).to_file(path),
    "s.gpkg": lambda found, path: found.to_crs(3857).to_file(path),
    "s.parquet": lambda found, path: found.to_parquet(path),
    "s.kml": lambda found, path: found.to_crs(4326).to_file(path, driver="KML"),
    "s.csv": lambda found, path: pd.DataFrame(
        {"id": found["id"], "wkt": found.to_crs(4326).to_wkt().geometry}
    ).to_csv(path, index=False),
}


@pytest.mark.parametrize("name", WRITERS)
def test_every_kind_of_file_is_read_in_any_system(town, tmp_path, name):
    path = tmp_path / name
    WRITERS[name](frame(), path)
    source = f"walk-{name}"
    answer = sent(town, path, source=source)
    body = answer.json()
    assert (answer.status_code, body["added"], body["refused"]) == (200, 3, 0), body
    # The same file again changes nothing, sent by either way.
    assert sent(town, path, source=source).json()["added"] == 0
    again = run(town, path, "--neighbourhood", "middle", "--source", source)
    assert "middle: 0 sketches" in again.stdout, again.stderr
    assert count(town, source) == 3
    with town.engine.connect() as connection:
        query = "SELECT st_area(geom) FROM sketch WHERE source = :source"
        areas = connection.execute(text(query), {"source": source}).scalars()
        assert list(areas) == pytest.approx([10_000] * 3, rel=1e-3)


def test_rows_that_changed_take_the_place_of_the_old(town, tmp_path):
    path = tmp_path / "changing.csv"

    def write(*notes):
        shapes = [degrees(each).wkt for each in SQUARES]
        rows = {"id": ["a", "b", "c"], "note": notes, "wkt": shapes}
        pd.DataFrame(rows).to_csv(path, index=False)

    write("1", "2", "3")
    assert sent(town, path).json()["added"] == 3
    write("1", "new", "3")
    assert sent(town, path).json()["added"] == 1
    assert count(town, "changing.csv") == 3


BOW = "POLYGON((-2.25 53.47,-2.24 53.48,-2.24 53.47,-2.25 53.48,-2.25 53.47))"
SQUARE = degrees(box(0, 0, 100, 100)).wkt
MANY = ",".join(["-2 53", "-3 53", "-3 54"] * 40_000)
ROWS = [
    ("bow", BOW, "repaired", "Self-intersection"),
    ("line", "POLYGON((-2.25 53.47,-2.24 53.48,-2.25 53.47))", "refused", ""),
    ("swapped", "POLYGON((53.4 -2.2,53.5 -2.2,53.5 -2.1,53.4 -2.2))", "refused", ""),
    ("south", "POLYGON((2.2 -53.4,2.1 -53.4,2.1 -53.5,2.2 -53.4))", "refused", "off"),
    ("england", "POLYGON((-6 50,2 50,2 56,-6 56,-6 50))", "refused", "km²"),
    ("many", f"POLYGON(({MANY},-2 53))", "refused", "vertices"),
    ("point", "POINT(-2.25 53.47)", "refused", "not a polygon"),
    ("none", "", "refused", "missing"),
    ("good", SQUARE, None, ""),
    ("good", SQUARE, "refused", "stands in an earlier row"),
    ("<script>", SQUARE, None, ""),
]


@pytest.mark.parametrize("way", ["rest", "command line"])
def test_a_bad_row_is_told_with_its_line_and_the_others_are_stored(town, tmp_path, way):
    path = tmp_path / f"bad-{way}.csv"
    rows = pd.DataFrame(ROWS, columns=["id", "wkt", "outcome", "reason"])
    rows["note"] = "<img src=x onerror=alert(1)>"
    rows.drop(columns=["outcome", "reason"]).to_csv(path, index=False)
    if way == "rest":
        body = sent(town, path).json()
        assert "issues" in body, body
        issues = [(it["line"], it["outcome"], it["reason"]) for it in body["issues"]]
    else:
        report = tmp_path / "report.csv"
        done = run(town, path, "--neighbourhood", "middle", "--report", report)
        assert done.exit_code == 1, done.stderr
        told = pd.read_csv(report)
        issues = list(zip(told["line"], told["outcome"], told["reason"], strict=True))
    expected = [
        (line, outcome, reason)
        for line, (_, _, outcome, reason) in enumerate(ROWS, start=2)
        if outcome
    ]
    assert [each[:2] for each in issues] == [each[:2] for each in expected]
    for (_, _, found), (_, _, reason) in zip(issues, expected, strict=True):
        assert reason in found
    assert count(town, path.name) == 3


SENT = ["good", "bow", "line", "england"]


@pytest.mark.parametrize("name", WRITERS)
def test_bad_rows_are_told_alike_in_every_kind_of_file(town, tmp_path, name):
    """With the row, the column and how the shape begins; the others are stored."""
    by_id = {
        each: shapely.from_wkt(said) for each, said, *_ in ROWS[:5] if each in SENT
    }
    shapes = [shapely.from_wkt(SQUARE), *(by_id[each] for each in SENT[1:])]
    path = tmp_path / f"bad_{name}"
    WRITERS[name](geopandas.GeoDataFrame({"id": SENT}, geometry=shapes, crs=4326), path)
    body = sent(town, path, source=f"bad-{name}").json()
    assert (body["added"], body["refused"], body["repaired"]) == (2, 2, 1), body
    first = 2 if path.suffix == ".csv" else 1
    told = [(each["line"] - first, each["outcome"]) for each in body["issues"]]
    assert told == [(1, "repaired"), (2, "refused"), (3, "refused")]
    column = "wkt" if path.suffix == ".csv" else "geometry"
    for each in body["issues"]:
        assert each["column"] == column
        assert each["value"].startswith("POLYGON ((")


def test_columns_of_other_names_are_read_where_they_are_named(town, tmp_path):
    path = tmp_path / "survey.geojson"
    columns = {
        "Who": ["Ann", "Ann", "Bob"],
        "Day": ["2026-05-01", "2026-05-02", "1 May"],
        "years_lived": [4, 40, 400],
        "Do you work here?": ["yes", "no", ""],
        "Age": [30, 40, 50],
    }
    frame(**columns).to_crs(4326).to_file(path)
    asked = {"resident": "Who", "drawn_at": "day"}
    body = sent(town, path, questions="Do you work here?,Age", **asked).json()
    assert (body["added"], body["refused"], body["noted"]) == (3, 0, 2)
    with town.engine.connect() as connection:
        query = (
            "SELECT years_lived, answers, count(*) OVER (PARTITION BY resident),"
            " drawn_at::date::text FROM sketch WHERE source = 'survey.geojson'"
            " ORDER BY source_ref"
        )
        ann, again, bob = connection.execute(text(query)).all()
    assert ann[:3] == (4, {"age": 30, "do_you_work_here_": "yes"}, 2)
    assert (again[3], bob[0], bob[1]) == ("2026-05-02", None, {"age": 50})
    told = check_problem(sent(town, path, resident="Nobody"), 400, "bad-parameter")
    assert "Who" in told["detail"]


def test_streets_named_by_postcodes_are_ground(town, tmp_path):
    path = tmp_path / "streets.csv"
    path.write_text(
        'id,postcodes\n1,"M1 1AA, M1 1AB"\n2,M1 1AD\n3,"M1 1AA; ZZ1 1ZZ"\n4,\n',
        encoding="utf-8",
    )
    body = sent(town, path).json()
    assert (body["added"], body["refused"]) == (2, 2)
    assert [each["line"] for each in body["issues"]] == [4, 5]
    assert "ZZ1 1ZZ are not known" in body["issues"][0]["reason"]
    with town.engine.connect() as connection:
        query = "SELECT made_how FROM sketch WHERE source = 'streets.csv' ORDER BY id"
        first, _ = connection.execute(text(query)).scalars()
    assert first == "1 LSOA of 'blocks' that hold 2 postcodes"


def test_a_column_names_the_neighbourhood_of_each_row(town, tmp_path):
    path = tmp_path / "all.geojson"
    frame(place=["Middle", "quiet", "Nowhere"]).to_crs(4326).to_file(path)
    found = run(town, path, "--by", "PLACE")
    assert found.exit_code == 1
    assert "middle: 1 sketches\nquiet: 1 sketches" in found.stdout
    assert "Nowhere" in found.stdout
    nowhere = run(town, path, "--by", "id")
    assert nowhere.exit_code == 2
    assert run(town, path).exit_code == 2
    assert run(town, path, "--by", "x", "--neighbourhood", "middle").exit_code == 2


def test_only_a_steward_of_the_place_sends_a_file(town, tmp_path):
    path = tmp_path / "mine.geojson"
    frame().to_crs(4326).to_file(path)
    check_problem(sent(town, path, None), 401)
    for who in ("contributor", "administrator", "analyst", "officer", "editor"):
        check_problem(sent(town, path, who), 403, "role-needed")
    check_problem(sent(town, path, "other steward"), 403, "sketches-not-yours")
    assert count(town, "mine.geojson") == 0
    # What whoever runs the service loaded is not changed by a file of the same name.
    run(town, path, "--neighbourhood", "middle")
    shapes = shapely.affinity.translate(shapely.GeometryCollection(SQUARES), 5, 0)
    moved = geopandas.GeoDataFrame({"id": ["a", "b", "c"]}, geometry=list(shapes.geoms))
    moved.set_crs(27700).to_crs(4326).to_file(path)
    check_problem(sent(town, path), 403, "sketches-not-yours")


def test_a_file_that_is_none_or_too_long_is_refused_whole(town, tmp_path):
    path = tmp_path / "x.geojson"
    path.write_text("not a file", encoding="utf-8")
    check_problem(sent(town, path), 422, "bad-file")
    features = [
        {"type": "Feature", "properties": {}, "geometry": None} for _ in range(5_001)
    ]
    body = {"type": "FeatureCollection", "features": features}
    path.write_text(json.dumps(body), encoding="utf-8")
    check_problem(sent(town, path), 413, "too-many-drawings")
