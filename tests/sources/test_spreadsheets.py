"""Rows of spreadsheets: the same rows as the same table saved as CSV."""

from datetime import date
from pathlib import Path

import pytest

from assetmap.errors import BadFile
from assetmap.issues import RawRow
from assetmap.sources.postcodes.files import read_postcodes
from assetmap.sources.tabular.csv_files import rows_of
from tests.settings_of import set_to
from tests.sources.sheet_files import ods, xlsx

NEEDED = ("name", "category")
TABLE = [["name", "category"], ["Hall", "place"]]
HALL = {"name": "Hall", "category": "place"}


def refusal(path: Path, needed: tuple[str, ...] = NEEDED, **how: str) -> str:
    with pytest.raises(BadFile) as caught:
        list(rows_of(path, needed, **how))
    return str(caught.value)


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv", "a"])
def test_a_workbook_is_read_whatever_its_name(tmp_path: Path, name: str) -> None:
    path = xlsx(tmp_path / name, {"Assets": TABLE})

    assert list(rows_of(path, NEEDED)) == [RawRow(name, 2, HALL)]
    assert [row.values for row in rows_of(path)] == [HALL]


def test_a_table_of_text_is_read_although_its_name_says_workbook(
    tmp_path: Path,
) -> None:
    (tmp_path / "a.xlsx").write_text("name,category\nHall,place\n")

    assert [row.values for row in rows_of(tmp_path / "a.xlsx", NEEDED)] == [HALL]


def test_an_open_document_is_read(tmp_path: Path) -> None:
    path = ods(tmp_path / "a.ods", "Assets", TABLE)

    assert list(rows_of(path, NEEDED)) == [RawRow("a.ods", 2, HALL)]


def test_numbers_and_dates_become_plain_text(tmp_path: Path) -> None:
    cells = [5, 5.0, 0.1, 57106398, 1e-7, 123456789012345, True, date(2025, 10, 1)]
    names = [f"c{at}" for at, _ in enumerate(cells)]
    path = xlsx(tmp_path / "a.xlsx", {"A": [[*names, "text"], [*cells, " 1,204 "]]})

    row = next(rows_of(path))

    assert list(row.values.values()) == [
        *("5", "5", "0.1", "57106398", "1e-07", "123456789012345", "TRUE"),
        *("2025-10-01", " 1,204 "),
    ]


def test_headings_wrapped_over_lines_are_one_line(tmp_path: Path) -> None:
    heads = ["Partner\r\nOrganisation\r\nCode", "PCN\nName"]
    path = xlsx(tmp_path / "a.xlsx", {"A": [heads, ["P84034", "Central"]]})

    assert list(next(rows_of(path)).values) == ["Partner Organisation Code", "PCN Name"]
    needed = next(rows_of(path, ("partner_organisation_code",)))
    assert needed.values["partner_organisation_code"] == "P84034"


def test_a_header_on_the_fourth_row_is_found_and_rows_keep_their_numbers(
    tmp_path: Path,
) -> None:
    titles = [["Assets of our town"], [], ["made in", "May", "2025"]]
    path = xlsx(tmp_path / "a.xlsx", {"A": [*titles, *TABLE, [], ["Park", "place"]]})

    assert [(row.line, row.values["name"]) for row in rows_of(path, NEEDED)] == [
        (5, "Hall"),
        (7, "Park"),
    ]


def test_line_breaks_in_cells_do_not_shift_the_numbers_of_rows(tmp_path: Path) -> None:
    rows = [*TABLE, ["The\nOld\nHall", "place"], ["Park", "place"]]
    path = xlsx(tmp_path / "a.xlsx", {"A": rows})

    found = list(rows_of(path, NEEDED))

    assert [row.line for row in found] == [2, 3, 4]
    assert found[1].values["name"] == "The\nOld\nHall"


