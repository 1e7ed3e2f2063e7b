"""The files in which the features of boundary sets are kept ready."""

import logging
import shutil

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from assetmap.publish.app import make_app
from assetmap.publish.features.ready import folders, kept, texts
from assetmap.settings import settings
from tests.databases import fresh_database, process_on
from tests.publish.ogc.asking import bbox_of, ids, items
from tests.toy_town import SQUARES, add_set, box, degrees

FAR = bbox_of(degrees(box(9_000, 9_000, 9_001, 9_001)))


@pytest.fixture(scope="module")
def address(server_url):
    """The address of a database with one set."""
    with fresh_database(server_url, "ready") as found:
        load(found, SQUARES, "f")
        yield found


def load(address, shapes, letter):
    engine = create_engine(address)
    with Session(engine) as session, session.begin():
        add_set(session, "wards", shapes, sha256=letter * 64)
    engine.dispose()


@pytest.fixture(scope="module")
def service(address, tmp_path_factory):
    with (
        process_on(address, home=str(tmp_path_factory.mktemp("ready"))),
        TestClient(make_app(), raise_server_exceptions=False) as client,
    ):
        yield client


@pytest.fixture
def client(service):
    """The service with nothing kept ready."""
    kept.forget()
    shutil.rmtree(settings().home / "features", ignore_errors=True)
    return service


def test_a_new_load_is_told_at_once(client, address):
    first = items(client, "wards")
    assert ids(client, "wards") == ["E", "NE", "NW", "W"]
    load(address, {"Z": SQUARES["W"]}, "a")
    held = {"If-None-Match": first.headers["etag"]}
    assert client.get("/collections/wards/items", headers=held).status_code == 200
    assert ids(client, "wards") == ["Z"]
    assert ids(client, "wards", bbox=FAR) == []
    load(address, SQUARES, "b")
    assert ids(client, "wards") == ["E", "NE", "NW", "W"]


def test_a_file_that_is_not_whole_is_made_again(client):
    told = items(client, "wards").content
    (path,) = (settings().home / "features").glob("*.texts")
    whole = path.read_bytes()
    for broken in (b"", whole[:-1], whole[: len(whole) // 2]):
        path.write_bytes(broken)
        kept.forget()
        assert items(client, "wards").content == told
    assert path.read_bytes() == whole


def test_many_features_are_written_out_beside_the_request(client, monkeypatch):
    monkeypatch.setattr(kept, "AT_ONCE", 0)
    first = items(client, "wards").content
    kept._beside().submit(int).result()  # behind the writing, in the same thread
    folder = settings().home / "features"
    assert len(list(folder.glob("*.texts"))) == 1
    monkeypatch.setattr("assetmap.publish.features.store._read_page", None)
    assert items(client, "wards").content == first


def test_a_disk_that_takes_nothing_keeps_nobody_from_an_answer(
    client, monkeypatch, caplog
):

    def full(*_):
        raise OSError("No space left on device")

    monkeypatch.setattr(texts, "write", full)
    with caplog.at_level(logging.WARNING):
        assert ids(client, "wards", limit=1) == ["E"]
        assert ids(client, "wards", limit=1) == ["E"]
    assert caplog.text.count("No space left") == 1
    assert list((settings().home / "features").iterdir()) == []


def test_what_fails_beside_a_request_is_logged(client, monkeypatch, caplog):
    monkeypatch.setattr(kept, "AT_ONCE", 0)

    def broken(*_):
        raise ValueError("of its own making")

    monkeypatch.setattr(texts, "write", broken)
    with caplog.at_level(logging.ERROR):
        assert ids(client, "wards", limit=1) == ["E"]
        kept._beside().submit(int).result()
    assert "of its own making" in caplog.text


def test_another_process_that_writes_is_left_to_it(client, monkeypatch):
    folder = folders.folder_of("features")
    monkeypatch.setattr(kept, "_name", lambda _: "wards")
    with (folder / "part-wards.texts").open("ab") as held:
        kept.fcntl.flock(held, kept.fcntl.LOCK_EX)
        assert ids(client, "wards", limit=1) == ["E"]
    assert [each.name for each in folder.iterdir()] == ["part-wards.texts"]
    assert ids(client, "wards", limit=1) == ["E"]
    assert [each.name for each in folder.iterdir()] == ["wards.texts"]


def test_folders_keep_to_a_number_and_to_bytes(tmp_path):
    for place, name in enumerate(("old", "part-new", "newer", "newest")):
        (tmp_path / name).write_bytes(b"x" * 10)
        folders.os.utime(tmp_path / name, (place, place))
    folders.prune(tmp_path, 2)
    assert {each.name for each in tmp_path.iterdir()} == {
        "part-new",
        "newer",
        "newest",
    }
    folders.prune(tmp_path, 2, 15)
    assert {each.name for each in tmp_path.iterdir()} == {"part-new", "newest"}
    folders.prune(tmp_path, 2, 5)
    assert (tmp_path / "newest").exists()


def test_the_whole_is_sent_from_the_file(client, monkeypatch):
    path = "/collections/wards/download?f=geojson"
    with monkeypatch.context() as patch:
        patch.setattr(kept, "ready", lambda *_: None)
        told = client.get(path)
    items(client, "wards")
    monkeypatch.setattr("assetmap.publish.features.files.texts.stream", None)
    monkeypatch.setattr(texts, "PIECE", 100)
    again = client.get(path)
    assert again.content == told.content
    assert len(again.json()["features"]) == again.json()["numberReturned"] == 4
