"""Postcodes in the layouts that suppliers use, and in those that they should not."""

import gzip
import io
import zipfile

import numpy as np
import pytest

from assetmap.errors import BadFile
from assetmap.issues import RowIssue
from assetmap.sources.limits import Limits
from assetmap.sources.postcodes import files as postcodes
from assetmap.sources.postcodes.files import read_postcodes

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
        ("", "p.csv: is empty: it holds no rows"),
        ("Postcode,lat,long\n", "holds no rows below its header on line 1"),
        ("Postcode,lat,long", "holds no rows below its header on line 1"),
        (
            "Postcode,lat,long\nM1 1AA,53,-2\nCaf\u00e9,53,-2\n".encode("latin-1"),
            "line 3 holds the byte 0xE9, which is not UTF-8",
        ),
        (PLAIN.encode("utf-16"), "is UTF-16: save it as CSV in UTF-8"),
        (PLAIN.replace("CA13", "CA\0"), "line 3 holds a zero byte"),
        (b"PK\x03\x04\0\0", "is an archive, or a spreadsheet"),
        ("Postcode,lat,long\nM1 1AA,53\n", "line 2 has 2 cells where the header has 3"),
        (
            "Postcode,lat,long\n\nM1 1AA,53,-2,1\n",
            "line 3 has 4 cells where the header has 3",
        ),
        ("postcode,lat,long,LAT\nM1 1AA,53,-2,53\n", "several columns named lat"),
        ('postcode,lat,long\n"M1 1AA,53,-2\n', "opened on line 2 is never closed"),
    ],
    ids=[
        "header",
        "half a place",
        "empty",
        "header only",
        "header without an end",
        "latin-1",
        "UTF-16",
        "zero byte",
        "spreadsheet",
        "short row",
        "long row",
        "repeated header",
        "open quotation mark",
    ],
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


@pytest.mark.parametrize(
    "value", ["1.2.3", ".", "abc", "1e", "--5", "1,0", "inf", "1e999", "0x10"]
)
def test_a_coordinate_that_is_no_number_refuses_its_row_alone(read, value):
    table = read(
        "postcode,easting,northing\nM1 1AA,383050,398050\n"
        f'M1 1AB,"{value}",398050\nM1 1AD,383050,"{value}"\n'
    )
    assert table.refused.tolist() == [1, 2]
    assert table.issues == (
        RowIssue("p.csv", 3, "easting", value, "is not a number"),
        RowIssue("p.csv", 4, "northing", value, "is not a number"),
    )


@pytest.mark.parametrize(
    "value", ["383050", "383050.", "+383050.0", " 383050 ", "3.8305e5", "3.8305E+5"]
)
def test_numbers_are_read_in_every_way_of_writing_them(read, value):
    table = read(f"postcode,easting,northing\nM1 1AA,{value},.5\n")
    assert (table.x[0], table.y[0]) == (383_050, 0.5)
    assert table.issues == ()


@pytest.mark.parametrize(
    "value", ["Manch\u00e9ster", "Manchester", "e08000003", "E0800000", "E080000031"]
)
def test_a_council_that_is_no_gss_code_is_left_out_and_noted(read, value):
    table = read(f"pcds,east1m,north1m,lad25cd\nM1 1AA,383050,398050,{value}\n")
    reason = "is no GSS code: kept without a council"
    assert table.councils.tolist() == [b""]
    assert table.refused.tolist() == []
    assert table.issues == (RowIssue("p.csv", 2, "lad25cd", value, reason, "noted"),)


def test_a_fault_below_a_blank_line_is_told_on_the_line_where_it_stands(read):
    table = read("postcode,easting,northing\n\nM1 1AA,1,1\n\nM1 1AB,abc,1\n\n")
    assert [each.line for each in table.issues] == [5]
    assert table.line(0) == 3


def test_semicolons_part_columns_too(read):
    assert read(PLAIN.replace(",", ";")).names.tolist() == [
        "LA1 1AA",
        "CA133AA",
        "LA2 0XX",
    ]


LATEST = (
    "\ufeffX,Y,FID,PCD7,PCDS,DOINTR,DOTERM,USRTYPIND,LAD25CD,GRIDIND,LAT,LONG\n"
    "-2.25,53.47,1,M1  1AA,M1 1AA,198001,,0,E08000003,1,53.47,-2.25\n"
    "-2.26,53.48,2,M1  1AB,M1 1AB,198001,200305,1,E99999999,8,53.48,-2.26\n"
)


def test_the_portals_copies_in_capitals_are_read_in_degrees(read):
    table = read(LATEST)
    assert not table.is_grid
    assert table.names.tolist() == ["M1 1AA", "M1 1AB"]
    assert table.x.tolist() == [-2.25, -2.26]
    assert table.y.tolist() == [53.47, 53.48]


