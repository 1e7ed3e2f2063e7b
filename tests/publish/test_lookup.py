"""Look-ups of one place and of many."""

import csv
import gzip

import pytest

from tests.publish.problems import check_problem
from tests.toy_town import EAST, NORTH, at, degrees

HALL = degrees(at(60, 50))


def codes(body):
    return [(each["set"], each["code"]) for each in body["boundaries"]]


def test_a_postcode_is_placed_in_its_boundaries_catchments_and_neighbourhoods(client):
    body = client.get("/lookup", params={"postcode": "m11ab"}).json()
    assert body["query"] == {"postcode": "M1 1AB"}
    assert (body["point"]["easting"], body["point"]["northing"]) == (
        EAST + 80,
        NORTH + 50,
    )
    assert codes(body) == [("blocks", "W"), ("wards", "W")]
    assert [each["code"] for each in body["catchments"]] == ["U1", "U2"]
    assert body["catchments"][0]["made_how"] == "nearest_practice"
    (near,) = body["neighbourhoods"]
    assert (near["slug"], near["consensus"], near["sketches"]) == ("middle", 1.0, 15)
    assert "Contains wards." in body["attribution"]


def test_degrees_and_grid_name_the_same_place(client):
    by_degrees = client.get("/lookup", params={"lon": HALL.x, "lat": HALL.y}).json()
    grid = {"easting": EAST + 60, "northing": NORTH + 50}
    by_grid = client.get("/lookup", params=grid).json()
    assert codes(by_degrees) == codes(by_grid) == [("blocks", "W"), ("wards", "W")]
    assert by_degrees["point"]["easting"] == pytest.approx(EAST + 60, abs=0.01)
    assert by_grid["point"]["lon"] == pytest.approx(HALL.x, abs=1e-6)


def test_on_a_shared_edge_one_boundary_answers_and_of_overlapping_ones_all(client):
    grid = {"easting": EAST + 100, "northing": NORTH + 50}
    body = client.get("/lookup", params=grid).json()
    assert codes(body) == [("blocks", "E"), ("wards", "E")]
    assert [each["code"] for each in body["catchments"]] == ["U1", "U2"]


def test_sets_narrow_the_answer(client):
    asked = {"postcode": "M1 1AA", "sets": "wards,pcns"}
    body = client.get("/lookup", params=asked).json()
    assert codes(body) == [("wards", "W")]
    assert len(body["catchments"]) == 1


def test_as_at_answers_with_the_sets_of_the_day(client):
    asked = {"postcode": "M1 1AA", "as_at": "2012-06-01"}
    body = client.get("/lookup", params=asked).json()
    assert codes(body) == [("old-wards", "OLD")]
    assert body["as_at"] == "2012-06-01"


def test_outside_everything_the_lists_are_empty(client):
    body = client.get("/lookup", params={"lon": -0.12, "lat": 51.5})
    assert body.status_code == 200
    found = body.json()
    assert found["boundaries"] == found["catchments"] == found["neighbourhoods"] == []


def test_a_postcode_that_does_not_exist_is_not_found(client):
    body = check_problem(
        client.get("/lookup", params={"postcode": "M9 9ZZ"}), 404, "postcode-not-found"
    )
    assert body["postcode"] == "M9 9ZZ"


@pytest.mark.parametrize("postcode", ["", "M1", "M1 1AC", "nonsense", "M1 1AA\0X"])
def test_what_has_not_the_form_of_a_postcode_is_told(client, postcode):
    answer = client.get("/lookup", params={"postcode": postcode})
    assert answer.status_code in {400, 422}
    check_problem(answer, answer.status_code)


def test_swapped_degrees_are_told(client):
    body = check_problem(
        client.get("/lookup", params={"lon": 53.48, "lat": -2.24}), 400, "bad-parameter"
    )
    assert "swapped" in body["detail"]


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"lon": 1},
        {"postcode": "M1 1AA", "lon": 1, "lat": 52},
        {"lon": 1, "lat": 52, "easting": 1, "northing": 2},
        {"lon": "nan", "lat": "52"},
        {"lon": "inf", "lat": "52"},
        {"lon": "abc", "lat": "52"},
        {"lon": -74, "lat": 40.7},
        {"easting": "nan", "northing": "nan"},
        {"easting": "1e308", "northing": "1e308"},
        {"easting": "-inf", "northing": "0"},
        {"easting": -1e6, "northing": 0},
        {"postcode": "M1 1AA", "as_at": "yesterday"},
        {"postcode": "M1 1AA", "as_at": "2025-02-30"},
        {"postcode": "M1 1AA", "colour": "red"},
        {"postcode": "M" * 21},
    ],
)
def test_a_parameter_that_cannot_be_used_is_named(client, asked):
    body = check_problem(client.get("/lookup", params=asked), 400, "bad-parameter")
    assert body["parameter"] in {*asked, "postcode"}


