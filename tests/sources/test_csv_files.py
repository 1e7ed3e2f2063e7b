"""Rows of CSV files, as spreadsheets and suppliers write them."""

import gzip
import io
from pathlib import Path

import pytest

from assetmap.errors import BadFile
from assetmap.issues import RawRow, RowIssue
from assetmap.sources.tabular.csv_files import rows_in, rows_of

NEEDED = ("name", "category")


def read(
    content: bytes | str,
    needed: tuple[str, ...] = NEEDED,
    issues: list[RowIssue] | None = None,
    encoding: str = "utf-8",
) -> list[RawRow]:
    sent = content.encode() if isinstance(content, str) else content
    return list(rows_in(io.BytesIO(sent), "a.csv", needed, issues, encoding))


def values(content: bytes | str, needed: tuple[str, ...] = NEEDED) -> list[dict]:
    return [dict(row.values) for row in read(content, needed)]


HALL = {"name": "Hall", "category": "place"}


@pytest.mark.parametrize(
    "content",
    [
        "name,category\nHall,place\n",
        "name;category\r\nHall;place\r\n",
        "name\tcategory\rHall\tplace\r",
        "\ufeffname,category\nHall,place",
        '\ufeff"name","category"\n"Hall","place"\n',
        "\nname,category\n\n  ,\nHall,place\n\n",
        " Name , CATEGORY\nHall,place\n",
        "N_a me,category\nHall,place\n",
        "name,category,,\nHall,place,x,y\n",
        "name,category,,\nHall,place\n",
        "name,category\nHall,place,,,\n",
        "Assets of our town,,\nmade in May\n\nname,category\nHall,place\n",
    ],
    ids=[
        "commas",
        "semicolons and CRLF",
        "tabs and CR",
        "byte-order mark",
        "byte-order mark before a quoted header",
        "blank lines",
        "spaces and capitals in the header",
        "spaces and underscores inside a name",
        "columns without a heading",
        "cells left out under columns without a heading",
        "empty cells beyond the header",
        "titles above the header",
    ],
)
def test_one_table_in_many_guises_gives_one_row(content: str) -> None:
    assert values(content) == [HALL]


def test_a_column_that_is_not_needed_keeps_its_own_name() -> None:
    assert values("name,category,Post Code \nHall,place, SW1A 1AA\n") == [
        {**HALL, "Post Code": " SW1A 1AA"}
    ]


def test_the_semicolon_is_found_although_the_rows_hold_more_commas() -> None:
    rows = values("name;category\nHall, big, red, old;place\n")

    assert rows == [{"name": "Hall, big, red, old", "category": "place"}]


def test_a_line_too_long_for_one_field_is_read_by_its_own_delimiter() -> None:
    rows = values(
        "name,category," + "a" * 600_000 + "," + "b" * 600_000 + "\n1,2,3,4\n"
    )

    assert rows[0]["category"] == "2"


def test_without_needed_columns_the_first_line_is_the_header() -> None:
    assert values("a;b\n1;2\n", ()) == [{"a": "1", "b": "2"}]


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    content = 'name,category\n"Hall\nof the\npeople",place\n\nPark,place\n'

    assert [row.line for row in read(content)] == [2, 6]


def test_lines_are_counted_from_the_top_of_the_file_below_titles() -> None:
    assert read("Our town\n\nname,category\nHall,place\n")[0].line == 4


def test_quoted_newlines_and_quotes_stay_in_the_value() -> None:
    rows = values('name,category\n"The ""Old""\nHall",place\n')

    assert rows[0]["name"] == 'The "Old"\nHall'


def test_a_row_that_does_not_fit_is_reported_and_the_others_are_read() -> None:
    issues: list[RowIssue] = []

    rows = read("name,category\nHall\nPark,place,big\nClub,place\n", issues=issues)

    assert [row.values["name"] for row in rows] == ["Club"]
    assert [(each.line, each.reason) for each in issues] == [
        (2, "has 1 cells where the header has 2"),
        (3, "has 3 cells where the header has 2"),
    ]


def test_text_after_a_closing_quote_refuses_that_row_only() -> None:
    issues: list[RowIssue] = []

    rows = read('name,category\n"Old" Hall,place\nPark,place\n', issues=issues)

    assert [row.values["name"] for row in rows] == ["Park"]
    assert [(each.line, each.reason) for each in issues] == [
        (2, "has text after a closing quotation mark")
    ]


def test_a_row_that_does_not_fit_stops_a_reader_who_takes_no_issues() -> None:
    with pytest.raises(BadFile, match="line 2 has 1 cells where the header has 2"):
        read("name,category\nHall\n")


def test_a_gzipped_file_is_read_whatever_its_name(tmp_path: Path) -> None:
    path = tmp_path / "assets.csv.gz"
    path.write_bytes(gzip.compress(b"name,category\nHall,place\n"))
    renamed = tmp_path / "assets.csv"
    renamed.write_bytes(path.read_bytes())

    assert [row.values for row in rows_of(path, NEEDED)] == [HALL]
    assert [row.values for row in rows_of(renamed, NEEDED)] == [HALL]
    assert next(rows_of(path)).file == "assets.csv.gz"


