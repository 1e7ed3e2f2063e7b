"""The schema ``publish``: what people read who connect with SQL, and nothing else."""

import json
import re
import shutil
from datetime import date, datetime
from pathlib import Path

import psycopg
import pytest
import shapely
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from assetmap.accounts.published.policy import note_policy
from assetmap.accounts.published.views import NAMES
from assetmap.db import readers
from tests.publish.ogc.asking import GRID, ids, items, shapes
from tests.publish.ogc.test_clients import QGIS_PYTHON, _has_qgis, run
from tests.toy_town import at, box

PROJECT = Path(__file__).parents[3]

SPATIAL = ("assets", "boundaries", "neighbourhoods", "quality")


@pytest.fixture(scope="module")
def owner(ogc_url):
    made = create_engine(ogc_url, poolclass=NullPool)
    yield made
    made.dispose()


@pytest.fixture(scope="module")
def login(owner):
    """What somebody signs in with who reads."""
    password = readers.make_reader(owner, "toy_reader")
    url = make_url(owner.url)
    host = url.host or url.query["host"]
    found = {"host": host, "dbname": url.database, "user": "toy_reader"}
    yield {**found, "password": password, "port": str(url.port or 5432)}
    readers.remove_reader(owner, "toy_reader")


@pytest.fixture
def read(login):
    """Rows that a reader gets, each a dictionary; a new connection for each test."""
    with psycopg.connect(
        **login, autocommit=True, row_factory=psycopg.rows.dict_row
    ) as connection:
        yield lambda query, *values: connection.execute(
            query, values or None
        ).fetchall()


def rows_of(read, view, key="id"):
    found = read(f"SELECT *, st_asbinary(geom) AS wkb FROM publish.{view}")  # noqa: S608
    return {each[key]: each for each in found}


def said(value):
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return float(value) if isinstance(value, (int, float)) else value


def check_same(row, feature, places, but=()):
    """Whether a row says of a feature what the collection says."""
    for name, told in feature["properties"].items():
        if name in row and name not in but:
            found = json.dumps(row[name]) if name in ("names", "sites") else row[name]
            assert said(found) == said(told), name
    place = places[feature["id"]]
    if place is None:
        assert row["wkb"] is None
    else:
        found = shapely.from_wkb(row["wkb"])
        assert shapely.hausdorff_distance(found, place) < 0.02


def test_assets_are_those_of_the_collection(ogc, read):
    found = rows_of(read, "assets")
    answer = items(ogc, "assets", crs=GRID)
    told = {each["id"]: each for each in answer.json()["features"]}
    assert found.keys() == told.keys()
    for fid, each in told.items():
        moments = ("updated_at", "verified_at")
        check_same(found[fid], each, shapes(answer), but=moments)


@pytest.mark.parametrize("name", ["wards", "blocks", "pcns", "old-wards"])
def test_boundaries_are_those_of_the_collections(ogc, read, name):
    query = "SELECT *, st_asbinary(geom) AS wkb FROM publish.boundaries"
    found = read(f"{query} WHERE boundary_set = %s", name)
    answer = items(ogc, name, crs=GRID)
    told = {each["id"]: each for each in answer.json()["features"]}
    assert {each["code"] for each in found} == told.keys()
    for row in found:
        check_same(row, told[row["code"]], shapes(answer))


def test_neighbourhoods_are_those_of_the_collection(ogc, read):
    found = rows_of(read, "neighbourhoods")
    answer = items(ogc, "neighbourhoods", crs=GRID)
    told = answer.json()["features"]
    by = {(each["neighbourhood"], each["level"]): each for each in found.values()}
    assert len(found) == len(by) == len(told)
    for each in told:
        key = (each["properties"]["neighbourhood"], each["properties"]["level"])
        check_same(by[key], each, shapes(answer))


def test_levels_are_those_that_stewards_show(ogc, read, owner):
    decide = text("UPDATE neighbourhood SET shown_levels = :some WHERE slug = 'middle'")
    try:
        for some in ([0.5], [0.6], [0.1, 0.8]):
            with owner.begin() as connection:
                connection.execute(decide, {"some": some})
            query = "SELECT neighbourhood, level FROM publish.neighbourhoods"
            told = {each["level"] for each in read(query)}
            features = items(ogc, "neighbourhoods").json()["features"]
            assert told == {each["properties"]["level"] for each in features}
    finally:
        with owner.begin() as connection:
            connection.execute(decide, {"some": None})


