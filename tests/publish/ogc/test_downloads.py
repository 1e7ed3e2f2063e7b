"""Collections as files: the same rows and columns in every form."""

import csv
import io
import json
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import geopandas as gpd
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely

from assetmap.publish.features import agreed_levels
from assetmap.publish.features.ready import folders
from assetmap.publish.ogc import downloads
from tests.publish.ogc.asking import GRID, items, names
from tests.publish.ogc.test_clients import QGIS_PYTHON, _has_qgis, run
from tests.toy_town import SQUARES


class Elsewhere(NamedTuple):
    """Settings with another home."""

    home: Path


FORMS = ["geojson", "geojsonseq", "csv", "fgb", "gpkg", "parquet"]


def get(client, name, form, path="download", **asked):
    answer = client.get(f"/collections/{name}/{path}", params={"f": form, **asked})
    assert answer.status_code == 200, answer.text
    return answer


def read(answer, form, folder):
    """The rows of a file, each a dictionary, its place as ``place``."""
    if form == "geojson":
        return [_feature(each) for each in answer.json()["features"]]
    if form == "geojsonseq":
        parts = answer.text.split("\x1e")[1:]
        return [_feature(json.loads(each)) for each in parts]
    if form == "csv":
        rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
        places = [shapely.from_wkt(each.pop("wkt") or None) for each in rows]
        return [{**row, "place": at} for row, at in zip(rows, places, strict=True)]
    path = folder / f"file.{form}"
    path.write_bytes(answer.content)
    if form == "parquet":
        found = gpd.read_parquet(path)
    else:
        found = gpd.read_file(path, layer=pyogrio.list_layers(path)[0][0])
    return found.rename(columns={"geometry": "place"}).to_dict("records")


def _feature(told):
    place = told["geometry"] and shapely.geometry.shape(told["geometry"])
    return {**told["properties"], "place": place}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_has_the_same_rows_columns_and_places(ogc, form, tmp_path):
    found = read(get(ogc, "wards", form, crs=GRID), form, tmp_path)
    told = items(ogc, "wards").json()["features"]
    by_code = {each["code"]: each for each in found}
    assert set(by_code) == {each["id"] for each in told}
    for each in told:
        row = by_code[each["id"]]
        assert set(row) == {*each["properties"], "place"}
        assert float(row["area_m2"]) == each["properties"]["area_m2"]
        away = shapely.hausdorff_distance(row["place"], SQUARES[each["id"]])
        assert away < 0.011


@pytest.mark.parametrize("form", FORMS)
def test_filters_and_limits_hold_in_files(ogc, form, tmp_path):
    asked = {"filter": "code LIKE 'N%'"}
    for path in ("download", "items") if form != "geojson" else ("download",):
        found = read(get(ogc, "wards", form, path, **asked), form, tmp_path)
        assert {each["code"] for each in found} == {"NE", "NW"}
    one = read(get(ogc, "wards", form, limit=1), form, tmp_path)
    assert [each["code"] for each in one] == ["E"]


@pytest.mark.parametrize("form", FORMS)
def test_hidden_places_are_in_no_file(ogc, form, tmp_path):
    found = read(get(ogc, "assets", form), form, tmp_path)
    assert {each["name"] for each in found} == names(ogc)
    places = {each["name"]: each["place"] for each in found}
    assert places["Refuge"] is None
    assert places["Hall"] is not None


def test_files_say_whose_data_they_are(ogc, tmp_path):
    for form in ("parquet", "gpkg"):
        (tmp_path / f"a.{form}").write_bytes(get(ogc, "wards", form).content)
    told = pq.read_schema(tmp_path / "a.parquet").metadata
    assert told[b"attribution"] == b"Contains wards."
    info = pyogrio.read_info(tmp_path / "a.gpkg", layer="wards")
    assert info["layer_metadata"]["attribution"] == "Contains wards."
    assert get(ogc, "wards", "geojson").json()["attribution"] == ["Contains wards."]


def test_a_whole_file_is_kept_and_sent_from_where_it_broke_off(ogc):
    first = get(ogc, "wards", "gpkg")
    head = {"Range": "bytes=100-", "If-Range": first.headers["etag"]}
    rest = ogc.get("/collections/wards/download?f=gpkg", headers=head)
    assert rest.status_code == 206
    assert rest.content == first.content[100:]
    head = {"If-None-Match": first.headers["etag"]}
    assert (
        ogc.get("/collections/wards/download?f=gpkg", headers=head).status_code == 304
    )


def test_kept_files_are_few(ogc, monkeypatch):
    monkeypatch.setattr(downloads, "MOST_KEPT", 1)
    get(ogc, "wards", "fgb")
    get(ogc, "blocks", "fgb")
    folder = folders.settings().home / "downloads"
    assert len(list(folder.iterdir())) == 1


