"""Whatever writes to a watched table leaves what it did, by whom, before and after."""

import csv
import json
import threading
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from assetmap.accounts import store as keys
from assetmap.accounts.audit import store
from assetmap.accounts.audit.model import START, hash_of
from assetmap.accounts.audit.schema import MOST, bring_up
from assetmap.accounts.audit.watched import ALL, TOLD, watched
from assetmap.assets import store as assets
from assetmap.db.base import Table
from assetmap.neighbourhoods import store as neighbourhoods
from assetmap.neighbourhoods.ingest import load_simulated, load_sketches
from assetmap.neighbourhoods.model import Neighbourhood, OtherName
from assetmap.neighbourhoods.tables import SketchRow
from tests.accounts.audit.conftest import say
from tests.accounts.who import add_key, holder
from tests.assets.toy_assets import add, asset
from tests.databases import fresh_database
from tests.toy_town import add_set, at, box, layer


def test_an_entry_says_who_did_what_when_and_with_which_key(session, entries):
    steward = str(holder(session))
    say(session, account=steward, key="0123456789ab", request="r-1")
    before = datetime.now(UTC)
    key, _ = add_key(session, "Par Bay")
    (entry,) = entries()
    assert (entry["account"], entry["key"]) == (steward, "0123456789ab")
    assert (entry["request"], entry["operator"]) == ("r-1", None)
    assert (entry["action"], entry["thing"]) == ("create", "key")
    assert entry["thing_id"] == entry["after"]["public_id"] == key.id
    assert entry["after"]["name"].startswith("digest:")
    assert entry["before"] is None
    assert entry["login"] == session.scalar(text("SELECT session_user"))
    instant = datetime.fromisoformat(entry["at"])
    assert before <= instant <= datetime.now(UTC)


def test_nobody_is_told_where_nobody_was_said(session, entries):
    add_key(session, "a")
    (entry,) = entries()
    assert entry["account"] is entry["key"] is entry["operator"] is None


def test_a_change_tells_what_differs_before_and_after(session, entries):
    add_key(session, "a")
    keys.revoke_key(session, "a")
    _, change = entries()
    assert change["action"] == "revoke"
    assert change["before"] == {"revoked_at": None}
    assert list(change["after"]) == ["revoked_at"]


def test_what_changes_nothing_that_is_told_leaves_no_entry(session, entries):
    _, sent = add_key(session, "a")
    keys.find_actor(session, sent)
    say(session)
    assert session.scalar(text("SELECT last_used_at IS NOT NULL FROM api_key"))
    keys.revoke_key(session, "a")
    keys.revoke_key(session, "a")
    assert [each["action"] for each in entries("key")] == ["create", "revoke"]


def test_taking_away_tells_what_there_was(session, entries):
    row = neighbourhoods.add_neighbourhood(
        session, Neighbourhood("par-bay", "Par Bay", other_names=(OtherName("Bay"),))
    )
    session.delete(row)
    gone = [each for each in entries() if each["action"] == "delete"]
    assert {each["thing"] for each in gone} == {"neighbourhood", "neighbourhood_name"}
    assert all(each["after"] is None for each in gone)
    (hood,) = (each for each in gone if each["thing"] == "neighbourhood")
    assert (hood["thing_id"], hood["before"]["name"]) == ("par-bay", "Par Bay")
    assert {each["neighbourhood_id"] for each in gone} == {hood["before"]["id"]}


def test_a_savepoint_that_is_undone_leaves_no_entry(session, entries):
    undone = session.begin_nested()
    add_key(session, "a")
    undone.rollback()
    key, _ = add_key(session, "b")
    (entry,) = entries()
    assert entry["thing_id"] == key.id


SECRET = {"phone": "01632 960123", "email": "ruth@example.org"}


