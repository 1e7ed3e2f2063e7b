"""API keys: shown once, kept as a hash, good until they expire or are revoked."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from assetmap.accounts import model, store
from assetmap.accounts.holders import store as holders
from assetmap.accounts.model import BadKeyName, KeyAmbiguous, KeyNameTaken, KeyNotFound


def new(session, name, **options):
    """A key of an account of its own."""
    slug = f"account-{len(holders.list_accounts(session))}"
    whose = holders.add_account(session, slug, slug, "person").id, slug
    return store.add_key(session, whose, name, **options)


def now():
    return datetime.now(UTC)


def test_a_key_is_found_by_what_its_holder_sends(session):
    key, sent = new(session, "Gateshead")
    found = store.find_actor(session, sent)
    assert (found.key, found.account) == (key.id, key.account)
    assert found.is_known
    assert found.held == ()


def test_two_keys_are_never_alike(session):
    sent = {new(session, f"k{number}")[1] for number in range(50)}
    assert len(sent) == 50
    assert all(len(model.read(each)[1]) == 43 for each in sent)


def test_the_secret_is_kept_nowhere(session):
    _, sent = new(session, "Gateshead")
    secret = model.read(sent)[1]
    row = str(session.execute(text("SELECT k::text FROM api_key k")).scalar())
    assert secret not in row
    assert secret.encode().hex() not in row
    assert model.hashed(secret).hex() in row


@pytest.mark.parametrize("place", [0, 10, 25, -1])
def test_a_key_with_one_character_changed_is_unknown(session, place):
    _, sent = new(session, "Gateshead")
    other = "B" if sent[place] != "B" else "C"
    changed = list(sent)
    changed[place] = other
    assert store.find_actor(session, "".join(changed)) is None


@given(st.text(max_size=100))
def test_text_that_is_no_key_is_read_as_none(sent):
    assert model.read(sent) is None


def test_a_revoked_key_holds_no_more_and_its_name_is_free_again(session):
    made = holders.add_account(session, "council", "Council", "institution")
    whose = made.id, made.slug
    key, sent = store.add_key(session, whose, "Gateshead")
    with pytest.raises(KeyNameTaken, match="Gateshead"):
        store.add_key(session, whose, " Gateshead ")
    assert store.revoke_key(session, "Gateshead").revoked_at is not None
    assert store.find_actor(session, sent) is None
    assert store.revoke_key(session, "Gateshead").id == key.id
    other, _ = store.add_key(session, whose, "Gateshead")
    again = store.revoke_key(session, key.id)
    assert again.id == key.id
    assert store.revoke_key(session, "Gateshead").id == other.id
    assert [each.name for each in store.list_keys(session)] == ["Gateshead"] * 2
    with pytest.raises(KeyNotFound):
        store.revoke_key(session, "Sunderland")


def test_a_name_is_one_accounts_own_and_says_nothing_of_others(session):
    one, first = new(session, "laptop")
    two, second = new(session, "laptop")
    with pytest.raises(KeyAmbiguous, match=f"{one.id} of 'account-0'") as told:
        store.revoke_key(session, "laptop")
    assert told.value.facts["keys"] == {one.id: "account-0", two.id: "account-1"}
    with pytest.raises(KeyNotFound, match="of account 'account-1'"):
        store.revoke_key(session, one.id, "account-1")
    assert store.revoke_key(session, "laptop", "account-1").id == two.id
    assert store.find_actor(session, first) is not None
    assert store.find_actor(session, second) is None
    # Of those that hold only one is called so now.
    assert store.revoke_key(session, "laptop").id == one.id


def test_no_key_is_called_as_the_id_of_another(session):
    key, _ = new(session, "laptop")
    with pytest.raises(BadKeyName, match="looks like the id"):
        new(session, key.id)


def test_a_key_ends_at_its_instant(session):
    soon = now() + timedelta(hours=1)
    key, sent = new(session, "Gateshead", expires_at=soon)
    assert key.holds(now())
    assert not key.holds(soon)
    assert store.find_actor(session, sent) is not None
    session.execute(text("UPDATE api_key SET expires_at = now() - interval '1 s'"))
    session.expire_all()
    assert store.find_actor(session, sent) is None


def test_its_use_is_noted_once_an_hour(session):
    _, sent = new(session, "Gateshead")
    first = _used(session, sent)
    assert now() - first < timedelta(minutes=1)
    assert _used(session, sent) == first
    session.execute(text("UPDATE api_key SET last_used_at = now() - interval '2 h'"))
    session.expire_all()
    assert _used(session, sent) > first - timedelta(seconds=1)


def _used(session, sent):
    store.find_actor(session, sent)
    session.expire_all()
    return store.list_keys(session)[0].last_used_at


@pytest.mark.parametrize("name", ["", "  ", "x" * 101, "a\0b", "a\nb", "\ud800"])
def test_a_name_that_cannot_be_shown_is_refused(session, name):
    with pytest.raises(BadKeyName):
        new(session, name)


def test_a_key_in_a_text_is_put_out_of_sight(session):
    _, sent = new(session, "Gateshead")
    shown = model.without_secrets(f'{{"key": "{sent}"}}'.encode())
    assert model.read(sent)[1].encode() not in shown
    assert model.read(sent)[0].encode() in shown
