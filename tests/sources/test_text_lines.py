"""Files of text, opened, and read line by line."""

import io
from pathlib import Path

import pytest

from assetmap.errors import BadFile
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
