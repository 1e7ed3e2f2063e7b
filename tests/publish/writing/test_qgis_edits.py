"""QGIS as it edits: an asset changed with a key, and a conflict told.

QGIS edits OGC API Features itself from 3.30 on. Older ones send what newer ones do,
from a script: the feature as its own exporter writes it, by its own network and key.
"""

import json
from pathlib import Path

import pytest

from tests.publish.edge.served import serving
from tests.publish.ogc.test_clients import QGIS_PYTHON, _has_qgis, run

pytestmark = pytest.mark.skipif(not _has_qgis(), reason="no python3-qgis here")

SCRIPT = Path(__file__).with_name("edit_in_qgis.py")


@pytest.fixture(scope="module")
def edited(town, tmp_path_factory):
    """What QGIS told of an asset that it changed, and changed again too late."""
    made = town.add(name="Lido", languages=["en", "cy"], valid_from="2020-01-01")
    home = tmp_path_factory.mktemp("qgis")
    town.add(name="Not yet", is_published=False)
    with serving(town.url, home, 1) as service:
        at = f"http://127.0.0.1:{service.port}/"
        key = town.keys["steward"]
        told = run(
            *(str(QGIS_PYTHON), str(SCRIPT), at, key, str(made.json()["id"])),
            env={"HOME": str(home), "PATH": "/usr/bin:/bin"},
        )
    assert told.returncode == 0, told.stderr
    return made.json(), json.loads(told.stdout.strip().splitlines()[-1])


def test_qgis_sees_with_its_key_what_others_do_not(edited):
    _, told = edited
    assert told["is_valid"]
    assert told["with_key"] == told["without_key"] + 1


def test_qgis_changes_an_asset_and_moves_it(town, edited):
    made, told = edited
    assert told["changed"] == 200, told["answers"]
    now = town.get(f"/assets/{made['id']}").json()
    assert now["description"] == "From QGIS"
    assert (now["version"], now["languages"]) == (2, ["en", "cy"])
    assert now["valid_from"] == "2020-01-01"
    moved = [told - was for told, was in zip(
        now["geometry"]["coordinates"], made["geometry"]["coordinates"], strict=True
    )]  # fmt: skip
    # Ten metres to the east.
    assert moved == pytest.approx([0.000151, 0.0], abs=1e-5)


def test_a_conflict_is_told_in_qgis_and_overwrites_nothing(town, edited):
    made, told = edited
    assert told["too_late"] == 412
    assert "version-stale" in told["said"]
    assert town.get(f"/assets/{made['id']}").json()["description"] == "From QGIS"


def test_qgis_adds_an_asset(town, edited):
    _, told = edited
    assert told["added"] == 201, told["answers"]
    number = told["location"].rpartition("/")[2]
    now = town.get(f"/assets/{number}").json()
    assert "name" in now, (now, told)
    assert (now["name"], now["neighbourhood"]) == ("New in QGIS", "middle")


def test_what_qgis_is_offered(edited):
    _, told = edited
    assert told["offered"] == ["GET, POST, HEAD, OPTIONS", "GET, PUT, HEAD, OPTIONS"]
