"""Which columns hold code and name, as publishers name them, and what that tells."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyproj
import pytest

from assetmap.errors import BadFile
from assetmap.sources.boundaries.column_names import Columns
from assetmap.sources.boundaries.columns import Wanted, understood
from assetmap.sources.boundaries.ons import first_day, resolution_in
from assetmap.sources.spatial.vector import Layer, read_layer
from tests.boundaries import map_files


def layer(**columns: Any) -> Layer:
    """Two features with columns; a value alone is that of both."""
    frame = pd.DataFrame(columns, index=[0, 1])
    return Layer("w.gpkg", "", frame, np.array([None, None]), pyproj.CRS(27700))


def named(*columns: str) -> Layer:
    """Two features with columns whose values all differ."""
    return layer(**{each: [f"{each} 1", f"{each} 2"] for each in columns})


def found(sent: Layer, **wanted: str) -> Columns:
    return understood(sent, Wanted(**wanted))[1]


def question(sent: Layer, **wanted: str) -> str:
    with pytest.raises(BadFile) as caught:
        found(sent, **wanted)
    return str(caught.value)


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (
            ["FID", "LAD24CD", "LAD24NM", "LAD24NMW", "BNG_E", "LONG", "GlobalID"],
            Columns("LAD24CD", "LAD24NM", "LAD24NMW", "lad", 2024),
        ),
        (["wd20cd", "wd20nm"], Columns("wd20cd", "wd20nm", None, "ward", 2020)),
        (["LSOA01CD"], Columns("LSOA01CD", "LSOA01CD", None, "lsoa", 2001)),
        (["MSOA91CD"], Columns("MSOA91CD", "MSOA91CD", None, "msoa", 1991)),
        (
            ["ICB23CD", "ICB23CDH", "ICB23NM"],
            Columns("ICB23CD", "ICB23NM", None, "icb", 2023),
        ),
        (["ICB23CDH", "ICB23NM"], Columns("ICB23CDH", "ICB23NM", None, "icb", 2023)),
        (
            ["SICBL22CD", "SICBL22NM", "BNG_E"],
            Columns("SICBL22CD", "SICBL22NM", None, "sub_icb", 2022),
        ),
        (
            ["PARNCP25CD", "PARNCP25NM"],
            Columns("PARNCP25CD", "PARNCP25NM", None, "parish", 2025),
        ),
        (
            ["CTYUA24CD", "CTYUA24NM"],
            Columns("CTYUA24CD", "CTYUA24NM", None, "custom", 2024),
        ),
        (["PCN_Code", "PCN_Name"], Columns("PCN_Code", "PCN_Name", None, "pcn")),
        (["PCN Code", "PCN NAME"], Columns("PCN Code", "PCN NAME", None, "pcn")),
        (
            ["SUB_ICB_LOCATION_CODE", "SUB_ICB_LOCATION_NAME"],
            Columns("SUB_ICB_LOCATION_CODE", "SUB_ICB_LOCATION_NAME", None, "sub_icb"),
        ),
        (["ICB_CODE", "ICB_NAME"], Columns("ICB_CODE", "ICB_NAME", None, "icb")),
        (
            ["PRACTICE_CODE", "PRACTICE_NAME"],
            Columns("PRACTICE_CODE", "PRACTICE_NAME", None, "custom"),
        ),
        (
            ["LSOA code (2011)", "LSOA name (2011)", "IMD Rank"],
            Columns("LSOA code (2011)", "LSOA name (2011)", None, "lsoa", 2011),
        ),
        (
            ["lsoa11cd", "st_areasha"],
            Columns("lsoa11cd", "lsoa11cd", None, "lsoa", 2011),
        ),
        (
            ["lsoa21_code", "lsoa21_name"],
            Columns("lsoa21_code", "lsoa21_name", None, "lsoa", 2021),
        ),
        (["reference", "name", "entity"], Columns("reference", "name")),
        (["Code", "NAME"], Columns("Code", "NAME")),
        (["ODS_Code", "Name"], Columns("ODS_Code", "Name", None, "custom")),
        (
            ["OrganisationCode", "OrgName"],
            Columns("OrganisationCode", "OrgName", None, "custom"),
        ),
        (["gss_code", "name"], Columns("gss_code", "name")),
    ],
)
def test_publishers_names_are_known(columns: list[str], expected: Columns) -> None:
    assert found(named(*columns)) == expected


OUTPUT_AREAS = {
    "OA21CD": ["E00000001", "E00000003"],
    "LSOA21CD": "E01000001",
    "LSOA21NM": "City of London 001A",
}


def test_of_several_areas_the_one_of_the_kind_of_the_set_is_meant() -> None:
    wards = named("WD24CD", "WD24NM", "LAD24CD", "LAD24NM")

    assert found(wards, kind="ward").code == "WD24CD"
    assert found(wards, kind="lad") == Columns("LAD24CD", "LAD24NM", None, "lad", 2024)


def test_of_several_areas_the_one_whose_codes_all_differ_is_meant() -> None:
    assert found(layer(**OUTPUT_AREAS)).code == "OA21CD"
    assert found(layer(**OUTPUT_AREAS), kind="lsoa").name == "LSOA21NM"


def test_two_vintages_of_one_area_are_told_apart_or_asked_for() -> None:
    both = named("LSOA11CD", "LSOA11NM", "LSOA21CD", "LSOA21NM")

    assert "codes in LSOA11CD (LSOA11CD 1, LSOA11CD 2), LSOA21CD" in (
        question(both, kind="lsoa")
    )
    assert found(both, code="LSOA21CD").name == "LSOA21NM"


def test_what_cannot_be_told_is_asked_with_values_and_options() -> None:
    several = named("WD24CD", "WD24NM", "LAD24CD", "LAD24NM")

    assert question(several) == (
        "w.gpkg: which columns hold the code and the name? Say with --code and --name, "
        "or which kind of set it is with --kind; it has codes in WD24CD (WD24CD 1, "
        "WD24CD 2), LAD24CD (LAD24CD 1, LAD24CD 2)"
    )
    strange = layer(key=["a", None], label="a label that goes on and on", other=None)
    assert question(strange) == (
        "w.gpkg: which columns hold the code and the name? Say with --code and --name; "
        "it has key (a), label (a label that goes o…), other (empty)"
    )
    many = named(*(f"x{at}" for at in range(15)))
    assert question(many).endswith("x11 (x11 1, x11 2) and 3 more")


def test_columns_that_are_named_are_found_in_any_case() -> None:
    sent = named("Ward Ref", "Ward_Title", "LAD24CD", "LAD24NM")

    assert found(sent, code="ward_ref", name="WARD TITLE") == Columns(
        "Ward Ref", "Ward_Title"
    )
    assert found(sent, name="Ward Ref") == Columns(
        "LAD24CD", "Ward Ref", None, "lad", 2024
    )
    assert found(sent, code="lad24cd").name == "LAD24NM"
    assert question(sent, code="gss") == (
        "w.gpkg: has no column 'gss'; it has Ward Ref, Ward_Title, LAD24CD, LAD24NM"
    )


def test_codes_and_names_in_one_column_are_parted() -> None:
    names = ["P81001 - ONE - TWO SURGERY", "an outline without a code"]
    sent, columns = understood(layer(Name=[names[0], "Y00912 -  Three"]), Wanted())

    assert (columns.code, columns.name) == ("code", "name")
    assert list(sent.columns["code"]) == ["P81001", "Y00912"]
    assert list(sent.columns["name"]) == ["ONE - TWO SURGERY", "Three"]
    assert sent.notes == (
        "code and name are parted from Name ('P81001 - ONE - TWO SURGERY')",
    )
    assert "Name (P81001 - ONE - TWO …" in question(layer(Name=names))


def test_one_outline_without_a_code_is_left_for_the_report() -> None:
    frame = pd.DataFrame({"Name": ["P81001 - ONE", "P81002 - TWO", "Town", None]})
    sent = Layer("k.kml", "", frame, np.array([None] * 4), pyproj.CRS(4326))

    parted, _ = understood(sent, Wanted())

    assert list(parted.columns["code"]) == ["P81001", "P81002", "", ""]
    assert list(parted.columns["name"]) == ["ONE", "TWO", "Town", ""]


def test_practice_catchments_are_read_from_kml(tmp_path: Path) -> None:
    text = map_files.kml(tmp_path).read_text()
    text = text.replace("<name>NE</name>", "<name>P81003 - NORTH EAST</name>")
    text = text.replace("<name>NW</name>", "<name>P81004 - NORTH WEST</name>")
    text = text.replace("<name>W</name>", "<name>P81001 - WEST</name>")
    text = text.replace("<name>E</name>", "<name>P81002 - EAST</name>")
    (tmp_path / "eDec.kml").write_text(text)

    sent, columns = understood(read_layer(tmp_path / "eDec.kml"), Wanted())

    named = dict(
        zip(sent.columns[columns.code], sent.columns[columns.name], strict=True)
    )
    assert named["P81003"] == "NORTH EAST"
    assert len(named) == 4


def test_gss_codes_lose_spaces_and_small_letters() -> None:
    sent = layer(code=["E05 000 001", " e05000002"], name=["a", "b"])

    plain, columns = understood(sent, Wanted())

    assert list(plain.columns["code"]) == ["E05000001", "E05000002"]
    assert columns.kind == "ward"
    assert plain.notes == ("spaces or small letters are taken out of 2 codes in code",)


@pytest.mark.parametrize(
    ("codes", "kind"),
    [
        (["E01000001", "W01000002"], "lsoa"),
        (["E06000001", "E09000002"], "lad"),
        (["U12345", "U54321"], "pcn"),
        (["E01000001", "E05000002"], ""),
        (["E14000001", "E14000002"], ""),
        ([1, 2], ""),
        ([None, None], ""),
    ],
)
def test_codes_tell_the_kind_where_names_do_not(codes: list[Any], kind: str) -> None:
    assert found(layer(code=codes, name=["a", "b"])).kind == kind


def test_numbers_stay_numbers_for_the_report() -> None:
    sent, _ = understood(layer(code=[1, 2], name=["a", "b"]), Wanted())

    assert list(sent.columns["code"]) == [1, 2]
    assert sent.notes == ()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("LAD_MAY_2024_UK_BGC", "BGC (generalised to 20 m, clipped to the coastline)"),
        (
            "Wards_December_2024_Boundaries_UK_BSC_-123.zip",
            "BSC (generalised to 200 m, clipped to the coastline)",
        ),
        (
            "lsoa_2021_ew_bfc_v10.gpkg",
            "BFC (full resolution, clipped to the coastline)",
        ),
        ("ABGCD.gpkg", ""),
        ("wards.gpkg", ""),
    ],
)
def test_the_resolution_stands_in_the_name_of_file_or_layer(
    name: str, expected: str
) -> None:
    assert resolution_in("wards", name) == expected


def test_only_what_a_census_made_has_a_day_that_is_known() -> None:
    assert str(first_day("lsoa", 2021)) == "2021-03-21"
    assert str(first_day("oa", 2011)) == "2011-03-27"
    assert first_day("lsoa", 2024) is None
    assert first_day("lad", 2021) is None
    assert first_day("lsoa", None) is None
