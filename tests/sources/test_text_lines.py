"""Files of text, opened, and read line by line."""

import io
from pathlib import Path

import pytest

from assetmap.errors import BadFile
from assetmap.sources.tabular import text_lines
from assetmap.sources.tabular.text_lines import lines_of, opened


def test_a_path_that_is_no_file_is_told_whole(tmp_path: Path) -> None:
    for path, said in (
        (tmp_path / "none.csv", "there is no such file"),
        (
            tmp_path / "no" / "none.csv",
            f"no such file: there is no folder {tmp_path}/no",
        ),
        (tmp_path / ("a" * 300), "cannot be opened: File name too long"),
        (tmp_path, "is a folder, not a file"),
        (Path("/dev/null"), "is a device or a pipe, not a file"),
    ):
        with pytest.raises(BadFile) as caught:
            opened(path)
        assert str(caught.value).startswith(f"{path}: ")
        assert str(caught.value).endswith(said)


def test_lines_may_be_let_go_after_their_file_is_closed() -> None:
    stream = io.BytesIO(b"name\nHall\n")
    lines = lines_of(stream, "a.csv", "utf-8")

    assert next(lines) == "name\n"
    stream.close()
    lines.close()


LONG = b"b" * 6_000_001


def read(content, instead="instead\n"):
    return list(lines_of(io.BytesIO(content), "a.csv", "utf-8", instead))


def test_a_line_that_is_too_long_is_passed_over_and_no_other() -> None:
    assert read(b"a\n" + LONG + b"\nc\n") == ["a\n", "instead\n", "c\n"]
    assert read(b"a\n" + LONG * 3) == ["a\n", "instead\n"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (LONG, "line 1 has over 6,000,000 characters"),
        (b'a\n"' + LONG + b"\nc\n", "line 2 has over .* mark in it is never closed"),
    ],
)
def test_where_rows_cannot_be_told_apart_the_file_is_refused(content, said) -> None:
    with pytest.raises(BadFile, match=said):
        read(content)


def test_a_line_without_an_end_is_given_up(monkeypatch) -> None:
    monkeypatch.setattr(text_lines, "MOST_PASSED_OVER", 1)
    with pytest.raises(BadFile, match="line 2 does not end"):
        read(b"a\n" + LONG * 3)
