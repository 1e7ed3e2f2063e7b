"""Files of shapes in archives, under wrong names, damaged, or hostile."""

import gzip
import json
import shutil
import stat
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import shapely

from assetmap.errors import BadFile
from assetmap.sources.spatial.vector import read_layer
from tests.boundaries import map_files
from tests.settings_of import set_to
from tests.toy_town import SQUARES

DAMAGED = "cannot be read: it is not a file of the kind its name says, or is damaged"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


def refusal(path: Path, **how: Any) -> str:
    with pytest.raises(BadFile) as caught:
        read_layer(path, **how)
    return str(caught.value)


def packed(path: Path, members: Mapping[str | zipfile.ZipInfo, Path | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            sent = content if isinstance(content, bytes) else content.read_bytes()
            archive.writestr(name, sent)
    return path


def parts(folder: Path, stem: str, inside: str = "") -> dict[Any, Path | bytes]:
    """The files of toy town's Shapefile, under another stem."""
    return {f"{inside}{stem}{each.suffix}": each for each in folder.glob("wards.*")}


@pytest.mark.parametrize("write", map_files.FORMATS, ids=lambda each: each.__name__)
def test_each_format_is_read_from_a_zip_and_gzipped(tmp_path: Path, write: Any) -> None:
    path = write(tmp_path)
    if path.suffix != ".zip":
        zipped = packed(tmp_path / "a.zip", {f"in/{path.name}": path})
        packed_once = tmp_path / f"{path.name}.gz"
        packed_once.write_bytes(gzip.compress(path.read_bytes()))
        for each in (zipped, packed_once):
            found = read_layer(each)
            assert shapely.equals(found.shapes, read_layer(path).shapes).all()
            assert found.part == (
                path.name if each is packed_once else f"in/{path.name}"
            )


def test_a_kmz_is_read(tmp_path: Path) -> None:
    kml = map_files.kml(tmp_path)
    path = packed(tmp_path / "w.kmz", {"doc.kml": kml, "extra/more.kml": kml})

    assert len(read_layer(path).shapes) == 4
    assert read_layer(path).kind == "kml"


@pytest.mark.parametrize("name", ["w.geojsonl", "w.geojsons", "w.ndjson", "w.jsonl"])
@pytest.mark.parametrize("start", ["", "\x1e"], ids=["lines", "separators"])
def test_features_one_after_another_are_read(
    tmp_path: Path, name: str, start: str
) -> None:
    features = json.loads(map_files.geojson(tmp_path).read_text())["features"]
    text = "".join(f"{start}{json.dumps(each)}\n" for each in features)
    (tmp_path / name).write_text(text)

    found = read_layer(tmp_path / name)

    assert list(found.columns["WD25CD"]) == list(SQUARES)
    assert (
        len(read_layer(packed(tmp_path / "s.zip", {name: text.encode()})).shapes) == 4
    )


def test_a_sequence_that_lost_its_end_says_which_line(tmp_path: Path) -> None:
    features = json.loads(map_files.geojson(tmp_path).read_text())["features"]
    text = "\n".join(json.dumps(each) for each in features)
    for name, start in (("w.geojsonl", ""), ("w.geojsons", "\x1e")):
        (tmp_path / name).write_text(start + text.replace("\n", f"\n{start}")[:-30])

        assert refusal(tmp_path / name) == (
            f"{name}: line 4 is cut short or damaged: it is not a whole feature"
        )


def test_several_shapefiles_in_a_zip_are_asked_for_by_name(tmp_path: Path) -> None:
    map_files.shapefile(tmp_path)
    both = parts(tmp_path, "LAD_BGC") | parts(tmp_path, "WD_BGC", "more/")
    path = packed(tmp_path / "two.zip", both)

    assert refusal(path) == (
        "two.zip: name one of its layers with --layer: LAD_BGC, WD_BGC"
    )
    assert refusal(path, layer="x") == (
        "two.zip: has no layer 'x'; it has LAD_BGC, WD_BGC"
    )
    found = read_layer(path, layer="WD_BGC")
    assert (len(found.shapes), found.part) == (4, "more/WD_BGC.shp")


def test_shapefiles_of_one_name_in_a_zip_are_told_apart_by_their_folders(
    tmp_path: Path,
) -> None:
    map_files.shapefile(tmp_path)
    both = parts(tmp_path, "wards", "2024/") | parts(tmp_path, "wards", "2025/")
    path = packed(tmp_path / "two.zip", both)

    assert refusal(path).endswith("--layer: 2024/wards.shp, 2025/wards.shp")
    assert read_layer(path, layer="2025/wards.shp").part == "2025/wards.shp"


def test_folders_of_kml_are_layers_and_all_can_be_taken(tmp_path: Path) -> None:
    text = map_files.kml(tmp_path).read_text()
    marks = text[text.index("<Placemark") : text.rindex("</Document")]
    half = marks.index("<Placemark", len(marks) // 3)
    folders = (
        f"<Folder><name>North</name>{marks[:half]}</Folder>"
        f"<Folder><name>South</name>{marks[half:]}</Folder>"
    )
    path = tmp_path / "f.kml"
    path.write_text(text.replace(marks, folders))

    assert refusal(path).endswith("with --layer: North, South")
    assert len(read_layer(path, layer="*").shapes) == 4
    assert 0 < len(read_layer(path, layer="south").shapes) < 4
    assert list(read_layer(path, layer="*").columns) == ["Name", "description"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("w.gpkg", PNG, "is named .gpkg but is a picture (PNG)"),
        ("w.shp", b"%PDF-1.7", "is named .shp but is a PDF document"),
        (
            "w.geojson",
            b"\n<!DOCTYPE html><html>",
            "is named .geojson but is a web page (HTML)",
        ),
        (
            "w.kml",
            b'<?xml version="1.0"?><OGRVRTDataSource><a/>',
            "is named .kml but is XML of another kind (ogrvrtdatasource)",
        ),
        ("w.kml", b"<a", "is named .kml but is XML of another kind (no element)"),
        ("w.geojson", b"\xff\xfe{\0", "is text in UTF-16: save it as UTF-8"),
        ("w.fgb", b"", "w.fgb: is empty"),
        ("w.geojson", b" \n ", "w.geojson: is empty"),
        ("w.tab", b"!table", "w.tab: is none of .geojson, .json, .geojsonl"),
        ("w.geojson", b'{"a": 1}', ": it is JSON, but not GeoJSON"),
        ("w.geojson", b'{"type": "FeatureCollection",\n "features": [\n', "at line 3"),
    ],
)
def test_a_file_that_is_something_else_is_told_what_it_is(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(content)

    assert said in refusal(tmp_path / name)


@pytest.mark.parametrize("write", map_files.FORMATS, ids=lambda each: each.__name__)
def test_a_file_under_the_name_of_another_format_is_told_its_own(
    tmp_path: Path, write: Any
) -> None:
    path = write(tmp_path)
    other = ".fgb" if path.suffix != ".fgb" else ".gpkg"
    wrong = path.rename(tmp_path / f"wrong{other}")

    said = refusal(wrong)

    assert said.startswith(f"wrong{other}: is named {other} but is ")
    assert said.endswith(f": rename it to wrong{path.suffix}")
    inner = packed(tmp_path / "a.zip", {wrong.name: wrong})
    assert f"a.zip: wrong{other} in it is named {other}" in refusal(inner)


@pytest.mark.parametrize("write", map_files.FORMATS, ids=lambda each: each.__name__)
@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.9, 0.995])
def test_a_file_cut_short_anywhere_is_refused(
    tmp_path: Path, write: Any, share: float
) -> None:
    path = write(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])

    said = refusal(path)

    assert said.startswith(f"{path.name}: ")
    assert any(each in said for each in ("cannot be read", "cut short", "named")), said