def test_a_stricter_policy_holds_here_too(read, owner):
    query = "SELECT sketches FROM publish.neighbourhoods WHERE neighbourhood = 'middle'"
    assert {each["sketches"] for each in read(query)} == {15}
    try:
        note_policy(owner, 16)
        assert read(query) == [{"sketches": None}]
        note_policy(owner, 7)
        levels = read(
            "SELECT level, area_m2 FROM publish.neighbourhoods"
            " WHERE neighbourhood = 'middle' ORDER BY level"
        )
        # Six of fifteen drew [150, 250]: fewer than seven, and so it is nobody's.
        assert {each["area_m2"] for each in levels} == {10_000.0}
    finally:
        note_policy(owner, 5)


def test_organisations_sets_and_faults_are_those_of_the_collections(ogc, read):
    query = "SELECT slug FROM publish.organisations ORDER BY id"
    assert [each["slug"] for each in read(query)] == ids(ogc, "organisations")
    query = "SELECT boundary_set || '-' || ordinal AS name FROM publish.quality"
    told = [each["name"] for each in read(f"{query} ORDER BY id")]
    assert told == ids(ogc, "quality")
    listed = {each["name"] for each in read("SELECT * FROM publish.boundary_sets")}
    assert listed == {"wards", "blocks", "pcns", "old-wards"}


HIDDEN = [
    "SELECT * FROM asset",
    "SELECT * FROM shown_asset",
    "SELECT * FROM sketch",
    "SELECT * FROM counted_sketch",
    "SELECT * FROM consensus_release",
    "SELECT * FROM account",
    "SELECT * FROM publish_policy",
    "SELECT * FROM access.standing",
    "SELECT access.has('asset', 'read', 'unkept')",
    "SELECT st_estimatedextent('public', 'asset', 'geom')",
    "INSERT INTO publish.organisations (slug) VALUES ('x')",
    "UPDATE publish.boundary_sets SET title = 'x'",
    "DELETE FROM publish.organisations",
    "CREATE TABLE publish.mine (x int)",
    "CREATE TABLE public.mine (x int)",
    "SET ROLE assetmap_service",
    "SELECT pg_read_file('/etc/passwd')",
    "COPY (SELECT 1) TO PROGRAM 'true'",
]


@pytest.mark.parametrize("query", HIDDEN)
def test_nothing_else_can_be_read_or_written(read, query):
    read("SELECT set_config('default_transaction_read_only', 'off', false)")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        read(query)


def test_every_table_and_view_but_those_is_shut(read):
    query = """
        SELECT format('%I.%I', nspname, relname) AS name
        FROM pg_class INNER JOIN pg_namespace ON relnamespace = pg_namespace.oid
        WHERE relkind IN ('r', 'v', 'm', 'f', 'p')
            AND nspname NOT IN ('pg_catalog', 'information_schema')
            AND NOT EXISTS (
                SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e'
            )
            AND (has_table_privilege(pg_class.oid, 'SELECT, INSERT, UPDATE, DELETE')
                OR has_any_column_privilege(pg_class.oid, 'SELECT, INSERT, UPDATE'))
    """
    assert {each["name"] for each in read(query)} == {f"publish.{it}" for it in NAMES}


def test_no_function_lends_a_reader_the_owner_s_rights(read):
    query = """
        SELECT pg_proc.oid::regprocedure::text AS name FROM pg_proc
        WHERE prosecdef AND has_function_privilege(pg_proc.oid, 'EXECUTE')
            AND has_schema_privilege(pronamespace, 'USAGE')
            AND prorettype <> 'trigger'::regtype
    """
    assert read(query) == []


def test_whoever_says_that_they_are_somebody_sees_no_more(read):
    before = rows_of(read, "assets")
    for name in ("account", "key", "token"):
        read(f"SELECT set_config('assetmap.{name}', '1', false)")
    assert rows_of(read, "assets") == before


def test_no_place_and_no_row_that_is_not_shown_is_found_out(read):
    everything = json.dumps(read("SELECT * FROM publish.assets"), default=str)
    assert "Draft" not in everything
    by_name = {each["name"]: each for each in rows_of(read, "assets").values()}
    assert by_name["Refuge"]["geom"] is None
    assert by_name["Refuge"]["address"] is None
    cafe = shapely.from_wkb(by_name["Cafe"]["wkb"])
    assert cafe.equals(at(500, 500))


def test_no_condition_of_a_reader_looks_at_rows_before_the_rules_do(login):
    """As a function would that tells what it is given, and is said to cost nothing."""
    with psycopg.connect(**login, autocommit=True) as connection:
        connection.execute("SET default_transaction_read_only = off")
        connection.execute(
            "CREATE FUNCTION pg_temp.tells(said text) RETURNS boolean LANGUAGE plpgsql"
            " COST 0.0000001 AS $$ BEGIN IF said = 'Draft' THEN RAISE 'seen'; END IF;"
            " RETURN true; END $$"
        )
        query = "SELECT name FROM publish.assets WHERE pg_temp.tells(name)"
        assert ("Hall",) in connection.execute(query).fetchall()