def test_contact_data_shapes_and_secrets_are_told_by_digests_only(session, entries):
    assets.load_taxonomy(session)
    _, sent = add_key(session, "a")
    add(
        session,
        asset("Hall", at(60, 50), address="1 Quay Road", postcode="M1 1AB", **SECRET),
    )
    (told,) = entries("asset")
    for name in ("geom", "shown_geom", "address", "postcode", "phone", "email"):
        assert told["after"][name].startswith("digest:"), name
    written = json.dumps(entries(), default=str)
    for each in (*SECRET.values(), "Quay Road", "M1 1AB", sent[-43:], "383060"):
        assert each not in written
    shape = session.scalar(text("SELECT encode(st_asbinary(geom), 'hex') FROM asset"))
    assert shape not in written.lower()


def test_a_digest_tells_the_same_from_another_within_one_thing_only(session, entries):
    assets.load_taxonomy(session)
    add(session, asset("A", at(1, 1), phone="1"), asset("B", at(1, 1), phone="1"))
    said = "UPDATE asset SET phone = :phone, version = version + 1 WHERE name = 'A'"
    change = text(said)
    session.execute(change, {"phone": "2"})
    session.execute(change, {"phone": "1"})
    a, b, there, back = entries("asset")
    assert a["after"]["phone"] != b["after"]["phone"]
    assert a["after"]["phone"] == there["before"]["phone"] == back["after"]["phone"]
    assert set(back["after"]) == {"phone", "version"}


def test_a_column_that_nobody_wrote_a_rule_for_is_told_by_a_digest(session, entries):
    session.execute(text("ALTER TABLE asset ADD mobile text, ADD seen_at point"))
    bring_up(session.connection())
    assets.load_taxonomy(session)
    add(session, asset("A", at(1, 1)))
    said = "mobile = '07700 900123', seen_at = '(1,2)', version = version + 1"
    session.execute(text(f"UPDATE asset SET {said}"))  # noqa: S608 - our own words
    change = entries("asset")[-1]["after"]
    assert change.pop("version") == 2
    assert set(change) == {"mobile", "seen_at"}
    assert all(each.startswith("digest:") for each in change.values())


def squares(count):
    return layer({f"s{each}": box(each, 0, each + 90, 90) for each in range(count)})


def hood(session, slug="par-bay"):
    return neighbourhoods.add_neighbourhood(session, Neighbourhood(slug, "Par Bay"))


def test_few_rows_are_told_one_by_one_and_many_together(session, entries):
    first, second = hood(session), hood(session, "coxbridge")
    load_sketches(session, first, squares(MOST), "walk")
    assert len(entries("sketch")) == MOST
    load_sketches(session, second, squares(MOST + 1), "walk")
    *_, many = entries("sketch")
    assert len(entries("sketch")) == MOST + 1
    assert many["action"] == "create"
    assert many["thing_id"] is None
    assert many["neighbourhood_id"] == second.id
    assert many["after"]["rows"] == MOST + 1
    assert set(many["after"]) == {"rows", "ids", "digest"}
    first, last = session.execute(
        text("SELECT min(id), max(id) FROM sketch WHERE neighbourhood_id = :hood"),
        {"hood": second.id},
    ).one()
    assert many["after"]["ids"] == f"{{[{first},{last + 1})}}"


def test_many_rows_are_told_for_each_neighbourhood(session, entries):
    ids = [hood(session, each).id for each in ("a", "b")]
    for each in ids:
        row = session.get_one(neighbourhoods.NeighbourhoodRow, each)
        load_sketches(session, row, squares(MOST), "walk")
    session.execute(text("UPDATE sketch SET weight = 2, weight_reason = 'x'"))
    session.execute(text("DELETE FROM sketch"))
    *_, a, b, gone_a, gone_b = entries("sketch")
    assert [a["neighbourhood_id"], b["neighbourhood_id"]] == ids
    assert a["before"]["rows"] == a["after"]["rows"] == MOST
    assert a["before"]["digest"] != a["after"]["digest"]
    assert gone_a["before"] == a["after"]
    assert gone_b["after"] is None


def test_a_load_of_thousands_of_assets_leaves_one_entry(session, entries):
    assets.load_taxonomy(session)
    many = [asset(f"A{each}", at(each % 300, 5)) for each in range(3_000)]
    assets.add_assets(session, many)
    (entry,) = entries("asset")
    assert entry["after"]["rows"] == 3_000