def test_an_unknown_set_is_not_found(client):
    asked = {"postcode": "M1 1AA", "sets": "nowhere"}
    check_problem(client.get("/lookup", params=asked), 404, "boundary-set-not-found")


def test_a_set_that_does_not_hold_on_the_day_is_told(client):
    asked = {"postcode": "M1 1AA", "sets": "wards", "as_at": "2012-06-01"}
    check_problem(client.get("/lookup", params=asked), 422, "boundary-set-not-valid")


def test_many_postcodes_answer_in_their_order_with_misses_marked(client):
    sent = ["M1 1AD", "nonsense", "M9 9ZZ", "m11aa", "M1 1AD"]
    results = client.post("/lookup", json={"postcodes": sent}).json()["results"]
    assert [each["query"]["postcode"] for each in results] == [
        "M1 1AD",
        "nonsense",
        "M9 9ZZ",
        "M1 1AA",
        "M1 1AD",
    ]
    assert [each.get("error") for each in results] == [
        None,
        "bad-postcode",
        "postcode-not-found",
        None,
        None,
    ]
    assert codes(results[0]) == [("blocks", "E"), ("wards", "E")]
    assert codes(results[1]) == []


def test_many_points_answer_in_their_order_with_misses_marked(client):
    sent = [[HALL.x, HALL.y], [-74.0, 40.7], [53.48, -2.24]]
    results = client.post("/lookup", json={"points": sent}).json()["results"]
    assert codes(results[0]) == [("blocks", "W"), ("wards", "W")]
    assert [each.get("error") for each in results[1:]] == ["not-in-great-britain"] * 2


def test_many_and_one_give_the_same_answer(client):
    one = client.get("/lookup", params={"postcode": "M1 1AB"}).json()
    (many,) = client.post("/lookup", json={"postcodes": ["M1 1AB"]}).json()["results"]
    for member in ("query", "point", "boundaries", "catchments", "neighbourhoods"):
        assert many[member] == one[member]


def test_none_at_all_is_an_empty_list(client):
    assert client.post("/lookup", json={"postcodes": []}).json()["results"] == []
    assert client.post("/lookup", json={"points": []}).json()["results"] == []


@pytest.mark.parametrize("kind", ["json", "csv"])
def test_over_ten_thousand_places_are_too_many(client, kind):
    if kind == "json":
        answer = client.post("/lookup", json={"postcodes": ["M1 1AA"] * 10_001})
    else:
        answer = post_csv(client, "postcode\n" + "M1 1AA\n" * 10_001)
    body = check_problem(answer, 413, "too-many-places")
    assert (body["sent"], body["most"]) == (10_001, 10_000)


def test_ten_thousand_places_are_answered(client):
    answer = client.post("/lookup", json={"postcodes": ["M1 1AA"] * 10_000})
    assert len(answer.json()["results"]) == 10_000


def post_csv(client, text, **params):
    sent = text if isinstance(text, bytes) else text.encode()
    return client.post(
        "/lookup", content=sent, params=params, headers={"content-type": "text/csv"}
    )


def test_csv_comes_back_with_its_rows_and_what_holds_them(client):
    sent = "id,Postcode\n1,M1 1AA\n2,nonsense\n3,M9 9ZZ\n4,m1 1ad\n"
    answer = post_csv(client, sent, sets="wards,pcns")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.text.splitlines() == [
        "id,Postcode,wards_code,wards_name,pcns_code,pcns_name,"
        "neighbourhoods,told,lookup_error,lookup_note",
        "1,M1 1AA,W,Place W,U1,Place U1,,,,",
        "2,nonsense,,,,,,,bad-postcode,",
        "3,M9 9ZZ,,,,,,,postcode-not-found,",
        "4,m1 1ad,E,Place E,U2,Place U2,middle,"
        "40 % of the simulated sketches of Middle include this place.,,",
    ]


def test_csv_with_a_byte_order_mark_blank_lines_and_quotes_is_read(client):
    sent = '\ufeffpostcode\r\n\r\n"M1 1AA"\r\n\r\n'
    lines = post_csv(client, sent, sets="wards").text.splitlines()
    assert lines[1:] == ["M1 1AA,W,Place W,,,,"]


def test_several_boundaries_of_one_set_stand_in_one_cell(client):
    lines = post_csv(client, "postcode\nM1 1AB\n", sets="pcns").text.splitlines()
    assert lines[1].startswith("M1 1AB,U1; U2,Place U1; Place U2,middle,")