@pytest.mark.parametrize("part", ["shp", "shx", "dbf"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_part_of_a_shapefile_cut_short_is_named(
    tmp_path: Path, part: str, share: float
) -> None:
    map_files.shapefile(tmp_path)
    whole = (tmp_path / f"wards.{part}").read_bytes()
    (tmp_path / f"wards.{part}").write_bytes(whole[: int(len(whole) * share)])

    assert refusal(tmp_path / "wards.shp") == (
        f"wards.shp: wards.{part} is cut short: it has lost its end"
    )
    path = packed(tmp_path / "a.zip", parts(tmp_path, "wards"))
    assert f"wards.{part} is cut short" in refusal(path)


def test_an_archive_within_an_archive_is_not_opened(tmp_path: Path) -> None:
    inner = map_files.shapefile(tmp_path)

    path = packed(tmp_path / "a.zip", {"b.zip": inner})
    assert refusal(path) == "a.zip: holds an archive, b.zip: unpack it first"
    (tmp_path / "w.zip.gz").write_bytes(gzip.compress(inner.read_bytes()))
    assert "holds a zip archive in turn" in refusal(tmp_path / "w.zip.gz")
    (tmp_path / "w.shp.gz").write_bytes(
        gzip.compress((tmp_path / "wards.shp").read_bytes())
    )
    assert "holds a Shapefile in turn" in refusal(tmp_path / "w.shp.gz")


def test_an_archive_without_shapes_says_what_it_holds(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"read me.txt": b"hello", ".DS_Store": b"x"})

    assert refusal(path) == "a.zip: holds no file of shapes; it has read me.txt"


@pytest.mark.parametrize(
    "name",
    ["../w.geojson", "a/../../w.geojson", "/etc/w.geojson", "a\\..\\w.geojson",
     "C:/w.geojson", "w\n.geojson", ".."],
)  # fmt: skip
def test_a_name_that_leads_out_of_an_archive_is_refused(
    tmp_path: Path, name: str
) -> None:
    info = zipfile.ZipInfo("x")
    info.filename = name
    path = packed(tmp_path / "a.zip", {info: map_files.geojson(tmp_path)})

    assert refusal(path).startswith(
        "a.zip: holds a file whose name leads out of the archive: "
    )
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.zip", "w.geojson"]


def test_a_name_with_a_zero_byte_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"w.geojson_x": map_files.geojson(tmp_path)})
    path.write_bytes(path.read_bytes().replace(b"w.geojson_x", b"w.geojson\0x"))

    assert "leads out of the archive: 'w.geojson\\x00x'" in refusal(path)


