"""Files of shapes that cannot be read: what is wrong, in words of our own."""

import zipfile
from pathlib import Path

import pytest

from assetmap.errors import BadFile
from assetmap.sources.spatial.vector import read_layer
from tests.boundaries import map_files

DAMAGED = "cannot be read: it is not a file of the kind its name says, or is damaged"


def refusal(path: Path, layer: str | None = None, crs: str | None = None) -> str:
    with pytest.raises(BadFile) as caught:
        read_layer(path, layer, crs)
    return str(caught.value)


def test_a_path_that_is_no_file_is_told_whole(tmp_path: Path) -> None:
    (tmp_path / "maps.shp").mkdir()
    lost = tmp_path / "no" / "w.gpkg"

    assert refusal(tmp_path / "maps.shp") == (
        f"{tmp_path}/maps.shp: is a folder, not a file"
    )
    assert refusal(Path("/dev/null")) == "/dev/null: is a device or a pipe, not a file"
    assert refusal(tmp_path / "w.gpkg") == f"{tmp_path}/w.gpkg: there is no such file"
    assert refusal(lost) == (
        f"{lost}: there is no such file: there is no folder {tmp_path}/no"
    )


@pytest.mark.parametrize(
    ("part", "holds"), [("dbf", "its columns"), ("shx", "the places of shapes")]
)
def test_a_shapefile_without_one_of_its_parts_says_which(
    tmp_path: Path, part: str, holds: str
) -> None:
    packed = map_files.shapefile(tmp_path)
    (tmp_path / f"wards.{part}").unlink()
    with zipfile.ZipFile(packed, "w") as rest:
        rest.write(tmp_path / "wards.shp", "in/wards.shp")
        for each in {"dbf", "shx"} - {part}:
            rest.write(tmp_path / f"wards.{each}", f"in/wards.{each}")

    assert refusal(tmp_path / "wards.shp") == (
        f"wards.shp: lacks wards.{part}, the part of a Shapefile with {holds}"
    )
    assert f"w.zip: lacks in/wards.{part}" in refusal(packed)


def test_a_shapefile_in_capitals_is_whole(tmp_path: Path) -> None:
    map_files.shapefile(tmp_path)
    for each in list(tmp_path.glob("wards.*")):
        each.rename(tmp_path / each.name.upper())

    assert len(read_layer(tmp_path / "WARDS.SHP").shapes) == 4


@pytest.mark.parametrize("name", ["EPSG:99999", "metres", ""])
def test_an_unknown_crs_is_refused_even_if_the_file_states_its_own(
    tmp_path: Path, name: str
) -> None:
    said = refusal(map_files.geopackage(tmp_path), crs=name)

    assert said.startswith(f"w.gpkg: --crs {name!r} is no coordinate system")


@pytest.mark.parametrize(
    "name", ["w.geojson", "w.gpkg", "w.fgb", "w.kml", "w.zip", "w.parquet"]
)
def test_a_damaged_file_is_told_without_advice_on_programs_of_others(
    tmp_path: Path, name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).write_bytes(b"\x00\x01 nonsense")

    assert refusal(tmp_path / name) == f"{name}: {DAMAGED}"
    assert capfd.readouterr() == ("", "")


def test_a_file_cut_short_is_told(tmp_path: Path) -> None:
    path = map_files.flatgeobuf(tmp_path)
    path.write_bytes(path.read_bytes()[:-120])

    assert refusal(path) == f"w.fgb: {DAMAGED}"


def test_an_unknown_layer_is_told_beside_those_there_are(tmp_path: Path) -> None:
    path = map_files.geopackage(tmp_path)

    assert (
        refusal(path, layer="parish") == "w.gpkg: has no layer 'parish'; it has wards"
    )


def test_what_the_file_states_goes_before_a_crs_that_is_named(tmp_path: Path) -> None:
    path = map_files.geopackage(tmp_path)

    assert read_layer(path, crs="EPSG:3857").crs.to_epsg() == 27700