@pytest.mark.parametrize("cell", ["=1+1", "+1+1", "-A1", "@SUM(A1)", "\t=1", "\uff1d1"])
def test_a_cell_that_a_spreadsheet_would_run_is_made_harmless(client, cell):
    lines = post_csv(client, f"postcode,note\nM1 1AA,{cell}\n", sets="wards").text
    assert f"M1 1AA,'{cell}," in lines


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (
            "code,name\nW,West\n",
            "neither easting and northing nor lon and lat; it has code, name",
        ),
        ("", "it has none"),
        ("postcode,n\nM1 1AA,Caf\u00e9\n".encode("latin-1"), "Line 2 is not UTF-8"),
        (b"postcode\nM1 1AA\nM1\xff 1AB\n", "Line 3 is not UTF-8"),
    ],
)
def test_a_csv_that_cannot_be_read_is_told(client, sent, said):
    assert said in check_problem(post_csv(client, sent), 422, "bad-csv")["detail"]


def test_a_csv_with_short_and_long_rows_keeps_every_row(client):
    lines = post_csv(client, "id,postcode\n1\n2,M1 1AA,x\n", sets="wards").text
    assert lines.splitlines()[1:] == [
        "1,,,,,,bad-postcode,",
        "2,M1 1AA,W,Place W,,,,",
    ]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"postcodes": ["M1 1AA"], "points": []},
        {"postcodes": "M1 1AA"},
        {"postcodes": [1]},
        {"postcodes": ["M" * 21]},
        {"points": [[1]]},
        {"points": [["a", "b"]]},
        {"postcodes": [], "colour": "red"},
        {"postcodes": [], "as_at": "tomorrow"},
        {"postcodes": None},
        [],
        None,
    ],
)
def test_a_body_that_is_not_a_look_up_is_told(client, body):
    check_problem(client.post("/lookup", json=body), 422, "bad-body")


def test_with_a_json_body_sets_belong_in_it(client):
    answer = client.post("/lookup?sets=wards", json={"postcodes": ["M1 1AA"]})
    assert "belong in it" in check_problem(answer, 422, "bad-body")["detail"]
    narrowed = {"postcodes": ["M1 1AA"], "sets": ["wards"], "as_at": "2021-01-01"}
    (found,) = client.post("/lookup", json=narrowed).json()["results"]
    assert codes(found) == [("wards", "W")]


def rows_of(answer):
    return list(csv.DictReader(answer.text.splitlines()))


def test_a_number_below_zero_stays_a_number_in_csv(client):
    sent = f"lon,lat\n{HALL.x:.6f},{HALL.y:.6f}\n"
    (row,) = rows_of(post_csv(client, sent, sets="wards"))
    assert float(row["lon"]) == pytest.approx(HALL.x, abs=1e-6)
    assert (row["wards_code"], row["lookup_error"]) == ("W", "")


@pytest.mark.parametrize(
    ("heads", "cells"),
    [
        ("easting,northing", f"{EAST + 60},{NORTH + 50}"),
        ("EASTINGS,Northings", f"{EAST + 60},{NORTH + 50}"),
        ("oseast1m,osnrth1m", f"{EAST + 60},{NORTH + 50}"),
        ("longitude,latitude", f"{HALL.x},{HALL.y}"),
        ("lat,long", f"{HALL.y},{HALL.x}"),
        ("pcds,id", "M1 1AA,7"),
        ("Post Code,id", "M1 1AA,7"),
        ("practice_postcode,id", "M1 1AA,7"),
    ],
)
def test_columns_are_known_by_the_names_that_publishers_use(client, heads, cells):
    (row,) = rows_of(post_csv(client, f"{heads}\n{cells}\n", sets="wards"))
    assert (row["wards_code"], row["lookup_error"]) == ("W", "")


def test_each_row_is_answered_by_what_it_tells_or_marked(client):
    sent = (
        "postcode,easting,northing,lon,lat\n"
        f"M1 1AD,{EAST + 60},{NORTH + 50},,\n"
        f",{EAST + 60},{NORTH + 50},,\n"
        f",,,{HALL.x},{HALL.y}\n"
        f",{EAST + 60},,,\n"
        ",abc,1,,\n,nan,inf,,\n,1e308,1,,\n,,,-74,40.7\n,,,,\nM1,,,,\n"
    )
    found = rows_of(post_csv(client, sent, sets="wards"))
    assert [each["wards_code"] for each in found[:3]] == ["E", "W", "W"]
    assert [each["lookup_error"] for each in found[3:]] == [
        *["bad-coordinates"] * 3,
        *["not-in-great-britain"] * 2,
        "bad-postcode",
        "partial-postcode",
    ]


@pytest.mark.parametrize("parted", [";", "\t", "|"])
def test_cells_come_back_parted_as_they_were_sent(client, parted):
    sent = (
        f"name{parted}easting{parted}northing\nHall{parted}{EAST + 60}{parted}398050,5"
    )
    answer = post_csv(client, sent.replace(".0", ",0"), sets="wards")
    assert answer.text.splitlines()[1].split(parted)[3:5] == ["W", "Place W"]