def test_end_user_and_quality_are_read_and_pseudo_codes_are_none(read):
    table = read(LATEST)
    assert table.ended.tolist() == [b"", b"2003-05"]
    assert table.is_live.tolist() == [1, 0]
    assert table.is_large.tolist() == [0, 1]
    assert table.quality.tolist() == [1, 8]
    assert table.councils.tolist() == [b"E08000003", b""]
    assert table.issues == ()


def test_columns_of_before_2025_are_read_alike(read):
    table = read(
        "pcd,pcds,doterm,oslaua,usertype,oseast1m,osnrth1m,osgrdind\n"
        "M1  1AA,M1 1AA,,E08000003,0,383050,398050,1\n"
    )
    assert (table.is_large[0], table.quality[0], table.is_live[0]) == (0, 1, 1)


@pytest.mark.parametrize("sent", ["200305", "2003-05", "2003-05-01", " 200305 "])
def test_ways_of_writing_the_end(read, sent):
    table = read(f"postcode,doterm,lat,long\nM1 1AA,{sent},53,-2\n")
    assert table.ended.tolist() == [b"2003-05"]


@pytest.mark.parametrize("sent", ["200313", "yes", "2003"])
def test_an_end_that_is_no_month_is_noted_and_the_postcode_not_live(read, sent):
    table = read(f"postcode,doterm,lat,long\nM1 1AA,{sent},53,-2\n")
    assert (table.is_live[0], table.ended[0]) == (0, b"")
    said = "is no month: kept as one that has ended"
    assert table.issues == (RowIssue("p.csv", 2, "doterm", sent, said, "noted"),)


def test_x_and_y_in_metres_are_metres(read):
    assert read("postcode,x,y\nM1 1AA,383050,398050\n").is_grid


def zipped(files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


NAMES = "lad25cd,lad25nm\nE08000003,Manchester\n"
MORE = NSPL.replace("M1", "M2")


def test_a_zip_as_it_is_published_is_read_by_its_whole_file(read):
    files = {
        "Data/ONSPD_MAY_2025_UK.csv": ONSPD,
        "Data/multi_csv/ONSPD_MAY_2025_UK_AB.csv": ONSPD,
        "Data/multi_csv/ONSPD_MAY_2025_UK_M.csv": ONSPD,
        "Documents/LAD names.csv": NAMES,
        "User Guide/guide.pdf": "%PDF",
    }
    table = read(zipped(files), "onspd.zip")
    assert table.names.tolist() == ["M1 1AA", "M1 1AB", "M1 1AD"]


def test_a_zip_of_one_file_an_area_is_read_as_one(read):
    files = {"Data/multi_csv/N_M.csv": NSPL, "Data/multi_csv/N_N.csv": MORE}
    table = read(zipped(files), "nspl.zip")
    assert table.names.tolist() == ["M1 1AA", "M1 1AB", "M2 1AA", "M2 1AB"]
    assert [(table.file_of(each), table.line(each)) for each in range(4)] == [
        ("N_M.csv", 2), ("N_M.csv", 3), ("N_N.csv", 2), ("N_N.csv", 3)
    ]  # fmt: skip


def test_a_fault_in_a_file_of_a_zip_is_told_with_its_name(read):
    files = {"a.csv": NSPL, "b.csv": MORE.replace("383150", "far")}
    table = read(zipped(files), "p.zip")
    assert [str(each)[:9] for each in table.issues] == ["b.csv:3: "]
    assert table.refused.tolist() == [3]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"names.csv": NAMES}, "holds no CSV file with columns for a postcode"),
        ({}, "holds no CSV file with columns for a postcode"),
        ({"a/x.csv": NSPL, "b/y.csv": MORE}, r"unpack the one meant of a/x.csv, b/y"),
        ({"a.csv": NSPL, "b.csv": PLAIN}, "grid coordinates and files with degrees"),
        ({"a.csv": NSPL.replace("M1 1AB", "M1\0AB")}, "line 3 holds a zero byte"),
        ({"a.csv": NSPL + '"'}, "a.csv: a quotation mark"),
    ],
)
def test_a_zip_that_is_not_clear_is_refused(read, files, said):
    with pytest.raises(BadFile, match=said):
        read(zipped(files), "p.zip")


def test_a_damaged_zip_is_refused(read):
    whole = bytearray(zipped({"a.csv": NSPL * 50}))
    whole[60:90] = bytes(30)
    with pytest.raises(BadFile, match="cannot be"):
        read(bytes(whole), "p.zip")


def test_a_file_in_a_zip_that_unpacks_without_end_is_refused(read, monkeypatch):
    monkeypatch.setattr(postcodes, "limits", lambda: Limits(300, 9, 200))
    assert len(read(zipped({"a.csv": NSPL, "b.csv": "x" * 500}), "p.zip").names) == 2
    with pytest.raises(BadFile, match=r"a\.csv: unpacks to 1,\d+ bytes"):
        read(zipped({"a.csv": NSPL * 9}), "p.zip")
