"""Zips: one member is taken, and nothing in a zip can write elsewhere or blow up."""

import io
import struct
import zipfile
import zlib
from dataclasses import replace

import pytest

from assetmap.sources.fetch import zips
from assetmap.sources.fetch.failure import FetchFailed
from tests.fetching.conftest import HASTY
from tests.fetching.publishers import File

TABLE = b"code,count\nE1,2\nE2,3\n"


def zipped(members, how=zipfile.ZIP_DEFLATED):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", how) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return held.getvalue()


@pytest.fixture
def fetched(file, publisher):
    def run(content, member="*-oa.csv", **told):
        publisher.files["/t.zip"] = File(content, kind="application/zip")
        return file("/t.zip", how="zip", member=member, **told)

    return run


def test_the_one_member_that_is_wanted_is_taken(fetched, tmp_path):
    done = fetched(zipped({"meta/a.txt": "x", "ts-oa.csv": TABLE, "ts-lsoa.csv": b"x"}))
    assert (done.path.name, done.rows) == ("ts-oa.csv", 2)
    assert done.path.read_bytes() == TABLE
    there = {each.name for each in (tmp_path / "toy-counts").iterdir()}
    assert there == {"ts-oa.csv", "fetched.json", ".lock"}


def test_a_member_may_be_named_by_its_whole_path(fetched):
    members = {"Data/PD_MAY_UK.csv": TABLE, "Data/multi/PD_MAY_UK_AB.csv": TABLE}
    assert fetched(zipped(members), "data/pd_*_uk.csv").path.name == "PD_MAY_UK.csv"


def test_an_unchanged_zip_is_not_sent_twice(fetched, publisher):
    content = zipped({"ts-oa.csv": TABLE})
    assert fetched(content).is_new
    assert not fetched(content).is_new
    assert publisher.headers[-1]["If-None-Match"] == '"one"'


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"a.csv": b"x"}, "no file named .*; it holds a.csv"),
        ({"a-oa.csv": b"x", "b-oa.csv": b"x"}, "2 files named .*a-oa.csv, b-oa.csv"),
    ],
)
def test_no_or_several_members_of_the_name_are_told(fetched, members, said):
    with pytest.raises(FetchFailed, match=said):
        fetched(zipped(members))


@pytest.mark.parametrize(
    "name", ["../../escaped-oa.csv", "/var/escaped-oa.csv", "..\\..\\escaped-oa.csv"]
)
def test_a_path_in_a_zip_is_not_followed(fetched, tmp_path, name):
    path = fetched(zipped({name: TABLE})).path
    assert path == tmp_path / "toy-counts" / "escaped-oa.csv"


def test_a_hidden_name_is_refused(fetched):
    with pytest.raises(FetchFailed, match=r"not safe: '.lock-oa.csv'"):
        fetched(zipped({".lock-oa.csv": TABLE}))


def test_a_bomb_is_refused_before_it_is_unpacked(fetched):
    content = zipped({"bomb-oa.csv": b"0" * 60_000_000})
    with pytest.raises(FetchFailed, match="would unpack to 60,000,000 bytes: refused"):
        fetched(content, patience=replace(HASTY, most_bytes=10**9))


def test_a_member_longer_than_is_taken_is_refused(fetched):
    with pytest.raises(FetchFailed, match="would unpack to 4,000,000 bytes"):
        fetched(zipped({"long-oa.csv": b"12345,6\n" * 500_000}))


def test_a_member_longer_than_it_says_is_refused(fetched):
    """A bomb that hides its size: the entry says 20 bytes, the data holds more."""
    true = b"0" * 5_000_000
    content = zipped({"lie-oa.csv": true})
    lie = content.replace(struct.pack("<I", len(true)), struct.pack("<I", 20))
    with pytest.raises(FetchFailed, match="is a damaged zip"):
        fetched(lie)


def test_too_many_members_are_refused(fetched, monkeypatch):
    monkeypatch.setattr(zips, "MOST_MEMBERS", 3)
    with pytest.raises(FetchFailed, match="holds 4 files: too many"):
        fetched(zipped({f"{number}-oa.csv": b"" for number in range(4)}))


def test_an_encrypted_member_is_refused(fetched):
    content = bytearray(zipped({"ts-oa.csv": TABLE}))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(FetchFailed, match=r"cannot be unpacked: .*encrypted"):
        fetched(bytes(content))


@pytest.mark.parametrize("cut", [10, 60, 90])
def test_a_zip_cut_short_is_refused_and_not_kept(fetched, cut):
    content = zipped({"ts-oa.csv": TABLE * 20})
    with pytest.raises(FetchFailed, match="is a damaged zip"):
        fetched(content[:-cut])
    assert fetched(content).rows == 59


def test_a_zip_with_a_wrong_checksum_is_refused(fetched):
    content = zipped({"ts-oa.csv": TABLE}, zipfile.ZIP_STORED)
    damaged = content.replace(b"E2,3", b"E2,4")
    assert zlib.crc32(content) != zlib.crc32(damaged)
    with pytest.raises(FetchFailed, match="is a damaged zip: Bad CRC"):
        fetched(damaged)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<html><title>Log in</title>", "web page titled 'Log in'"),
        (b"7z\xbc\xaf", "is no zip: it begins with"),
        (b'{"error":{"code":400,"message":"no"}}', "error 400: no"),
    ],
)
def test_what_is_no_zip_is_told(fetched, content, said):
    with pytest.raises(FetchFailed, match=said):
        fetched(content)
