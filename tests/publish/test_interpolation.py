"""A client's own counts over REST: CSV in, CSV or JSON out, and refusals."""

import csv
import io
from urllib.parse import quote

import pytest

from tests.publish.problems import check_problem

ADDRESS = "/crosswalks/blocks/wards/interpolation"
SENT = "code,homes,empty\nW,30,3\nE,10,\nZ,5,1\n"


def sent(client, text=SENT, query="count=homes", address=ADDRESS):
    body = text if isinstance(text, bytes) else text.encode()
    kind = {"Content-Type": "text/csv"}
    return client.post(f"{address}?{query}", content=body, headers=kind)


def test_a_table_comes_back_in_the_other_boundaries_and_adds_up(client):
    found = sent(client)
    assert found.headers["content-type"] == "text/csv; charset=utf-8"
    rows = {
        each["code"] or each["name"]: each
        for each in csv.DictReader(io.StringIO(found.text))
    }
    assert (rows["W"]["homes"], rows["E"]["homes"]) == ("30", "10")
    assert rows["(not placed: code not known)"]["homes"] == "5"
    assert sum(float(each["homes"] or 0) for each in rows.values()) == 45


def test_a_csv_tells_every_value_that_was_not_carried(client):
    text = "code,homes\nW,-5\nE,5%\nNE,7\nZ,abc\n"
    rows = list(csv.DictReader(io.StringIO(sent(client, text).text)))
    told = [each["problem"] for each in rows if each["problem"]]
    lines = ("body:2: homes '-5'", "body:3: homes '5%'", "body:5: homes 'abc'")
    assert [each[: len(line)] for each, line in zip(told, lines, strict=False)] == [
        *lines
    ]
    assert told[3] == "body:5: code 'Z': is no code of blocks (refused)"
    assert len(told) == 4
    assert sum(float(each["homes"] or 0) for each in rows) == 7
    json = sent(client, text, "count=homes&format=json").json()
    assert json["issues"] == told
    assert any(each.startswith("3 values of homes") for each in json["notes"])


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        ("imd_score", "score"),
        ("Crime Rate", "rate"),
        ("pct_over_65", "pct"),
        ("% renting", "%"),
        ("meanAge", "mean"),
        ("MedianPrice", "median"),
    ],
)
def test_what_looks_like_no_count_is_carried_and_told(client, column, kind):
    text = f"code,{column},rated homes\nW,25.3,1\n"
    asked = f"count={quote(column)}&count=rated%20homes"
    rows = list(csv.DictReader(io.StringIO(sent(client, text, asked).text)))
    [told] = [each["problem"] for each in rows if each["problem"]]
    assert f"looks like no count ({kind})" in told
    assert rows[-1]["name"] == f"(column {column})"
    assert told in sent(client, text, f"{asked}&format=json").json()["notes"]


def test_json_tells_totals_and_faults(client):
    told = sent(client, query="count=homes&rate=empty/homes&format=json").json()
    assert {"method", "settings", "inputs", "assetmap"} <= set(told)
    assert all(len(each["sha256"]) == 64 for each in told["inputs"])
    assert told["totals"]["empty"] == {
        "sent": 4.0,
        "allocated": 3.0,
        "outside": 0.0,
        "unplaced": 1.0,
        "missing_sources": 4,
    }
    rows = {each["code"]: each for each in told["rows"]}
    assert rows["W"]["empty_per_homes"] == pytest.approx(0.1)
    assert rows["E"]["empty_per_homes"] is None
    assert rows["E"]["empty"] is None
    assert told["issues"] == ["body:4: code 'Z': is no code of blocks (refused)"]


def test_overlapping_targets_get_equal_parts_or_the_whole(client):
    address = "/crosswalks/blocks/pcns/interpolation"
    for query, allocated in (("fractional", 30.0), ("whole", 45.0)):
        asked = f"count=homes&overlapping={query}&format=json"
        told = sent(client, "code,homes\nW,30\n", asked, address).json()
        assert told["totals"]["homes"]["allocated"] == allocated
    assert any("more than was sent" in each for each in told["notes"])


@pytest.mark.parametrize(
    ("text", "query", "status", "slug"),
    [
        (SENT, "", 422, "bad-table"),
        (SENT, "count=imd_rank", 422, "bad-table"),
        (SENT, "count=homes&moe=homes", 400, "bad-parameter"),
        (SENT, "rate=homes", 400, "bad-parameter"),
        (SENT, "count=cars", 422, "bad-file"),
        (SENT, "count=homes&overlapping=twice", 400, "bad-parameter"),
        (SENT, "count=homes&code=nothing", 422, "bad-table"),
        ("", "count=homes", 422, "bad-file"),
        (b"code,homes\n\xff,1\n", "count=homes", 422, "bad-file"),
        ("code,homes\nQ,1\n", "count=homes", 422, "bad-table"),
        ("code,homes\nW,1\nW,2\n", "count=homes", 422, "bad-table"),
    ],
)
def test_what_cannot_be_carried_is_a_problem(client, text, query, status, slug):
    check_problem(sent(client, text, query), status, slug)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("blocks,name\nW,30\n", "count=name"),
        ("code,homes\nW,30\n", "count=homes&moe=homes:homes"),
        ("code,n,n_known_share\nW,3,1\n", "count=n&count=n_known_share"),
    ],
)
def test_no_column_of_the_answer_hides_another(client, text, query):
    for form in ("csv", "json"):
        told = check_problem(sent(client, text, f"{query}&format={form}"), 422)
        assert "give yours another name" in told["detail"]