def test_a_column_without_a_heading_is_ignored(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", {"A": [*TABLE, ["Park", "place", "a remark"]]})

    assert [row.values["name"] for row in rows_of(path, NEEDED)] == ["Hall", "Park"]


def test_of_several_sheets_the_one_with_the_needed_columns_is_read(
    tmp_path: Path,
) -> None:
    sheets = {"Notes": [["How to read this"]], "Assets": TABLE}
    path = xlsx(tmp_path / "a.xlsx", sheets)

    assert [row.values for row in rows_of(path, NEEDED)] == [HALL]
    assert refusal(path, ()) == (
        "a.xlsx: which of its sheets? Name one with --sheet: Notes, Assets"
    )


def test_where_several_sheets_could_be_meant_one_must_be_named(tmp_path: Path) -> None:
    sheets = {"May": TABLE, "PCN Details": [["category", "name"], ["park", "Green"]]}
    path = xlsx(tmp_path / "a.xlsx", sheets)

    assert "Name one with --sheet: May, PCN Details" in refusal(path)
    for wanted in ("PCN Details", "pcndetails"):
        found = [row.values["name"] for row in rows_of(path, NEEDED, sheet=wanted)]
        assert found == ["Green"]
    assert refusal(path, sheet="June") == (
        "a.xlsx: has no sheet 'June'; it has May, PCN Details"
    )


def test_a_hidden_sheet_is_read_only_if_it_is_named(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", {"Old": TABLE, "New": TABLE}, hidden=["Old"])

    assert len(list(rows_of(path, NEEDED))) == 1
    assert len(list(rows_of(path, NEEDED, sheet="Old"))) == 1


def test_a_sheet_of_a_file_that_is_no_spreadsheet_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("name,category\nHall,place\n")

    said = refusal(tmp_path / "a.csv", sheet="May")

    assert said == "a.csv: is no spreadsheet: it has no sheet 'May'"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "is empty: it holds no rows"),
        ([["title", "Category"], ["Hall", "place"]], "no column named name; line 1"),
        ([["name", "category"]], "holds no rows below its header on line 1"),
        ([["name", "category", "Name"], ["a", "b", "c"]], "several columns named name"),
    ],
    ids=["empty", "renamed", "header only", "twice"],
)
def test_a_sheet_that_is_no_table_is_refused_as_in_csv(
    tmp_path: Path, rows: list[list[str]], said: str
) -> None:
    assert said in refusal(xlsx(tmp_path / "a.xlsx", {"A": rows}))


def test_a_workbook_cut_short_or_damaged_is_told(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", {"A": TABLE})
    whole = path.read_bytes()
    broken = whole.replace(b"xl/_rels", b"xl/_rel5")

    path.write_bytes(whole[:-200])
    assert "is an archive, or a spreadsheet that is damaged" in refusal(path)
    path.write_bytes(broken)
    assert "is no spreadsheet that can be read, or is damaged" in refusal(path)
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    assert "is no spreadsheet that can be read, or is damaged" in refusal(path)


def test_a_cell_in_the_last_corner_of_a_sheet_takes_no_more_memory_than_allowed(
    tmp_path: Path,
) -> None:
    cell = '<row r="{0}"><c r="{1}{0}"><v>1</v></c></row>'
    corners = cell.format(1, "A") + cell.format(1_048_576, "XFD")
    path = xlsx(tmp_path / "a.xlsx", {"A": corners})

    assert refusal(path) == (
        "a.xlsx: is damaged, or needs more memory than ASSETMAP_MAX_SHEET_BYTES gives"
    )


def test_the_memory_of_a_spreadsheet_is_a_setting(tmp_path: Path) -> None:
    cell = '<row r="{0}"><c r="{1}{0}"><v>1</v></c></row>'
    corners = cell.format(1, "A") + cell.format(900_000, "D")
    path = xlsx(tmp_path / "a.xlsx", {"A": corners})

    assert len(list(rows_of(path))) == 1
    with set_to(max_sheet_bytes="100000000"):
        assert "ASSETMAP_MAX_SHEET_BYTES" in refusal(path, ())


def test_reading_may_stop_before_the_end(tmp_path: Path) -> None:
    many = [["name", "category"], *(["Hall", "place"] for _ in range(20_000))]
    rows = rows_of(xlsx(tmp_path / "a.xlsx", {"A": many}), NEEDED)

    assert next(rows).values == HALL
    rows.close()


def test_other_tables_are_read_from_spreadsheets_too(tmp_path: Path) -> None:
    rows = [["postcode", "easting", "northing"], ["M1 1AA", 383050, 398050]]

    table = read_postcodes(xlsx(tmp_path / "p.xlsx", {"P": rows}))

    assert (table.names.to_pylist(), table.x.tolist()) == (["M1 1AA"], [383050.0])
