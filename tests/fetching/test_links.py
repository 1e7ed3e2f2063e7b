"""Files whose address changes by the month, found on the publisher's pages."""

import io
import zipfile

import pytest

from assetmap.sources.fetch.failure import FetchFailed
from tests.fetching.publishers import File

HOME = "/patients"
TOLD = {
    "how": "zip",
    "member": "map.csv",
    "page": "https://toy.example/patients",
    "follow": r"/patients/[a-z]+-20\d\d$",
    "link": r"/prac-map\.zip$",
}


def packed(rows):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as made:
        made.writestr("map.csv", "PRACTICE_CODE,PCN_CODE\n" + "A1,U1\n" * rows)
    return held.getvalue()


@pytest.fixture
def months(publisher):
    publisher.pages[HOME] = """<html>
        <a href="/patients/september-2025">…</a> <a name="x">no link</a>
        <a href='/patients/march-2026#top'>…</a> <a href="/patients/january-2026">…</a>
        <a href="/patients/about">…</a>"""
    publisher.pages["/patients/march-2026"] = "<a href='/f/AA/other.zip'>other</a>"
    publisher.pages["/patients/january-2026"] = "<a href='/f/BB/prac-map.zip'>map</a>"
    publisher.pages["/patients/september-2025"] = "<a href='/f/CC/prac-map.zip'></a>"
    publisher.files["/f/BB/prac-map.zip"] = File(packed(2))
    publisher.files["/f/CC/prac-map.zip"] = File(packed(9))
    return publisher


def test_the_newest_release_that_has_the_file_is_taken(file, months):
    done = file(HOME, **TOLD)
    assert done.rows == 2
    assert months.asked == [
        HOME,
        "/patients/march-2026",
        "/patients/january-2026",
        "/f/BB/prac-map.zip",
    ]


def test_the_same_file_is_not_sent_twice(file, months):
    file(HOME, **TOLD)
    assert not file(HOME, **TOLD).is_new


def test_a_newer_release_takes_the_place_of_the_older(file, months):
    file(HOME, **TOLD)
    months.pages["/patients/march-2026"] = "<a href='/f/CC/prac-map.zip'>map</a>"
    done = file(HOME, **TOLD)
    assert (done.is_new, done.rows) == (True, 9)


def test_an_older_release_is_fetched_by_its_page_or_by_the_file(file, months):
    assert file("/patients/september-2025", **TOLD).rows == 9
    assert file("/f/BB/prac-map.zip", **TOLD).rows == 2


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("/patients/march-2026", "neither it nor 0 pages of releases have a link"),
        ("/nowhere", "the publisher's page: the service answered 404"),
    ],
)
def test_a_page_without_such_a_link_is_told(file, months, page, said):
    with pytest.raises(FetchFailed, match=said):
        file(page, **TOLD)


def test_a_link_to_another_host_is_refused(file, months):
    months.pages["/patients/march-2026"] = (
        "<a href='https://evil.example/prac-map.zip'>map</a>"
    )
    with pytest.raises(FetchFailed, match=r"is at 'evil.example'"):
        file(HOME, **TOLD)