def test_a_boundary_set_leaves_one_entry_that_tells_its_source(session, entries):
    add_set(session, "wards", {"W": box(0, 0, 100, 100)})
    (entry,) = entries("boundary_set")
    assert (entry["action"], entry["thing_id"]) == ("load", "wards")
    assert entry["after"]["sha256"] == "f" * 64


def test_a_statement_that_writes_no_row_leaves_no_entry(session, entries):
    session.execute(text("UPDATE asset SET name = 'x' WHERE false"))
    session.execute(text("DELETE FROM sketch WHERE false"))
    session.execute(text("INSERT INTO neighbourhood_name SELECT FROM sketch"))
    assert entries() == []


def test_emptying_a_table_is_told(session, entries):
    session.execute(text("TRUNCATE sketch CASCADE"))
    (entry,) = entries()
    assert (entry["action"], entry["thing"]) == ("empty", "sketch")


def test_reading_what_is_told_at_every_reading(session, entries):
    say(session, account="steward")
    store.note_reading(session, "sketch", 7, 3)
    (entry,) = entries()
    assert (entry["action"], entry["thing"], entry["thing_id"]) == (
        "read",
        "sketch",
        "7",
    )
    assert (entry["neighbourhood_id"], entry["account"]) == (3, "steward")


def test_numbers_that_are_not_whole_are_told_as_text(session, entries):
    load_sketches(session, hood(session), squares(1), "walk")
    session.execute(text("UPDATE sketch SET weight = 0.1, weight_reason = 'x'"))
    assert entries("sketch")[-1]["after"] == {
        "weight": "0.1",
        "weight_reason": "x",
    }


def test_withdrawing_is_called_so(session, entries):
    load_simulated(session, hood(session), box(0, 0, 100, 100), 1, 1)
    session.execute(
        text("UPDATE sketch SET geom = null, geom_wgs84 = null, withdrawn_at = now()")
    )
    change = entries("sketch")[-1]
    assert change["action"] == "withdraw"
    assert change["after"]["geom"] is None
    assert change["before"]["geom"].startswith("digest:")


@pytest.mark.parametrize("table", ["audit_entry", "audit_chain"])
@pytest.mark.parametrize(
    "what", ["DELETE FROM {}", "TRUNCATE {}", "DELETE FROM {} WHERE false"]
)
def test_nothing_is_taken_from_the_audit_by_its_owner_either(session, table, what):
    add_key(session, "a")
    with pytest.raises(ProgrammingError, match="only ever added to"):
        session.execute(text(what.format(table)))


def test_no_entry_is_changed_by_its_owner_either(session):
    add_key(session, "a")
    with pytest.raises(ProgrammingError, match="only ever added to"):
        session.execute(text("UPDATE audit_entry SET account = 'somebody'"))


def test_what_is_added_by_hand_is_sealed_like_any_entry(session, entries):
    """It cannot say that another did it, at another time, or stand in between."""
    add_key(session, "a")
    session.execute(
        text(
            "INSERT INTO audit_entry VALUES (1, '2001-01-01', 'another', 'k', 'o', 'l',"
            " 'r', 'create', 'key', 'x', null, null, null, null, 9, 9, 'p', 'h')"
        )
    )
    first, forged = entries()
    assert forged["account"] is forged["key"] is None
    assert forged["at"] > first["at"]
    assert (forged["place"], forged["previous"]) == (first["place"] + 1, first["hash"])
    assert forged["hash"] == hash_of(forged)


def test_the_reason_a_service_cannot_forge_or_read_what_is_secret(session, entries):
    session.execute(text("CREATE ROLE audit_tester"))
    session.execute(text("SET LOCAL ROLE audit_tester"))
    for statement in (
        "INSERT INTO audit_entry (action, thing) VALUES ('create', 'key')",
        "SELECT * FROM audit.secret",
        "SELECT nextval('audit.entry_id')",
        "SELECT audit.canonical('{}')",
        "UPDATE audit_chain SET length = 1",
        "SELECT audit.note_reading('sketch', '1', 1)",
    ):
        undone = session.begin_nested()
        with pytest.raises(ProgrammingError, match="permission denied"):
            session.execute(text(statement))
        undone.rollback()
    session.execute(text("SET LOCAL ROLE assetmap_service"))
    store.note_reading(session, "sketch", 1, 1)
    session.execute(text("RESET ROLE"))
    assert len(entries()) == 1


