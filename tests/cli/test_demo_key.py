"""The demonstration is read by anybody, and written to with one key."""

import re

from fastapi.testclient import TestClient
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from assetmap.publish.app import make_app
from assetmap.publish.cli.demo.key import about_the_key
from tests.cli.conftest import run_command
from tests.databases import process_on


def test_the_key_is_made_once_and_shown_once(run, command_url, tmp_path):
    engine = create_engine(command_url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM api_key WHERE name = 'demonstration'"))
    first, second = about_the_key(engine), about_the_key(engine)
    engine.dispose()
    (key,) = re.findall(r"assetmap_[0-9a-f]{12}_[\w-]{43}", first)
    assert not re.search(r"assetmap_[0-9a-f]{12}_", second)
    for said in (first, second):
        assert "assetmap keys create NAME" in said
    home = process_on(command_url, home=str(tmp_path))
    with home, TestClient(make_app()) as client:
        assert client.get("/boundary-sets").status_code == 200
        assert client.get("/jobs").status_code == 401
        mine = {"authorization": f"Bearer {key}"}
        assert client.get("/jobs", headers=mine).status_code == 200
        sent = client.post("/loads/postcodes", content=b"x", headers=mine)
        assert sent.status_code == 202
        assert run_command("keys", "revoke", "demonstration").code == 0
        assert client.get("/jobs", headers=mine).status_code == 401
