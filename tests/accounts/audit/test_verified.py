"""Anybody can recompute an export; whatever is done to it, or to the tables, shows."""

import hashlib
import json
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from assetmap.accounts.audit import exported, store
from assetmap.accounts.audit.model import canonical, told_value
from assetmap.accounts.audit.verify import faults_in
from assetmap.errors import BadFile
from tests.accounts.audit.conftest import say
from tests.accounts.who import add_key, holder
from tests.databases import fresh_database

KEYS = 6
ENTRIES = 2 * KEYS


@pytest.fixture(scope="module")
def log_url(server_url):
    with fresh_database(server_url, "audit_log") as address:
        engine = create_engine(address, poolclass=NullPool)
        with Session(engine) as session, session.begin():
            holder(session)
        for each in range(KEYS):
            # Both are open at once, so that the second begins another chain.
            with Session(engine) as session, Session(engine) as other:
                say(other, request="\n\t\x1f\x7f\\ \u2028 é 😀")
                add_key(other, f"é 'key' \\ {each}")
                add_key(session, f"key {each}")
                other.commit()
                session.commit()
        engine.dispose()
        yield address


@pytest.fixture
def log(log_url):
    """A session on a log of two chains; as a superuser it can do what nobody may."""
    engine = create_engine(log_url, poolclass=NullPool)
    with Session(engine) as session:
        yield session
        session.rollback()


def faults(session, noted=None):
    found, seen = faults_in(store.entries(session), store.heads(session), noted or {})
    return [str(each) for each in found], seen


def tamper(session, statement, **values):
    session.execute(text("SET LOCAL session_replication_role = replica"))
    session.execute(text(statement), values)
    session.execute(text("SET LOCAL session_replication_role = origin"))


def test_what_nobody_touched_has_no_fault(log):
    found, seen = faults(log)
    assert found == []
    assert seen.entries == ENTRIES
    assert len(seen.heads) == 2
    assert seen.heads == store.heads(log)


CHANGES = {
    "account": "'somebody'",
    "action": "'delete'",
    "after": 'after || \'{"role": "reader "}\'',
    "at": "at + interval '1 microsecond'",
    "before": "'{}'",
    "key": "'0123456789ab'",
    "login": "'postgres'",
    "neighbourhood_id": "1",
    "operator": "'somebody'",
    "organisation_id": "1",
    "request": "'r'",
    "thing": "'asset'",
    "thing_id": "'x'",
    "hash": "sha256('x')",
    "previous": "sha256('x')",
    "id": "1000",
    "place": "1000",
    "chain": "1000",
}


@pytest.mark.parametrize("column", CHANGES)
def test_an_altered_entry_is_found(log, column):
    """Each of its columns, in the middle of the log."""
    tamper(log, f"UPDATE audit_entry SET {column} = {CHANGES[column]} WHERE id = 6")  # noqa: S608
    found, _ = faults(log)
    number = 1000 if column == "id" else 6
    assert any(f"entry {number}: was altered" in each for each in found)


@pytest.mark.parametrize("id", range(1, ENTRIES + 1))
def test_a_removed_entry_is_found(log, id):
    """The first, any in the middle, and the last."""
    tamper(log, "DELETE FROM audit_entry WHERE id = :id", id=id)
    found, _ = faults(log)
    assert any("missing" in each for each in found)


def test_a_tail_cut_off_together_with_its_heads_shows_by_heads_noted_before(log):
    noted = store.heads(log)
    tamper(log, "DELETE FROM audit_entry WHERE place > 2")
    tamper(
        log,
        "UPDATE audit_chain SET length = 2, hash = (SELECT hash FROM audit_entry e"
        " WHERE e.chain = audit_chain.chain AND place = 2)",
    )
    assert faults(log)[0] == []
    found, _ = faults(log, noted)
    assert len(found) == 2
    assert all("noted, but missing" in each for each in found)


