"""What was withdrawn, erased or closed is nowhere: in no column, and in no log."""

import logging

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from assetmap.jobs import answers
from tests.publish.writing.conftest import HALL

NOTE, RESIDENT = "Quokkaquay behind the mill", "Zebedeeresident"
PHONE, EMAIL = "01632 960777", "wombatwren@example.org"
NAME, KEY_NAME, AGENT = "Xanthippemark Trelawney", "Vicunalaptop", "Narwhalbrowser/1"
EAST, NORTH = -2.2553141592, 53.4784271828
RING = [[EAST, NORTH], [EAST + 0.001, NORTH], [EAST, NORTH + 0.001], [EAST, NORTH]]
SHAPE = {"type": "Polygon", "coordinates": [RING]}

COLUMNS = text(
    "SELECT format('%I.%I', nspname, relname) FROM pg_class INNER JOIN pg_namespace"
    " ON pg_namespace.oid = relnamespace WHERE relkind IN ('r', 'p') AND nspname"
    " NOT LIKE 'pg\\_%' AND nspname <> 'information_schema' ORDER BY 1"
)
CORNER = text(
    "SELECT encode(substr(st_asbinary(st_startpoint(st_exteriorring("
    "st_geometryn(shape, 1)))), 6), 'hex') FROM (SELECT unnest(ARRAY[geom, geom_wgs84])"
    " AS shape FROM sketch WHERE public_id = :id) AS drawn"
)
"""The two numbers of a drawing's first corner as every form of it holds them."""


def places_of(town, marks):
    """The tables that hold any of some marks, in whatever column."""
    found = {}
    with town.engine.connect() as connection:
        for table in connection.scalars(COLUMNS).all():
            query = f"SELECT lower(each::text) FROM {table} AS each"  # noqa: S608
            rows = connection.scalars(text(query)).all()
            held = {mark for mark in marks for row in rows if mark.lower() in row}
            found |= {table: held} if held else {}
    return found


def corners(town, sketch):
    with town.engine.connect() as connection:
        return list(connection.scalars(CORNER, {"id": sketch}))


@pytest.fixture
def said(caplog):
    """All that the service logs, as loudly as it can."""
    caplog.set_level(logging.DEBUG)
    return caplog


def test_a_withdrawn_drawing_is_nowhere(town, said):
    """Nor what was said with it, nor what a question about its ground held."""
    body = {"geometry": SHAPE, "note": NOTE, "resident": RESIDENT}
    at = "/neighbourhoods/middle/sketches"
    drawn = town.post(at, "steward", json=body, once="drawn").json()
    marks = [NOTE, RESIDENT, str(EAST), str(NORTH), *corners(town, drawn["id"])]
    redrawn = town.put(
        f"{at}/{drawn['id']}", "steward", match="*", json={"geometry": SHAPE}
    )
    assert redrawn.status_code == 200, redrawn.text
    marks += corners(town, drawn["id"])
    assert {"public.sketch", "public.request_answer"} <= set(places_of(town, marks))
    gone = town.delete(f"{at}/{drawn['id']}", "steward", match="*")
    assert gone.status_code == 204, gone.text
    assert places_of(town, marks) == {}
    assert not any(mark in said.text for mark in marks)


def test_erased_contact_data_is_nowhere(town, said):
    marks = [PHONE, EMAIL, PHONE.replace(" ", "")]
    body = HALL | {"neighbourhood": "middle", "phone": PHONE, "email": EMAIL}
    made = town.post("/assets", "steward", json=body, once="hall")
    at = made.headers["location"].removeprefix("http://testserver")
    changed = town.patch(at, "steward", match="*", json={"name": "Hall"})
    assert changed.status_code == 200, changed.text
    assert "public.asset_version" in places_of(town, marks)
    assert town.delete(f"{at}/contact", "steward", match="*").status_code == 200
    assert places_of(town, marks) == {}
    assert not any(mark in said.text for mark in marks)


def test_a_closed_account_is_nowhere_but_by_its_slug_and_number(town, said):
    marks = [NAME, KEY_NAME, AGENT]
    body = {"slug": "somebody", "name": NAME, "kind": "person"}
    assert town.post("/accounts", "administrator", json=body).status_code == 201
    key = {"account": "somebody", "name": KEY_NAME}
    assert town.post("/keys", "administrator", json=key).status_code == 201
    with town.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO sign_in_session (public_id, secret_sha256, account_id,"
                " how, agent, ends_at) SELECT '0123456789ab', sha256('x'), id,"
                " 'password', :agent, now() + interval '1 day' FROM account"
                " WHERE slug = 'somebody'"
            ),
            {"agent": AGENT},
        )
    held = places_of(town, marks)
    assert set(held) == {"public.account", "public.api_key", "public.sign_in_session"}
    closed = town.delete("/accounts/somebody", "administrator")
    assert closed.status_code == 200, closed.text
    assert closed.json()["slug"] == "somebody"
    assert places_of(town, marks) == {}
    assert not any(mark in said.text for mark in marks)


def test_what_a_job_was_asked_is_forgotten_with_its_answer(town, said):
    """What somebody asked about stands in the job alone, and is forgotten."""
    with town.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO job (kind, arguments, fingerprint, who, state,"
                " finished_at) VALUES ('answer',"
                " jsonb_build_object('note', CAST(:note AS text)), 'x', 'x',"
                " 'cancelled', now() - interval '1 day')"
            ),
            {"note": NOTE},
        )
    assert set(places_of(town, [NOTE])) == {"public.job"}
    with Session(town.engine) as session, session.begin():
        answers.forget_old(session, 1)
    assert places_of(town, [NOTE]) == {}