def test_a_plain_file_is_read_from_its_path(tmp_path: Path) -> None:
    path = tmp_path / "assets.csv"
    path.write_text("name,category\nHall,place\n")

    assert list(rows_of(path, NEEDED)) == [RawRow("assets.csv", 2, HALL)]


def test_windows_letters_are_refused_with_line_byte_and_remedy() -> None:
    with pytest.raises(BadFile) as caught:
        read("name,category\nHall,place\nCafé,place\n".encode("cp1252"))

    said = str(caught.value)
    assert said.startswith("a.csv: line 3 holds the byte 0xE9, which is not UTF-8")
    assert "Windows-1252" in said
    assert "iconv -f WINDOWS-1252 -t UTF-8" in said
    assert caught.value.facts["line"] == 3


def test_windows_letters_are_read_when_the_encoding_is_named() -> None:
    sent = "name,category\nCafé,place\n".encode("cp1252")

    assert read(sent, encoding="cp1252")[0].values["name"] == "Café"


def test_utf_16_is_read_when_it_is_named() -> None:
    sent = "name,category\nCafé,place\n".encode("utf-16")

    assert read(sent, encoding="utf-16")[0].values["name"] == "Café"


@pytest.mark.parametrize(
    ("content", "encoding", "reason"),
    [
        (b"", "utf-8", "is empty: it holds no rows"),
        (b"\n \n\n", "utf-8", "is empty"),
        (b"\xef\xbb\xbf", "utf-8", "is empty"),
        ("name,category\n".encode("utf-16"), "utf-8", "is UTF-16"),
        (b"name,category\n", "utf-16", "cannot be read: UTF-16"),
        (b"PK\x03\x04xl/workbook.xml", "utf-8", "is an archive, or a spreadsheet"),
        (b"name,category\nHa\0ll,place\n", "utf-8", "line 2 holds a zero byte"),
        (b"name,category\n\x81,place\n", "cp1252", "0x81, which is not CP1252"),
        (b"name,category\n", "martian", "no encoding called 'martian'"),
        (b"name,category\n", "base64", "no encoding called 'base64'"),
        (b"name,name,category\n", "utf-8", "several columns named name"),
        (b"name,category,a b,A_b\n", "utf-8", "several columns named ab"),
        (b'name,category\nA,b\n"Hall,place\nPark,place\n', "utf-8", "line 3 is never"),
        (
            b'name,category\n"' + b"a\n" * 2_500_001,
            "utf-8",
            "line 2 has a field of over",
        ),
        (b"a" * 5_000_001 + b"\n", "utf-8", "line 1 has a field of over"),
        (
            b"name,category\n" + b"a,b" * 2_100_000,
            "utf-8",
            "line 2 has .* over 6,000,000 in all",
        ),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_the_reason(
    content: bytes, encoding: str, reason: str
) -> None:
    with pytest.raises(BadFile, match=reason):
        read(content, encoding=encoding)


def test_a_missing_column_is_named_beside_those_there_are() -> None:
    with pytest.raises(BadFile) as caught:
        read("title,Category,postcode\nHall,place,SW1A 1AA\n")

    assert str(caught.value) == (
        "a.csv: has no column named name; line 1 has title, Category, postcode"
    )
    assert caught.value.facts["missing"] == ["name"]


def test_a_header_below_the_tenth_line_is_not_looked_for() -> None:
    with pytest.raises(BadFile, match="has no column named name, category"):
        read("title\n" * 10 + "name,category\nHall,place\n")


def test_a_broken_gzip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(b"name,category\nHall,place\n" * 99)[:60])

    with pytest.raises(BadFile, match="cannot be read"):
        list(rows_of(path, NEEDED))


@pytest.mark.parametrize("content", ["name,category\n", "name,category\n\n , \n"])
def test_a_header_without_rows_is_refused(content: str) -> None:
    with pytest.raises(BadFile, match="holds no rows below its header on line 1"):
        read(content)


def test_a_file_whose_every_row_is_refused_is_not_said_to_hold_none() -> None:
    issues: list[RowIssue] = []

    assert read('name,category\n"Old" Hall,place\n', issues=issues) == []
    assert len(issues) == 1


def test_a_cell_too_long_is_refused_with_its_row_and_the_others_are_read(tmp_path):
    path = tmp_path / "long.csv"
    rows = ["a,x", "b," + "y" * 5_000_001, 'c,"z"', 'd,"' + "y" * 4_000_000 + '"']
    path.write_text("\n".join(["name,shape", *rows, "e,x"]))
    issues = []
    found = [(each.line, each.values["name"]) for each in rows_of(path, (), issues)]
    assert found == [(2, "a"), (4, "c"), (5, "d"), (6, "e")]
    assert [(each.line, each.reason) for each in issues] == [
        (3, "has a cell of over 5,000,000 characters, or over 6,000,000 in all")
    ]


def test_a_line_that_is_too_long_is_one_rows_fault() -> None:
    """Cells beyond the sixth million characters belong to nobody else's row."""
    issues: list[RowIssue] = []
    long = b"x," * 3_000_001
    content = b"name,category\nHall,place\n" + long + b"\nPark,place\n"
    rows = read(content, issues=issues)
    assert [each.values["name"] for each in rows] == ["Hall", "Park"]
    assert [row.line for row in rows] == [2, 4]
    (only,) = issues
    assert only.line == 3
    assert only.reason.endswith("or over 6,000,000 in all")