def test_a_whole_chain_taken_away_with_its_head_shows_by_heads_noted_before(log):
    """By its owner, who switches the triggers off."""
    noted = store.heads(log)
    last = max(noted)
    log.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER USER"))
    log.execute(text("ALTER TABLE audit_chain DISABLE TRIGGER USER"))
    for table in ("audit_entry", "audit_chain"):
        log.execute(text(f"DELETE FROM {table} WHERE chain = {last}"))  # noqa: S608
    assert faults(log)[0] == []
    found, _ = faults(log, noted)
    assert found == [f"chain {last}: entry {noted[last].length} noted, but missing"]


def test_a_history_written_anew_shows_by_heads_noted_before(log):
    """Every hash is right, and it is not what was there."""
    noted = store.heads(log)
    tamper(log, "DELETE FROM audit_entry")
    tamper(
        log, "UPDATE audit_chain SET length = 0, hash = decode(repeat('00', 32), 'hex')"
    )
    for each in range(ENTRIES):
        add_key(log, f"other {each}")
    assert faults(log)[0] == []
    found, _ = faults(log, noted)
    assert any("is not what was noted" in each for each in found)


def test_what_was_noted_stays_true_while_more_is_added(log):
    noted = store.heads(log)
    add_key(log, "later")
    assert faults(log, noted)[0] == []


def test_a_head_that_was_moved_is_found(log):
    tamper(log, "UPDATE audit_chain SET length = length - 1")
    assert all("added at the end" in each for each in faults(log)[0])
    tamper(log, "UPDATE audit_chain SET length = length + 1, hash = sha256('x')")
    assert all("not the one that is stated" in each for each in faults(log)[0])


@pytest.fixture
def file(log, tmp_path):
    path = tmp_path / "audit.jsonl"
    lines = exported.lines(store.entries(log), store.heads(log))
    path.write_text("".join(lines), encoding="utf-8", newline="\n")
    return path


def check(path, noted=None):
    return [str(each) for each in exported.faults_in_file(path, noted or {})[0]]


def lines_of(path):
    return path.read_text(encoding="utf-8").split("\n")[:-1]


def write(path, lines):
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def test_an_export_is_recomputed_by_what_python_brings_alone(file):
    """As docs/reference/audit.md says: nothing of ours is needed."""
    *entries, end = map(json.loads, lines_of(file))
    last = {}
    for entry in entries:
        stated = entry.pop("hash")
        written = json.dumps(
            entry, ensure_ascii=False, sort_keys=True, separators=(",", ":")
        )
        assert hashlib.sha256(written.encode()).hexdigest() == stated
        assert entry["previous"] == last.get(entry["chain"], "0" * 64)
        last[entry["chain"]] = stated
    assert {each["chain"]: each["hash"] for each in end["heads"]} == last
    assert end["entries"] == len(entries) == ENTRIES


def test_an_export_has_no_fault_and_may_be_written_in_another_way(file):
    assert check(file) == []
    shuffled = []
    for line in lines_of(file):
        members = list(json.loads(line).items())
        shuffled.append(json.dumps(dict(members[::-1]), separators=(" , ", " : ")))
    write(file, shuffled)
    assert check(file) == []


@pytest.mark.parametrize("number", range(ENTRIES))
def test_a_line_that_was_altered_removed_moved_or_added_is_found(file, number):
    whole = lines_of(file)
    for name, value in json.loads(whole[number]).items():
        other = "x" if value is None else None
        altered = json.loads(whole[number]) | {name: other}
        write(file, [*whole[:number], json.dumps(altered), *whole[number + 1 :]])
        assert check(file), name
    write(file, [*whole[:number], *whole[number + 1 :]])
    assert any("missing" in each for each in check(file))
    write(file, [*whole[: number + 1], *whole[number:]])
    assert any("here twice" in each for each in check(file))
    if number:
        moved = [whole[number], *whole[:number], *whole[number + 1 :]]
        write(file, moved)
        assert any("out of order" in each for each in check(file))


def test_a_tail_cut_off_is_found(file):
    whole = lines_of(file)
    for kept in range(ENTRIES):
        write(file, [*whole[:kept], whole[-1]])
        assert any("last" in each or "holds" in each for each in check(file))
        write(file, whole[:kept])
        assert any("its end is missing" in each for each in check(file))


