"""Boundary sets whose features are kept ready: the same answers, only sooner."""

import pytest

from assetmap.publish.features import at_a_glance
from assetmap.publish.features.ready import kept
from assetmap.publish.ogc import quick
from tests.publish.ogc.asking import CRS84, GRID, bbox_of, ids, items
from tests.toy_town import box, degrees

ASKED = (
    "",
    "limit=1",
    "limit=3&offset=2",
    "limit=2&offset=9",
    "limit=100000",
    "f=json",
    f"crs={CRS84}&limit=2",
    "bbox={small}",
    "bbox={small}&limit=1",
    "bbox={small}&limit=1&offset=1",
    "bbox={large}&limit=2",
    "bbox={far}",
    f"bbox={{grid}}&bbox-crs={GRID}",
    "bbox=170,50,-170,60",
    f"crs={GRID}",
    "datetime=2019-01-01",
    "code=W",
    "filter=code='W' OR code='E'",
)
BOXES = {
    "small": bbox_of(degrees(box(99, 20, 101, 21))),
    "large": bbox_of(degrees(box(-50, -50, 450, 450))),
    "far": "1,52,1.01,52.01",
    "grid": bbox_of(box(10, 10, 120, 20)),
}


def path_of(asked):
    return "/collections/wards/items?" + asked.format(**BOXES)


def slowly(client, path, monkeypatch, with_texts):
    """The answer by way of a session, with texts that are ready or without."""
    with monkeypatch.context() as patch:
        patch.setattr(quick, "is_public", lambda _: False)
        if not with_texts:
            patch.setattr(kept, "ready", lambda *_: None)
        return client.get(path)


@pytest.mark.parametrize("asked", ASKED)
def test_whichever_way_a_page_is_found_it_is_the_same(ogc, monkeypatch, asked):
    monkeypatch.setattr(at_a_glance, "SMALL", 1.0)
    path = path_of(asked)
    told = ogc.get(path)
    assert told.status_code == 200
    for with_texts in (True, False):
        other = slowly(ogc, path, monkeypatch, with_texts)
        assert other.content == told.content
        assert other.headers["etag"] == told.headers["etag"]
        assert other.headers["link"] == told.headers["link"]


def test_what_is_plainly_asked_takes_no_session(ogc, monkeypatch):
    items(ogc, "wards")
    monkeypatch.setattr(at_a_glance, "SMALL", 1.0)
    monkeypatch.setattr("assetmap.publish.features.store.page", None)
    assert ids(ogc, "wards", limit=1) == ["E"]
    assert ids(ogc, "wards", bbox=BOXES["small"]) == ["E", "W"]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("limit=0", 400),
        ("limit=x", 400),
        ("limit=1&limit=2", 200),
        ("offset=-1", 400),
        ("offset=99999999", 400),
        ("after=nowhere", 400),
        ("bbox=1,2,3", 400),
        ("bbox-crs=moon", 400),
        ("crs=moon", 400),
        ("f=moon", 400),
        ("colour=red", 400),
    ],
)
def test_what_is_asked_wrongly_is_told_as_ever(ogc, monkeypatch, asked, status):
    path = f"/collections/wards/items?{asked}"
    told, other = ogc.get(path), slowly(ogc, path, monkeypatch, with_texts=False)
    assert told.status_code == other.status_code == status
    without = ("request", "features", "links")
    said, same = (
        {key: value for key, value in each.json().items() if key not in without}
        for each in (told, other)
    )
    assert said == same


def test_a_wrong_key_is_refused_where_anybody_may_ask(ogc):
    items(ogc, "wards")
    wrong = {"Authorization": "Bearer asm_nobody"}
    assert ogc.get("/collections/wards/items", headers=wrong).status_code == 401


def test_a_set_that_is_not_there_is_not_found(ogc):
    items(ogc, "wards")
    assert ogc.get("/collections/moon/items").status_code == 404