def test_grid_points_may_be_sent_as_json(client):
    sent = [[EAST + 60, NORTH + 50], [0, 0], [1e300, -1e300]]
    results = client.post("/lookup", json={"grid": sent}).json()["results"]
    assert codes(results[0]) == [("blocks", "W"), ("wards", "W")]
    assert results[0]["query"] == {"easting": EAST + 60, "northing": NORTH + 50}
    assert [each.get("error") for each in results[1:]] == ["not-in-great-britain"] * 2


def test_a_gzipped_body_is_unpacked_and_one_that_is_not_whole_is_told(client):
    packed = gzip.compress(b"postcode\nM1 1AA\n")
    for headers in ({}, {"content-encoding": "gzip"}):
        headers = {"content-type": "text/csv", **headers}
        answer = client.post("/lookup?sets=wards", content=packed, headers=headers)
        assert answer.text.splitlines()[1] == "M1 1AA,W,Place W,,,,"
    check_problem(post_csv(client, packed[:-9]), 422, "bad-body")
    check_problem(
        post_csv(client, gzip.compress(bytes(20_000_000))), 413, "body-too-large"
    )
    headers = {"content-encoding": "br", "content-type": "text/csv"}
    check_problem(
        client.post("/lookup", content=b"x", headers=headers), 422, "bad-body"
    )


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ('postcode\nM1 1AA\n"M1 1AB\nM1 1AD\n', "line 3 cannot be read: a quotation"),
        ('postcode\n"M1 1AA"x\n', "line 2 cannot be read"),
        ("postcode\nM1 1AA\0\n", "Line 2 holds a zero byte"),
        ("postcode,Post code\nM1 1AA,M1 1AB\n", "several columns named postcode"),
        ("postcode\n".encode("utf-16"), "Line 1 is not UTF-8"),
    ],
)
def test_a_csv_at_fault_says_on_which_line(client, sent, said):
    assert said in check_problem(post_csv(client, sent), 422, "bad-csv")["detail"]


@pytest.mark.parametrize(
    "sent", ["M1 IAB", "m1 iab", "MI 1AB", "M1 1AB".replace("1", "I")]
)
def test_a_postcode_with_letters_for_digits_is_suggested_and_never_put_right(
    client, sent
):
    answer = client.get("/lookup", params={"postcode": sent})
    assert check_problem(answer, 422, "bad-postcode")["did_you_mean"] == ["M1 1AB"]
    (found,) = client.post("/lookup", json={"postcodes": [sent]}).json()["results"]
    assert (found["point"], found["did_you_mean"]) == (None, ["M1 1AB"])
    (row,) = rows_of(post_csv(client, f"postcode\n{sent}\n"))
    assert (row["wards_code"], row["lookup_note"]) == ("", "did you mean M1 1AB?")


@pytest.mark.parametrize(
    ("sent", "part"),
    [
        ("SW11", "district"),
        ("m1", "district"),
        ("SW11 5", "sector"),
        ("EC1A1", "sector"),
        ("SW11 5T", "sector"),
        ("SW", "area"),
    ],
)
def test_a_part_of_a_postcode_is_told_what_it_is(client, sent, part):
    answer = client.get("/lookup", params={"postcode": sent})
    assert check_problem(answer, 422, "partial-postcode")["part"] == part
    (found,) = client.post("/lookup", json={"postcodes": [sent]}).json()["results"]
    assert found["error"] == "partial-postcode"


def test_as_at_holds_in_bulk_and_in_csv(client):
    sent = {"postcodes": ["M1 1AA"], "as_at": "2012-06-01"}
    (found,) = client.post("/lookup", json=sent).json()["results"]
    assert codes(found) == [("old-wards", "OLD")]
    sent = {"points": [[HALL.x, HALL.y]], "as_at": "2012-06-01"}
    (found,) = client.post("/lookup", json=sent).json()["results"]
    assert codes(found) == [("old-wards", "OLD")]
    (row,) = rows_of(post_csv(client, "postcode\nM1 1AA\n", as_at="2012-06-01"))
    assert row["old-wards_code"] == "OLD"
    assert "wards_code" not in row


def test_a_second_look_up_gives_the_same_answer_as_the_first(client):
    """The first reads what later ones find in memory."""
    for asked in ({"postcode": "M1 1AB"}, {"lon": HALL.x, "lat": HALL.y}):
        answers = [client.get("/lookup", params=asked).content for _ in range(3)]
        assert len(set(answers)) == 1
        narrow = [client.get("/lookup", params=asked | {"sets": "wards"}) for _ in "ab"]
        assert codes(narrow[0].json()) == codes(narrow[1].json()) == [("wards", "W")]