def test_a_link_in_an_archive_is_not_followed(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("w.geojson")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    path = packed(tmp_path / "a.zip", {link: b"/etc/passwd"})

    assert refusal(path) == ("a.zip: holds a link, which is not followed: 'w.geojson'")


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    one = map_files.geojson(tmp_path)
    path = packed(tmp_path / "a.zip", {"W.geojson": one, "w.geojson": one})

    assert refusal(path) == "a.zip: holds two files of one name: 'w.geojson'"


def test_an_encrypted_archive_is_told(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"w.geojson": map_files.geojson(tmp_path)})
    content = bytearray(path.read_bytes())
    content[6] |= 1
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(content))

    assert "is encrypted: unpack it first: 'w.geojson'" in refusal(path)


def test_a_damaged_member_is_named(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"w.geojson": map_files.geojson(tmp_path)})
    content = bytearray(path.read_bytes())
    content[60:80] = bytes(20)
    path.write_bytes(bytes(content))

    assert refusal(path) == "a.zip: w.geojson in it is damaged"


def bomb(folder: Path) -> Path:
    return packed(folder / "a.zip", {"w.geojson": b"{" + b" " * 30_000_000})


def test_what_unpacks_to_too_many_times_its_size_is_refused(tmp_path: Path) -> None:
    path = bomb(tmp_path)

    assert "times its size; ASSETMAP_MAX_UNPACKING_RATIO allows 200" in refusal(path)
    (tmp_path / "w.geojson.gz").write_bytes(gzip.compress(b"{" + b" " * 30_000_000))
    assert "ASSETMAP_MAX_UNPACKING_RATIO" in refusal(tmp_path / "w.geojson.gz")


def test_what_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"w.geojson": map_files.geojson(tmp_path)})
    small = tmp_path / "w.geojson.gz"
    small.write_bytes(gzip.compress((tmp_path / "w.geojson").read_bytes()))
    parquet = tmp_path / "w.parquet"
    map_files.frame({f"{at}": SQUARES["W"] for at in range(99)}).to_parquet(parquet)

    with set_to(max_unpacked_bytes="1000"):
        for each in (path, small, parquet):
            assert "ASSETMAP_MAX_UNPACKED_BYTES allows 1,000" in refusal(each)
    assert [len(read_layer(each).shapes) for each in (path, small, parquet)] == [
        4,
        4,
        99,
    ]


def test_a_size_that_is_only_stated_is_believed_and_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"w.geojson": map_files.geojson(tmp_path)})
    content = bytearray(path.read_bytes())
    struct.pack_into("<I", content, content.rindex(b"PK\x01\x02") + 24, 4_000_000_000)
    path.write_bytes(bytes(content))

    assert refusal(path).startswith("a.zip: unpacks to 4,000,000,000 bytes")


def test_a_member_that_is_larger_than_it_states_is_read_no_further(
    tmp_path: Path,
) -> None:
    whole = map_files.geojson(tmp_path).read_bytes()
    path = packed(tmp_path / "a.zip", {"w.geojson": whole + b" " * 30_000_000})
    content = bytearray(path.read_bytes())
    at = content.rindex(b"PK\x01\x02")
    struct.pack_into("<I", content, at + 24, 40)
    struct.pack_into("<I", content, at + 16, zlib.crc32(whole[:40]))
    path.write_bytes(bytes(content))

    assert DAMAGED in refusal(path)


def test_too_many_files_in_an_archive_are_refused(tmp_path: Path) -> None:
    many = {f"{at}.txt": b"" for at in range(1_001)}

    assert refusal(packed(tmp_path / "a.zip", many)) == (
        "a.zip: holds 1,001 files; ASSETMAP_MAX_ARCHIVE_FILES allows 1,000"
    )


def test_nothing_is_left_in_the_folder_for_temporary_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = tmp_path / "temporary"
    empty.mkdir()
    monkeypatch.setenv("TMPDIR", str(empty))
    monkeypatch.setattr("tempfile.tempdir", None)
    path = map_files.shapefile(tmp_path)

    read_layer(path)
    shutil.copy(path, tmp_path / "copy.zip")
    read_layer(packed(tmp_path / "b.zip", {"w.gpkg": map_files.geopackage(tmp_path)}))

    assert list(empty.iterdir()) == []