@pytest.fixture(scope="module")
def own_url(server_url):
    """A database where tests commit, and several write at once."""
    with fresh_database(server_url, "audit") as address:
        engine = create_engine(address, poolclass=NullPool)
        with Session(engine) as session, session.begin():
            holder(session)
        yield address


def chains(engine):
    with Session(engine) as session:
        return {each["chain"] for each in store.entries(session)}


def test_writers_never_wait_for_each_other(own_url):
    """Each holds its transaction open until all have written: none could go on else."""
    engine = create_engine(own_url, poolclass=NullPool)
    together, failed = threading.Barrier(8, timeout=30), []

    def write(number):
        try:
            with Session(engine) as session, session.begin():
                add_key(session, f"writer {number}")
                together.wait()
                add_key(session, f"again {number}")
        except Exception as error:
            failed.append(error)

    writers = [threading.Thread(target=write, args=(each,)) for each in range(8)]
    for each in writers:
        each.start()
    for each in writers:
        each.join()
    assert failed == []
    assert len(chains(engine)) == 8
    with Session(engine) as session:
        firsts = [e for e in store.entries(session) if e["place"] == 1]
        assert {each["previous"] for each in firsts} == {START}


def test_who_sees_one_state_throughout_can_write_too(own_url):
    engine = create_engine(own_url, poolclass=NullPool)
    snapshot = engine.execution_options(isolation_level="REPEATABLE READ")
    with Session(snapshot) as slow, slow.begin():
        slow.execute(text("SELECT 1 FROM audit_chain"))
        with Session(engine) as quick, quick.begin():
            one, _ = add_key(quick, "quick")
        other, _ = add_key(slow, "slow")
    with Session(engine) as session:
        told = {each["thing_id"] for each in store.entries(session)}
    assert {one.id, other.id} <= told


def test_every_way_of_telling_is_one_that_there_is():
    for each in watched():
        assert {each.otherwise, *each.told.values()} <= set(TOLD)
        assert list(each.told.values()).count("names") == 1
        assert ALL not in each.told
        assert each.created


def test_every_watched_column_of_ours_is_named():
    """A shape or a secret is told by a digest whoever forgets to say so."""
    sketch = next(each for each in watched() if each.table == "sketch")
    assert set(SketchRow.__table__.columns.keys()) <= set(sketch.told)


def test_every_table_is_watched_or_it_is_said_why_not():
    """So that a new one is thought of."""
    source = files("assetmap").joinpath("accounts", "audit", "unwatched.csv")
    rows = list(csv.DictReader(source.read_text(encoding="utf-8").splitlines()))
    left = [row["table"] for row in rows]
    told = {each.table for each in watched()}
    assert left == sorted(left)
    assert all(row["why"] for row in rows)
    assert told.isdisjoint(left)
    tables = Table.metadata.tables.values()
    stored = {each.name for each in tables if not each.info.get("is_view")}
    assert told.union(left) == stored
    page = PAGE.read_text(encoding="utf-8")
    assert all(f"| `{row['table']}` | {row['why']} |" in page for row in rows)


def table_of_the_docs():
    yield "| thing | told as it is | told by a digest |"
    yield "|---|---|---|"
    for each in watched():
        plain = [f"`{name}`" for name, how in each.told.items() if how in SHOWN]
        digests = [f"`{name}`" for name, how in each.told.items() if how == "digest"]
        rest = {"plain": plain, "digest": digests, "silent": []}[each.otherwise]
        rest += ["and the rest"] if rest else []
        yield f"| `{each.thing}` | {', '.join(plain)} | {', '.join(digests) or '—'} |"


SHOWN = ("plain", "names")
PAGE = Path(__file__).parents[3] / "docs" / "reference" / "audit.md"


def test_the_docs_tell_what_is_watched_and_how():
    assert "\n".join(table_of_the_docs()) in PAGE.read_text(encoding="utf-8")
