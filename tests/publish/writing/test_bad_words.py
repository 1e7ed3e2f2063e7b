"""Markup and formulas in what is written: text everywhere, and safe to be opened."""

import csv
import io

NAME = '=HYPERLINK("https://example.org","Hall")'
ABOUT = "<script>alert(1)</script> @SUM(A1)"


def test_what_is_written_is_text_on_pages_and_no_formula_in_files(town):
    asset = town.add(name=NAME, description=ABOUT).json()["id"]
    read = town.get(f"/assets/{asset}").json()
    assert (read["name"], read["description"]) == (NAME, ABOUT)
    page = town.get(f"/collections/assets/items/{asset}?f=html").text
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
    answer = town.get("/collections/assets/download?f=csv")
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    (found,) = [each for each in rows if "HYPERLINK" in each["name"]]
    assert found["name"] == f"'{NAME}"
    assert not any(each[:1] in "=+@" for row in rows for each in row.values() if each)
