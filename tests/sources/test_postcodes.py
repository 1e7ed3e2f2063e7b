"""Postcodes in the layouts that suppliers use, and in those that they should not."""

import gzip

import numpy as np
import pytest

from assetmap.errors import BadFile
from assetmap.sources.postcodes import read_postcodes

ONSPD = (
    "pcd7,pcd8,pcds,dointr,doterm,lad25cd,east1m,north1m,lat,long\n"
    "M1  1AA,M1   1AA,M1 1AA,198001,,E08000003,383050,398050,53.47,-2.25\n"
    "M1  1AB,M1   1AB,M1 1AB,198001,199912,E08000003,383150,398050,53.47,-2.25\n"
    "M1  1AD,M1   1AD,M1 1AD,198001,,,,,99.999999,0\n"
)
NSPL = (
    "pcd,pcd2,pcds,dointr,doterm,oseast1m,osnrth1m,laua\n"
    "M1  1AA,M1   1AA,M1 1AA,198001,      ,383050,398050,E08000003\n"
    "M1  1AB,M1   1AB,M1 1AB,198001,201201,383150,398050,E08000003\n"
)
PLAIN = (
    "Postcode,lat,long\n"
    "LA1 1AA,54.04700,-2.80100\n"
    "CA133AA,54.66200,-3.36400\n"
    "LA2 0XX,,0.00000\n"
)


@pytest.fixture
def read(tmp_path):
    def from_bytes(content, name="p.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_postcodes(path)

    return from_bytes


def test_onspd_gives_grid_council_and_whether_a_postcode_is_live(read):
    table = read(ONSPD)
    assert table.names.tolist() == ["M1 1AA", "M1 1AB", "M1 1AD"]
    assert table.is_grid
    assert table.x[:2].tolist() == [383_050, 383_150]
    assert table.is_live.tolist() == [1, 0, 1]
    assert table.councils.tolist() == [b"E08000003", b"E08000003", b""]


def test_a_postcode_without_a_place_has_none(read):
    assert np.isnan(read(ONSPD).x).tolist() == [False, False, True]


def test_nspl_with_spaces_for_no_end_is_read_alike(read):
    table = read(NSPL)
    assert table.is_live.tolist() == [1, 0]
    assert (table.y[0], table.councils[0]) == (398_050, b"E08000003")


def test_postcode_lat_long_gives_degrees_and_nothing_on_who_is_live(read):
    table = read(PLAIN)
    assert not table.is_grid
    assert (table.x[0], table.y[0]) == (-2.801, 54.047)
    assert table.is_live.tolist() == [-1] * 3
    assert np.isnan(table.x).tolist() == [False, False, True]


@pytest.mark.parametrize(
    "content",
    [
        PLAIN.replace("Postcode,lat,long", "POSTCODE,LATITUDE,LONGITUDE"),
        PLAIN.replace("Postcode,lat,long", " postcode , lat , long "),
        "\ufeff" + PLAIN,
        PLAIN.replace("\n", "\r\n"),
        PLAIN.replace("\nCA13", "\n\nCA13"),
        PLAIN.replace("LA1 1AA", '"LA1 1AA"'),
        PLAIN.replace("Postcode,lat,long", "postcode,lat,lng"),
    ],
    ids=["capitals", "spaces", "bom", "crlf", "blank line", "quotes", "lng"],
)
def test_ways_of_writing_the_same_table_make_no_difference(read, content):
    assert read(content).names.tolist() == ["LA1 1AA", "CA133AA", "LA2 0XX"]
    assert read(content).y[:2].tolist() == [54.047, 54.662]


def test_a_gzipped_file_is_read_as_it_is(read):
    table = read(gzip.compress(PLAIN.encode()), "p.csv.gz")
    assert len(table.names) == 3


def test_columns_that_are_not_known_are_passed_over(read):
    table = read("postcode,colour,easting,northing\nM1 1AA,red,383050,398050\n")
    assert table.x.tolist() == [383_050]


@pytest.mark.parametrize("zero", ["0,0", "0.00000,0.00000", ",", "n/a,n/a", "nan,nan"])
def test_zeros_and_words_are_no_place(read, zero):
    table = read(f"postcode,easting,northing\nM1 1AA,{zero}\n")
    assert np.isnan(table.x[0])
    assert np.isnan(table.y[0])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("a,b\n1,2\n", r"needs a column named postcode .* it has a, b"),
        ("postcode,lat\nM1 1AA,53\n", r"it has postcode, lat"),
        ("", "cannot be read"),
        (
            "Postcode,lat,long\nM1 1AA,53,-2\nCaf\u00e9,53,-2\n".encode("latin-1"),
            "UTF-8",
        ),
        ("Postcode,lat,long\nM1 1AA,53\n", "cannot be read"),
    ],
    ids=["header", "half a place", "empty", "latin-1", "short row"],
)
def test_a_file_that_cannot_be_read_is_refused_whole(read, content, said):
    with pytest.raises(BadFile, match=said):
        read(content)


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(BadFile, match="there is no such file"):
        read_postcodes(tmp_path / "none.csv")


def test_a_gzip_cut_short_is_told(read):
    with pytest.raises(BadFile, match="cannot be read"):
        read(gzip.compress(PLAIN.encode() * 5000)[:-200], "p.csv.gz")