@pytest.mark.parametrize(
    "name", ["", "Upper", "1st", "x" * 64, "a-b", "a;b", "pg'x", "\u00e9"]
)
def test_a_name_that_is_none_is_refused(owner, name):
    with pytest.raises(readers.BadReaderName):
        readers.make_reader(owner, name)


def test_only_readers_are_made_anew_and_removed(owner, login):
    for name in ("assetmap_service", readers.READERS, make_url(owner.url).username):
        with pytest.raises(readers.ReaderNameTaken):
            readers.make_reader(owner, name)
        with pytest.raises(readers.ReaderNotFound):
            readers.remove_reader(owner, name)
    with pytest.raises(readers.ReaderNotFound):
        readers.remove_reader(owner, "nobody_at_all")
    first = readers.make_reader(owner, "toy_other")
    assert readers.make_reader(owner, "toy_other") != first
    readers.remove_reader(owner, "toy_other")


def uri(login):
    return "PG:" + " ".join(f"{name}={value}" for name, value in login.items())


@pytest.mark.skipif(shutil.which("ogrinfo") is None, reason="no ogrinfo here")
def test_gdal_finds_every_layer_with_its_kind_and_system(login):
    told = run("ogrinfo", "-ro", uri(login)).stdout
    for name in SPATIAL:
        assert f"publish.{name}" in told, told
    query = (f"{uri(login)} schemas=publish", "boundaries(geom)")
    told = run("ogrinfo", "-ro", "-so", *query).stdout
    assert "Geometry: Multi Polygon" in told
    assert 'ID["EPSG",27700]' in told
    asked = "boundary_set = 'wards' AND code LIKE 'N%'"
    told = run("ogrinfo", "-ro", "-so", *query, "-where", asked).stdout
    assert "Feature Count: 2" in told


LOADED = """
import json, os, sys
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from qgis.core import QgsApplication, QgsDataSourceUri, QgsFeatureRequest
from qgis.core import QgsRectangle, QgsVectorLayer
app = QgsApplication([], False)
app.initQgis()
login = json.loads(sys.argv[1])
told = {}
for view, where in json.loads(sys.argv[2]):
    uri = QgsDataSourceUri()
    uri.setConnection(
        login["host"], login["port"], login["dbname"], login["user"], login["password"]
    )
    uri.setDataSource("publish", view, "geom", where, "id")
    layer = QgsVectorLayer(uri.uri(False), view, "postgres")
    box = QgsFeatureRequest(QgsRectangle(383010, 398010, 383090, 398090))
    told[view] = {
        "is_valid": layer.isValid(),
        "crs": layer.crs().authid(),
        "all": layer.featureCount(),
        "boxed": sorted(each["name"] for each in layer.getFeatures(box)),
        "may_edit": bool(layer.dataProvider().capabilities() & 1),
    }
print(json.dumps(told))
"""


@pytest.mark.skipif(not _has_qgis(), reason="no python3-qgis here")
def test_qgis_loads_views_by_their_key(ogc, login, tmp_path):
    script = tmp_path / "load.py"
    script.write_text(LOADED)
    asked = [["boundaries", "boundary_set = 'wards'"], ["neighbourhoods", ""]]
    told = run(
        *(str(QGIS_PYTHON), str(script), json.dumps(login), json.dumps(asked)),
        env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
    )
    assert told.returncode == 0, told.stderr
    found = json.loads(told.stdout.strip().splitlines()[-1])
    assert all(each["is_valid"] for each in found.values()), told.stderr
    assert {each["crs"] for each in found.values()} == {"EPSG:27700"}
    assert not any(each["may_edit"] for each in found.values())
    assert found["boundaries"]["all"] == 4
    assert found["boundaries"]["boxed"] == ["Place W"]
    assert set(found["neighbourhoods"]["boxed"]) == {"Middle"}


def test_metres_are_metres(read):
    (one,) = read(
        "SELECT st_area(geom) AS area FROM publish.boundaries"
        " WHERE boundary_set = 'wards' AND code = 'W'"
    )
    assert one["area"] == pytest.approx(box(0, 0, 100, 100).area)


def test_the_views_are_those_that_are_documented(read):
    """They are a contract: what stands on the page is there, under its name."""
    page = (PROJECT / "docs/reference/sql.md").read_text("utf-8")
    told = {
        name: re.findall("`([a-z_0-9]+)`", line)
        for name, line in re.findall(r"### publish\.(\w+)\n\n.* Columns: (.*)", page)
    }
    query = """
        SELECT table_name AS view, column_name AS name
        FROM information_schema.columns WHERE table_schema = 'publish'
        ORDER BY ordinal_position
    """
    found = {}
    for each in read(query):
        found.setdefault(each["view"], []).append(each["name"])
    assert told == found
