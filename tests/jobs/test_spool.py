"""Files that wait for their job."""

import resource

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetmap.jobs import spool
from assetmap.jobs.spool import SpoolFull, Spooling


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("wards.geojson", "wards.geojson"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("/abs/a.csv", "a.csv"),
        ("my wards (2024).gpkg", "my_wards_2024_.gpkg"),
        ("Môn.zip", "Mon.zip"),
        ("...", "upload"),
        ("", "upload"),
        (".htaccess", "htaccess"),
        ("a\0b\n.csv", "a_b_.csv"),
        ("-rf", "rf"),
        ("/", "upload"),
        ("x" * 300 + ".parquet", "x" * 92 + ".parquet"),
    ],
)
def test_names_are_cleaned(sent, kept):
    assert spool.clean_name(sent) == kept


@given(st.text(max_size=400))
def test_any_name_becomes_one_that_stays_in_its_folder(sent):
    name = spool.clean_name(sent)
    assert 0 < len(name) <= spool.LONGEST_NAME
    assert name not in {".", ".."}
    assert "/" not in name
    assert name.isascii()
    assert name.isprintable()
    assert not name.startswith((".", "-"))


def test_a_file_is_kept_with_its_checksum(tmp_path):
    made = Spooling(tmp_path, "a.csv")
    made.write(b"a")
    made.write(b"bc")
    file = made.finish()
    assert file.path.read_bytes() == b"abc"
    assert file.sha256.startswith("ba7816bf")
    assert spool.find(tmp_path, file.folder) == file.path
    assert file.path.parent.stat().st_mode & 0o077 == 0


def test_a_copy_that_fails_leaves_nothing(tmp_path):
    (tmp_path / "source").mkdir()
    with pytest.raises(IsADirectoryError):
        spool.copy_in(tmp_path / "spool", tmp_path / "source")
    assert not (tmp_path / "spool").exists()


def test_a_spool_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(SpoolFull, match="cannot be kept"):
        Spooling(tmp_path / "file", "a.csv")


@pytest.fixture
def little_room():
    """No file of this process may grow over 100 kB, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_is_told_and_what_was_written_is_dropped(tmp_path, little_room):
    made = Spooling(tmp_path, "a.csv")
    with pytest.raises(SpoolFull, match="cannot be kept"):
        made.write(b"x" * (1 << 20))
    made.drop()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("folder", ["..", "../x", "", "a" * 31, "/etc"])
def test_nothing_outside_the_spool_is_found_or_removed(tmp_path, folder):
    inside = tmp_path / "spool"
    inside.mkdir()
    (tmp_path / "kept").touch()
    with pytest.raises(spool.SpoolLost):
        spool.find(inside, folder)
    spool.remove(inside, folder)
    assert (tmp_path / "kept").exists()
    assert inside.exists()


def test_only_old_files_that_nobody_waits_for_are_swept(tmp_path):
    kept, old, other = (_file(tmp_path) for _ in range(3))
    (tmp_path / "notes").mkdir()
    later = other.path.stat().st_mtime + spool.UPLOAD_HOURS * 3600 + 60
    assert spool.sweep(tmp_path, [kept.folder]) == []
    swept = spool.sweep(tmp_path, [kept.folder], now=later)
    assert sorted(swept) == sorted([old.folder, other.folder])
    assert kept.path.exists()
    assert (tmp_path / "notes").exists()
    assert spool.sweep(tmp_path / "nowhere", []) == []


def _file(folder):
    made = Spooling(folder, "a")
    return made.finish()
