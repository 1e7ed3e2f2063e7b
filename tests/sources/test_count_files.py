"""Counts of people in the layouts of the census, of the estimates, and others."""

import gzip
import zipfile
from datetime import date

import pytest

from assetmap.errors import BadFile
from assetmap.sources.count_files import find_counts
from tests.sources.sheet_files import xlsx

LSOAS = {"E01000001", "E01000002", "W01000001"}
TITLES = [["Mid-year population"], ["This sheet holds one table"], ["Source: ONS"]]
HEADS = ["LAD 2023 Code", "LAD 2023 Name", "LSOA 2021 Code", "LSOA 2021 Name", "Total"]
MEASURE = "Residence type: Total; measures: Value"


def estimates(total):
    return [
        *TITLES,
        [*HEADS, "F0 to 15", "M0 to 15"],
        ["E09000001", "City", "E01000001", "City 001A", total, 3, 4],
        ["E09000001", "City", "E01000002", "City 001B", total + 1, 3, 4],
    ]


def census(codes):
    rows = "".join(f'2021,{each},{each},"1,234",1200,34\n' for each in codes)
    return (
        f"date,geography,geography code,{MEASURE},"
        "Residence type: Lives in a household; measures: Value,"
        f"Residence type: Lives in a communal establishment; measures: Value\n{rows}"
    )


def people(table):
    issues = []
    rows = [
        (row.values[table.code], row.values[table.count]) for row in table.rows(issues)
    ]
    assert issues == []
    return dict(rows)


def plain(tmp_path, text, name="c.csv"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    "head",
    [
        "code,count",
        "\ufefflsoacd,population",
        "\ufefflsoacd, population",
        "LSOA21CD,Total",
        "lsoa21_code,All persons",
        "LSOA 2021 Code;Total population",
        "geography code,Count",
        "GEOGRAPHY_CODE,OBS_VALUE",
        "oa21cd\tresidents",
    ],
)
def test_columns_are_found_by_how_publishers_call_them(tmp_path, head):
    parted = next(each for each in ",;\t" if each in head)
    path = plain(tmp_path, f"{head}\nE01000001{parted}5\n")
    assert people(find_counts(path, LSOAS)) == {"E01000001": "5"}


def test_titles_may_stand_above_the_header(tmp_path):
    text = "Residents\nSource: ONS\n\nLSOA 2021 Code,Total\nE01000001,5\n"
    assert people(find_counts(plain(tmp_path, text), LSOAS)) == {"E01000001": "5"}


def test_columns_that_are_named_are_taken(tmp_path):
    path = plain(tmp_path, "code,place,count,heads\nx,E01000001,1,2\n")
    assert people(find_counts(path, LSOAS, "place", "heads")) == {"E01000001": "2"}


def test_of_two_columns_of_codes_that_of_the_blocks_is_taken(tmp_path):
    path = plain(tmp_path, "lad23cd,lsoa21cd,total\nE09000001,E01000001,5\n")
    assert find_counts(path, LSOAS).code == "lsoa21cd"
    assert find_counts(path, {"E09000001"}).code == "lad23cd"


def test_the_newest_sheet_of_the_estimates_is_taken_and_gives_the_day(tmp_path):
    path = xlsx(
        tmp_path / "sape.xlsx",
        {
            "Cover": [["Small area population estimates"]],
            "Mid-2021 LSOA 2021": estimates(10),
            "Mid-2022 LSOA 2021": estimates(20),
        },
    )
    newest = find_counts(path, LSOAS)
    assert people(newest) == {"E01000001": "20", "E01000002": "21"}
    assert (newest.name, newest.mid_year) == ("Mid-2022 LSOA 2021", date(2022, 6, 30))
    older = find_counts(path, LSOAS, sheet="Mid-2021 LSOA 2021")
    assert people(older)["E01000001"] == "10"
    assert older.mid_year == date(2021, 6, 30)


def test_sheets_that_tell_no_year_are_asked_for(tmp_path):
    path = xlsx(tmp_path / "s.xlsx", {"A": estimates(1), "B": estimates(2)})
    with pytest.raises(BadFile, match=r"which of its tables.*--sheet: A, B"):
        find_counts(path, LSOAS)
    with pytest.raises(BadFile, match="has no sheet 'C'; it has A, B"):
        find_counts(path, LSOAS, sheet="C")


def test_a_wrong_sheet_is_told(tmp_path):
    path = xlsx(tmp_path / "s.xlsx", {"Notes": [["1", "x"]], "B": estimates(2)})
    with pytest.raises(BadFile, match="has no column named code, count"):
        find_counts(path, LSOAS, sheet="Notes")


def test_the_level_of_the_blocks_is_taken_from_a_census_zip(tmp_path):
    with zipfile.ZipFile(tmp_path / "ts001.zip", "w") as packed:
        packed.writestr("census2021-ts001-ctry.csv", census(["E92000001"]))
        packed.writestr("census2021-ts001-lsoa.csv", census(["E01000001", "W01000001"]))
        packed.writestr("census2021-ts001-oa.csv", census(["E00000001"]))
        packed.writestr("metadata/ts001.csv", "Dataset,Title\nTS001,Residents\n")
    found = find_counts(tmp_path / "ts001.zip", LSOAS)
    assert found.name == "census2021-ts001-lsoa.csv"
    assert people(found) == {"E01000001": "1,234", "W01000001": "1,234"}
    assert find_counts(tmp_path / "ts001.zip", {"E00000001"}).name.endswith("-oa.csv")
    with pytest.raises(BadFile, match="Unpack the one that is meant"):
        find_counts(tmp_path / "ts001.zip", {"S01000001"})


def test_codes_of_another_vintage_are_left_to_the_load_to_tell(tmp_path):
    path = plain(tmp_path, "code,count\nE01099999,5\n")
    assert find_counts(path, LSOAS).hits == 0


def test_a_gzipped_table_is_read(tmp_path):
    path = plain(tmp_path, gzip.compress(b"code,count\nE01000001,5\n"), "c.csv.gz")
    assert people(find_counts(path, LSOAS)) == {"E01000001": "5"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty|has no column"),
        (b"\n\n", "is empty|has no column"),
        (b"a,b\n1,2\n", "has no column named code, count; line 1 has a, b"),
        (
            "code,count\ncaf\u00e9,2\n".encode("latin-1"),
            "byte 0xE9, which is not UTF-8",
        ),
        ("code,count\nE,2\n".encode("utf-16"), "is UTF-16"),
        (b"code,count\nE\0,2\n", "holds a zero byte"),
        (b"PK\x03\x04\0\0\0\0", "is an archive, or a spreadsheet"),
        (gzip.compress(b"code,count\nE01000001,5\n" * 99)[:40], "cannot be read"),
    ],
    ids=[
        "empty",
        "blank",
        "header",
        "latin-1",
        "UTF-16",
        "zero",
        "cut zip",
        "cut gzip",
    ],
)
def test_a_file_that_cannot_be_read_is_refused_whole(tmp_path, content, said):
    with pytest.raises(BadFile, match=said):
        people(find_counts(plain(tmp_path, content), LSOAS))


def test_a_sheet_is_asked_of_a_spreadsheet_only(tmp_path):
    path = plain(tmp_path, "code,count\nE01000001,5\n")
    with pytest.raises(BadFile, match="is no spreadsheet: it has no sheet 'A'"):
        find_counts(path, LSOAS, sheet="A")


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(BadFile, match="there is no such file"):
        find_counts(tmp_path / "none.csv", LSOAS)
