"""The ``[fetch]`` table of a source: what is wrong with it is told before a fetch."""

from dataclasses import replace

import pytest

from assetmap.errors import BadFile
from assetmap.sources.fetch.catalogue import find_offers
from assetmap.sources.fetch.failure import FetchFailed
from assetmap.sources.fetch.plan import plan_of
from assetmap.sources.source_toml import read_source
from tests.fetching import faults
from tests.fetching.conftest import HASTY, source_of


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"how": "ftp"}, "how 'ftp' is not one of"),
        ({"address_is": "guessed"}, "address_is is not one of"),
        ({"colour": 1}, "unknown keys: colour"),
        ({"how": "zip"}, "lacks member"),
        ({"how": "report"}, "lacks report"),
        ({"address": ""}, r"lacks address \(or page and link\)"),
        ({"address": "", "page": "https://toy.example"}, "lacks address"),
        ({"rows": [9, 1]}, r"rows \[9, 1\] are not least and most"),
        ({"bytes": [0, 1]}, r"bytes \[0, 1\] are not least and most"),
        ({"rows": 5}, "rows 5 are not least and most"),
        ({"link": "("}, "link is no regular expression"),
        ({"name": "../../etc"}, "name '../../etc' is not lower-case words"),
        ({"name": ""}, "is not lower-case words"),
        ({"file": "../x.csv"}, "is no name of a file"),
        ({"file": ".bashrc"}, "is no name of a file"),
        ({"file": "fetched.json"}, "is no name of a file"),
    ],
)
def test_what_is_not_known_is_told(told, said):
    with pytest.raises(BadFile, match=said):
        plan_of(source_of(**told))


def test_a_source_that_is_not_for_fetching_is_told():
    with pytest.raises(BadFile, match=r"toy-wards: has no \[fetch\] table"):
        plan_of(replace(source_of(), fetch={}))


def test_the_address_of_a_report_holds_its_name():
    plan = plan_of(source_of(how="report", report="epcn"))
    assert plan.address == "https://toy.example/x?report=epcn"
    assert not plan.has_header


def test_only_a_host_given_by_hand_may_be_private():
    plan = plan_of(source_of(hosts=["Files.example"]), "http://127.0.0.1:9/x")
    assert plan.hosts == {"toy.example", "files.example"}
    assert plan.given_hosts == {"127.0.0.1"}


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("fetched.json", "[1]", "is not JSON: it holds no object"),
        ("fetched.json", "{", "is not JSON"),
        ("fetched.json", '{"valid_from": "May"}', "is not JSON: Invalid isoformat"),
        ("fetched.json", '{"name": "x"}', "lacks title, publisher"),
        ("source.toml", "name =", "is not TOML"),
        (
            "source.toml",
            'name="x"\ntitle="x"\npublisher="x"\nlicence="x"\nattribution="x"\nfetch=1',
            r"\[fetch\] is not a table",
        ),
    ],
)
def test_a_source_or_record_that_cannot_be_read_is_told(tmp_path, name, text, said):
    (tmp_path / name).write_text(text)
    with pytest.raises(BadFile, match=said):
        read_source(tmp_path / name)


def test_releases_are_found_newest_first(publisher):
    publisher.found = [
        {
            "title": "Wards 2026",
            "url": "https://toy.example/w",
            "modified": 1767225600000,
        },
        {"title": "Postcodes", "url": None, "id": "abc"},
    ]
    offers = find_offers(
        source_of(find='title:"Wards"'),
        HASTY,
        publisher.address + "/sharing/rest/search",
    )
    assert [(each.title, each.modified) for each in offers] == [
        ("Wards 2026", "2026-01-01"),
        ("Postcodes", ""),
    ]
    assert offers[1].address.endswith("/items/abc/data")


def test_a_search_that_gives_no_list_is_told(publisher):
    publisher.fail("/sharing/rest/search", faults.text('{"results": 3}'))
    with pytest.raises(FetchFailed, match="gave no list"):
        find_offers(
            source_of(find="x"), HASTY, publisher.address + "/sharing/rest/search"
        )


def test_a_source_without_words_to_search_for_is_told():
    with pytest.raises(BadFile, match="nothing to search for"):
        find_offers(source_of(), HASTY)
