"""Programs that people use, as clients of the real service."""

import json
import shutil
import subprocess
from pathlib import Path

import pyogrio
import pytest
from owslib.ogcapi.features import Features

from tests.publish.edge.served import serving

QGIS_PYTHON = Path("/usr/bin/python3")

LOADED_BY_QGIS = """
import json, os, sys
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from qgis.core import QgsApplication, QgsFeatureRequest, QgsRectangle, QgsVectorLayer
app = QgsApplication([], False)
app.initQgis()
told = {}
for name in sys.argv[2:]:
    uri = (
        "pagingEnabled='true' pageSize='3' restrictToRequestBBOX='1' "
        f"typename='{name}' url='{sys.argv[1]}'"
    )
    layer = QgsVectorLayer(uri, name, "OAPIF")
    box = QgsFeatureRequest(QgsRectangle(-2.25595, 53.47845, -2.25585, 53.47855))
    told[name] = {
        "is_valid": layer.isValid(),
        "crs": layer.crs().authid(),
        "all": len(list(layer.getFeatures())),
        "boxed": len(list(layer.getFeatures(box))),
    }
print(json.dumps(told))
"""


def run(*words, **more):
    """What a program said."""
    return subprocess.run(  # noqa: S603 - our own words
        words, capture_output=True, text=True, check=False, timeout=120, **more
    )


@pytest.fixture(scope="module")
def service(ogc_url, tmp_path_factory):
    """The service in a process of its own."""
    with serving(ogc_url, tmp_path_factory.mktemp("ogc"), 1) as served:
        yield served


@pytest.fixture(scope="module")
def at(service):
    return f"http://127.0.0.1:{service.port}/"


def test_pyogrio_loads_every_collection_whole(at):
    layers = {name for name, _ in pyogrio.list_layers(f"OAPIF:{at}")}
    assert {"wards", "assets", "quality"} <= layers
    wards = pyogrio.read_dataframe(f"OAPIF:{at}", layer="wards", PAGE_SIZE="3")
    assert sorted(wards["code"]) == ["E", "NE", "NW", "W"]
    assets = pyogrio.read_dataframe(f"OAPIF:{at}", layer="assets", PAGE_SIZE="2")
    assert len(assets) == 6


def test_owslib_reads_collections_items_and_queryables(at):
    service = Features(at, headers={"Accept": "application/json"})
    assert {"wards", "assets", "neighbourhoods"} <= set(service.feature_collections())
    assert "area_m2" in service.collection_queryables("wards")["properties"]
    found = service.collection_items("wards", filter="code LIKE 'N%'", limit=10)
    assert [each["id"] for each in found["features"]] == ["NE", "NW"]
    assert service.collection_item("wards", "W")["id"] == "W"


def test_pyogrio_reads_metres_where_they_are_stored(at):
    wards = pyogrio.read_dataframe(f"OAPIF:{at}", layer="wards")
    in_metres = wards.to_crs(27700)
    assert in_metres.geometry.area.sum() == pytest.approx(40_000, rel=1e-3)


@pytest.mark.skipif(shutil.which("ogrinfo") is None, reason="no ogrinfo here")
def test_ogrinfo_counts_and_pushes_its_box_to_the_service(at, service):
    command = ["ogrinfo", "-ro", "-al", "-so", f"OAPIF:{at}", "wards"]
    told = run(*command)
    assert "Feature Count: 4" in told.stdout
    box = ["-spat", "-2.25595", "53.47845", "-2.25585", "53.47855"]
    told = run(*command, *box)
    assert "Feature Count: 1" in told.stdout


def _has_qgis():
    if not QGIS_PYTHON.exists():
        return False
    return run(str(QGIS_PYTHON), "-c", "import qgis.core").returncode == 0


@pytest.mark.skipif(not _has_qgis(), reason="no python3-qgis here")
def test_qgis_loads_every_collection_whole_and_by_its_box(at, tmp_path):
    script = tmp_path / "load.py"
    script.write_text(LOADED_BY_QGIS)
    names = ["wards", "blocks", "old-wards", "assets"]
    home = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    told = run(str(QGIS_PYTHON), str(script), at, *names, env=home)
    assert told.returncode == 0, told.stderr
    found = json.loads(told.stdout.strip().splitlines()[-1])
    assert all(each["is_valid"] for each in found.values())
    assert {name: each["all"] for name, each in found.items()} == {
        "wards": 4, "blocks": 5, "old-wards": 1, "assets": 6
    }  # fmt: skip
    assert found["wards"]["boxed"] == 1