def test_a_tail_cut_off_with_its_end_written_anew_shows_by_what_was_noted(
    file, tmp_path
):
    noted = exported.noted_in(file)
    *entries, _ = lines_of(file)
    cut = entries[:4]
    heads = {}
    for line in cut:
        entry = json.loads(line)
        heads[entry["chain"]] = {
            "chain": entry["chain"],
            "length": entry["place"],
            "hash": entry["hash"],
        }
    write(file, [*cut, json.dumps({"entries": 4, "heads": list(heads.values())})])
    assert check(file) == []
    assert all("noted, but missing" in each for each in check(file, noted))
    assert len(check(file, noted)) == 2


WRONG = [
    "",
    "{",
    "[]",
    "7",
    '"x"',
    '{"id": 1}',
    "[" * 100_000,
    '{"id": ' + "9" * 5_000 + "}",
    '{"entries": 3}',
    '{"hash": NaN}',
]


@pytest.mark.parametrize("wrong", WRONG, ids=lambda each: each[:12])
@pytest.mark.parametrize("number", [0, 5, ENTRIES])
def test_a_line_that_is_none_is_a_fault_where_it_stands(file, wrong, number):
    whole = lines_of(file)
    whole[number] = wrong
    write(file, whole)
    assert check(file)


@pytest.mark.parametrize("name", ["id", "chain", "place"])
@pytest.mark.parametrize("value", ["1", 1.5, True, None, [], {}])
def test_numbers_that_are_none_are_a_fault(file, name, value):
    whole = lines_of(file)
    whole[3] = json.dumps(json.loads(whole[3]) | {name: value})
    write(file, whole)
    assert any("line 4: was altered" in each for each in check(file))


def test_what_says_something_twice_is_altered(file):
    whole = lines_of(file)
    whole[2] = '{"action":"nothing",' + whole[2][1:]
    write(file, whole)
    assert any("line 3: was altered: says something twice" in e for e in check(file))


def test_a_part_has_no_fault_for_what_it_leaves_out(log, tmp_path):
    wanted = store.EntryFilter(action="create", thing_id=_one(log))
    path = tmp_path / "part.jsonl"
    path.write_text("".join(exported.lines(store.entries(log, wanted), None)))
    faults, seen = exported.faults_in_file(path, {})
    assert (faults, seen.entries, seen.is_part) == ([], 1, True)
    path.write_text(path.read_text().replace('"name":"', '"name":"x'))
    assert check(path)


def _one(session):
    return list(store.entries(session))[4]["thing_id"]


def test_heads_are_read_from_what_tells_them_or_it_is_said_why_not(file, tmp_path):
    path = tmp_path / "heads.json"
    heads = json.loads(lines_of(file)[-1])["heads"]
    path.write_text(json.dumps({"heads": heads}, indent=2))
    assert exported.noted_in(path) == exported.noted_in(file)
    for wrong in (
        "",
        "{}",
        "[]",
        '{"heads": 3}',
        '{"heads": [{"chain": "1"}]}',
        "\x00",
    ):
        path.write_text(wrong)
        with pytest.raises(BadFile, match=r"heads\.json"):
            exported.noted_in(path)
    path.write_bytes(b"\xff\xfe")
    for read in (exported.noted_in, lambda it: exported.faults_in_file(it, {})):
        with pytest.raises(BadFile, match="cannot be read"):
            read(path)
        with pytest.raises(BadFile, match="cannot be read"):
            read(Path("/nowhere/at/all"))


LETTERS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
ODD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | LETTERS,
    lambda inner: st.lists(inner) | st.dictionaries(LETTERS, inner),
    max_leaves=8,
)


@settings(max_examples=200)
@given(told=st.dictionaries(LETTERS, ODD))
def test_the_database_and_python_write_one_form(engine, told):
    """Whatever letters and numbers there are; what is told is read as it was hashed."""
    with engine.connect() as connection:
        stored, written = connection.execute(
            text("SELECT :told ::jsonb::text, audit.canonical(:told ::jsonb)"),
            {"told": json.dumps(told)},
        ).one()
    assert canonical({"after": told_value(stored)}) == '{"after":' + written + "}"
    assert canonical(json.loads(written)) == canonical({**json.loads(written)})
