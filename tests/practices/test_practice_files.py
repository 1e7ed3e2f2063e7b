"""Which layout an NHS file has, whatever header it comes with."""

import zipfile
from datetime import date

import pytest

from assetmap.errors import BadFile, BadValue
from assetmap.sources.days import day_of, find_day
from assetmap.sources.nhs.ods import is_gp_practice, is_ods_code
from assetmap.sources.nhs.practice_files import read_practice_file
from tests.practices.nhs_files import (
    MAPPING,
    NETWORKS,
    PARTNERS,
    mapped,
    network,
    organisation,
    partner,
    write_csv,
    write_xlsx,
)

ODS_HEADER = [
    *("Organisation Code", "Name", "National Grouping", "High Level Health Geography"),
    *("Address Line 1", "Address Line 2", "Address Line 3", "Address Line 4"),
    *("Address Line 5", "Postcode", "Open Date", "Close Date", "Status Code"),
    *("Organisation Sub-Type Code", "Commissioner", "Join Provider/Purchaser Date"),
    *("Left Provider/Purchaser Date", "Contact Telephone Number", "Null", "Null"),
    *("Null", "Amended Record Indicator", "Null", "Provider/Purchaser", "Null"),
    *("Prescribing Setting", "Null"),
]


def only(path):
    (table,) = read_practice_file(path)
    return table


@pytest.mark.parametrize(
    "header", [[], [ODS_HEADER], [["CODE", *["X"] * 8, "POSTCODE"]]]
)
def test_an_ods_report_is_known_with_and_without_a_header(tmp_path, header):
    header = [each + [""] * (27 - len(each)) for each in header]
    path = write_csv(tmp_path / "e.csv", [*header, organisation("P00001")], quoted=True)
    table = only(path)
    assert table.layout == "organisations"
    (row,) = table.rows
    assert row.line == len(header) + 1
    assert (row.values["code"], row.values["postcode"]) == ("P00001", "M1 1AA")
    assert (row.values["status"], row.values["setting"]) == ("ACTIVE", "RO76")


def test_the_monthly_mapping_is_known_by_its_names(tmp_path):
    table = only(write_csv(tmp_path / "m.csv", [MAPPING, mapped("P00001")]))
    assert table.layout == "mapping"
    said = table.rows[0].values
    assert (said["pcn_code"], said["sub_icb_code"]) == ("U00001", "99A")
    assert (said["icb_code"], said["day"]) == ("QZZ", "01Oct2025")


def test_names_may_vary_in_case_and_spaces_and_stand_on_a_later_line(tmp_path):
    names = [each.replace("_", " ").title() for each in MAPPING]
    rows = [["A title"], names, mapped("P00001")]
    table = only(write_csv(tmp_path / "m.csv", rows))
    assert (table.layout, table.rows[0].line) == ("mapping", 3)


@pytest.mark.parametrize("header", [[], [PARTNERS]])
def test_memberships_with_dates_are_known(tmp_path, header):
    row = partner("P00001", "U00001", "20190701", "20230331")
    table = only(write_csv(tmp_path / "e.csv", [*header, row], quoted=True))
    assert table.layout == "partners"
    said = table.rows[0].values
    assert (said["began"], said["ended"]) == ("20190701", "20230331")
    assert (said["code"], said["pcn_code"]) == ("P00001", "U00001")


@pytest.mark.parametrize("header", [[], [NETWORKS]])
def test_networks_are_known(tmp_path, header):
    path = write_csv(tmp_path / "e.csv", [*header, network("U00001")], quoted=True)
    table = only(path)
    assert table.layout == "networks"
    said = table.rows[0].values
    assert (said["pcn_code"], said["sub_icb_code"]) == ("U00001", "99A")
    assert (said["opened"], said["postcode"]) == ("20190701", "M1 1AA")


def test_a_spreadsheet_of_two_sheets_gives_both(tmp_path):
    sheets = {
        "Notes": [["Read me"]],
        "PCN Details": [NETWORKS, network("U00001")],
        "PCN Core Partner Details": [PARTNERS, partner("P00001", "U00001")],
    }
    tables = read_practice_file(write_xlsx(tmp_path / "ePCN.xlsx", sheets))
    assert [each.layout for each in tables] == ["networks", "partners"]
    assert tables[1].file == "ePCN.xlsx [PCN Core Partner Details]"
    assert tables[1].rows[0].values["began"] == "20190701"


def test_practices_with_points_are_known_by_latitude(tmp_path):
    names = [
        "PRACTICE_CODE",
        "PRACTICE_NAME",
        "PCN_CODE",
        "Latitude_1m",
        "Longitude_1m",
    ]
    row = ["P00001", "A SURGERY", "U00001", "53.47", "-2.25"]
    table = only(write_csv(tmp_path / "p.csv", [names, row]))
    assert table.layout == "points"
    assert table.rows[0].values["longitude"] == "-2.25"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("a,b\n1,2\n", "no layout of practices"),
        (",".join(MAPPING) + "\n", "no rows below its header"),
        ('"P00001,x\n', "never closed"),
    ],
)
def test_what_is_no_file_of_practices_is_refused(tmp_path, text, reason):
    path = tmp_path / "x.csv"
    path.write_text(text)
    with pytest.raises(BadFile, match=reason):
        read_practice_file(path)


def test_a_damaged_spreadsheet_is_refused(tmp_path):
    path = write_xlsx(tmp_path / "x.xlsx", {"PCN Details": [NETWORKS]})
    with zipfile.ZipFile(path) as packed:
        kept = {name: packed.read(name) for name in packed.namelist()}
    kept["xl/worksheets/sheet1.xml"] = b"<worksheet><sheetData><row><c"
    with zipfile.ZipFile(path, "w") as packed:
        for name, content in kept.items():
            packed.writestr(name, content)
    with pytest.raises(BadFile):
        read_practice_file(path)


@pytest.mark.parametrize(
    "text",
    [
        *("20251001", "2025-10-01", "01Oct2025", "01OCT2025", "01/10/2025"),
        *(
            "2025-10-01 00:00:00",
            "2025-10-01T00:00:00",
            "20251001.0",
            " 01 October 2025",
        ),
    ],
)
def test_days_are_read_in_the_forms_that_publishers_write(text):
    assert find_day(text) == date(2025, 10, 1)


@pytest.mark.parametrize("text", ["20251301", "1 Octember", "45931", "0"])
def test_what_is_no_day_is_a_bad_value(text):
    with pytest.raises(BadValue, match="is not a day"):
        day_of("opened", text)
    assert day_of("opened", " ") is None


def test_codes_are_opaque():
    assert is_ods_code("A0C1W")
    assert is_ods_code("QOP")
    assert not is_ods_code("U")
    assert not is_ods_code("p00001")


@pytest.mark.parametrize(
    ("setting", "is_one"),
    [
        ("RO76", True),
        ("4", True),
        ("RO80|RO76", True),
        ("RO80|RO87", False),
        ("14", False),
    ],
)
def test_a_gp_practice_is_known_by_membership_of_its_role(setting, is_one):
    assert is_gp_practice(setting) is is_one