def test_files_are_named_and_typed(ogc):
    answer = get(ogc, "wards", "csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert "wards.csv" in answer.headers["content-disposition"]
    accept = {"Accept": "text/csv"}
    assert ogc.get("/collections/wards/items", headers=accept).text == answer.text


def test_organisations_have_no_place_in_files(ogc, tmp_path):
    for form in ("csv", "gpkg", "parquet", "geojson"):
        assert get(ogc, "organisations", form).content


def test_a_home_that_cannot_be_written_keeps_nobody_from_a_file(
    ogc, monkeypatch, tmp_path
):
    (tmp_path / "home").write_text("a file, where a folder should be")
    monkeypatch.setattr(folders, "settings", lambda: Elsewhere(tmp_path / "home"))
    monkeypatch.setattr(folders.tempfile, "gettempdir", lambda: str(tmp_path))
    monkeypatch.setattr(folders.tempfile, "tempdir", str(tmp_path))
    assert get(ogc, "wards", "fgb").content.startswith(b"fgb")
    assert len(list(tmp_path.glob("assetmap-downloads-*/*.fgb"))) == 1


OTHERS = ["assets", "neighbourhoods", "organisations", "quality", "wards"]


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("form", ["gpkg", "parquet", "fgb"])
def test_the_same_again_is_the_same_to_the_last_byte(ogc, name, form):
    first = get(ogc, name, form)
    tag = first.headers["etag"]
    for each in (folders.settings().home / "downloads").glob("*"):
        each.unlink()
    again = get(ogc, name, form)
    assert again.content == first.content
    assert again.headers["etag"] == tag
    held = {"If-None-Match": tag}
    answer = ogc.get(f"/collections/{name}/download?f={form}", headers=held)
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["etag"] == tag


@pytest.mark.parametrize("path", ["items", "items/middle-0.5", "download?f=gpkg"])
def test_what_a_client_has_of_neighbourhoods_costs_no_geometry(ogc, path, monkeypatch):
    at = f"/collections/neighbourhoods/{path}"
    tag = ogc.get(at).headers["etag"]
    agreed_levels._KEPT.clear()
    monkeypatch.setattr(agreed_levels, "shown_consensus", None)
    assert ogc.get(at, headers={"If-None-Match": tag}).status_code == 304


def test_geopackages_say_when_what_they_hold_changed(ogc, tmp_path):
    path = tmp_path / "n.gpkg"
    path.write_bytes(get(ogc, "neighbourhoods", "gpkg").content)
    release = ogc.get("/neighbourhoods/middle/consensus").json()["release"]
    with closing(sqlite3.connect(path)) as file:
        said = file.execute("SELECT last_change FROM gpkg_contents").fetchone()[0]
    assert abs(moment(said) - moment(release["made_at"])) < timedelta(seconds=1)


def moment(said):
    return datetime.fromisoformat(said)


def test_a_geopackage_has_its_style_and_what_its_columns_mean(ogc, tmp_path):
    path = tmp_path / "wards.gpkg"
    path.write_bytes(get(ogc, "wards", "gpkg").content)
    with closing(sqlite3.connect(path)) as file:
        style = file.execute(
            "SELECT f_table_name, f_geometry_column, useAsDefault FROM layer_styles"
        ).fetchall()
        column = file.execute("SELECT column_name FROM gpkg_geometry_columns")
        assert style == [("wards", column.fetchone()[0], 1)]
        told = dict(
            file.execute("SELECT column_name, title FROM gpkg_data_columns").fetchall()
        )
        assert told["area_m2"] == "Area in m²"
        kinds = dict(
            file.execute("SELECT table_name, data_type FROM gpkg_contents").fetchall()
        )
        assert kinds == {"wards": "features", "layer_styles": "attributes"}
        assert file.execute("PRAGMA foreign_key_check").fetchall() == []
    assert pyogrio.list_layers(path)[0][0] == "wards"
    get(ogc, "organisations", "gpkg")


STYLED = """
import json, os, sys
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from qgis.core import QgsApplication, QgsVectorLayer
app = QgsApplication([], False)
app.initQgis()
layer = QgsVectorLayer(sys.argv[1] + "|layername=wards", "wards", "ogr")
layer.loadDefaultStyle()
print(json.dumps({
    "color": layer.renderer().symbol().color().name(),
    "alias": layer.attributeAlias(layer.fields().indexOf("area_m2")),
}))
"""


@pytest.mark.skipif(not _has_qgis(), reason="no python3-qgis here")
def test_qgis_draws_a_geopackage_as_its_style_says(ogc, tmp_path):
    path, script = tmp_path / "wards.gpkg", tmp_path / "styled.py"
    path.write_bytes(get(ogc, "wards", "gpkg").content)
    script.write_text(STYLED)
    env = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    told = run(str(QGIS_PYTHON), str(script), str(path), env=env)
    assert told.returncode == 0, told.stderr
    found = json.loads(told.stdout.strip().splitlines()[-1])
    assert found == {"color": "#1f6f8b", "alias": "Area in m²"}
