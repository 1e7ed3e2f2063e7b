"""Grants: over what, by whom, for how long; and keys narrowed to less than them."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from assetmap.accounts import acting, store
from assetmap.accounts.acting import Actor
from assetmap.accounts.grants import store as grants
from assetmap.accounts.grants.model import (
    BadGrant,
    GrantNotFound,
    GrantReachNotFound,
    NotForInstitutions,
    NotYoursToGive,
    Over,
)
from assetmap.accounts.holders import store as holders
from assetmap.accounts.holders.model import AccountNotFound, AccountTaken, BadAccount
from assetmap.accounts.model import BadScope
from assetmap.accounts.rules import rule_for
from assetmap.db.service_role import ROLE
from assetmap.neighbourhoods import store as neighbourhoods
from assetmap.neighbourhoods.model import Neighbourhood
from assetmap.publish.authority import RoleNeeded, require

BAY, OPEN = Over(neighbourhood="bay"), Over(neighbourhood="open")


@pytest.mark.parametrize("role", ["steward", "contributor"])
def test_an_institution_is_never_a_steward_or_a_contributor(session, role):
    neighbourhoods.add_neighbourhood(session, Neighbourhood("bay", "Bay"))
    holders.add_account(session, "council", "Council", "institution")
    with pytest.raises(NotForInstitutions, match="council"):
        grants.give(session, "council", role, BAY)
    holders.add_account(session, "ruth", "Ruth", "person")
    grants.give(session, "ruth", role, BAY)
    for statement in (
        "UPDATE account SET kind = 'institution' WHERE slug = 'ruth'",
        "UPDATE role_grant SET account_id ="
        " (SELECT id FROM account WHERE slug = 'council')",
    ):
        undone = session.begin_nested()
        with pytest.raises(IntegrityError, match="institution"):
            session.execute(text(statement))
        undone.rollback()


@pytest.mark.parametrize(
    ("role", "over"),
    [
        ("king", Over()),
        ("steward", Over()),
        ("steward", Over(organisation="hall")),
        ("steward", Over("bay", "hall")),
        ("contributor", Over(boundary_set="wards", boundary_code="W")),
        ("organisation_editor", Over()),
        ("organisation_editor", Over(neighbourhood="bay")),
        ("organisation_editor", Over(boundary_set="wards")),
        ("analyst", Over(neighbourhood="bay")),
        ("administrator", Over(neighbourhood="bay")),
    ],
)
def test_a_role_is_over_what_it_can_be_over(session, role, over):
    holders.add_account(session, "ruth", "Ruth", "person")
    with pytest.raises(BadGrant):
        grants.give(session, "ruth", role, over)


def test_what_a_grant_names_is_there(session):
    holders.add_account(session, "ruth", "Ruth", "person")
    with pytest.raises(AccountNotFound, match="nobody"):
        grants.give(session, "nobody", "analyst", Over())
    for over in (Over(neighbourhood="x"), Over(organisation="x")):
        role = "steward" if over.neighbourhood else "organisation_editor"
        with pytest.raises(GrantReachNotFound, match="'x'"):
            grants.give(session, "ruth", role, over)
    with pytest.raises(GrantReachNotFound, match="x/y"):
        grants.give(session, "ruth", "analyst", Over(None, None, "x", "y"))


def test_a_grant_ends_after_it_begins(session):
    holders.add_account(session, "ruth", "Ruth", "person")
    past = datetime.now(UTC) - timedelta(days=1)
    with pytest.raises(BadGrant, match="after it begins"):
        grants.give(session, "ruth", "analyst", Over(), past)


def test_accounts_are_called_what_nobody_else_is(session):
    holders.add_account(session, "ruth", "Ruth", "person")
    with pytest.raises(AccountTaken, match="ruth"):
        holders.add_account(session, "ruth", "Other", "person")
    for slug, name, kind in (
        ("Ruth", "x", "person"),
        ("a--b", "x", "person"),
        ("a", "\n", "person"),
        ("a", "x" * 101, "person"),
        ("a", "x", "king"),
    ):
        with pytest.raises(BadAccount):
            holders.add_account(session, slug, name, kind)


def told_as(session, actor):
    session.execute(text(f"SET LOCAL ROLE {ROLE}"))
    acting.tell(session, actor)


def has(session, thing, action, word):
    query = text("SELECT access.has(:thing, :action, :word)")
    return session.scalar(query, {"thing": thing, "action": action, "word": word})


@pytest.fixture
def ruth(session):
    """A steward, with a key; what is known of her."""
    neighbourhoods.add_neighbourhood(session, Neighbourhood("bay", "Bay"))
    neighbourhoods.add_neighbourhood(session, Neighbourhood("open", "Open"))
    made = holders.add_account(session, "ruth", "Ruth", "person")
    given = grants.give(session, "ruth", "steward", BAY)

    def key(scopes=None, **changed):
        name = f"key {len(store.list_keys(session))}"
        _, sent = store.add_key(session, (made.id, "ruth"), name, scopes)
        if changed:
            session.flush()
        return sent

    return made, given, key


def may_change(session):
    asked = text("SELECT access.neighbourhoods('neighbourhood', 'change') <> '{}'")
    return session.scalar(asked)


def test_a_grant_holds_within_its_time_and_until_it_is_taken_back(session, ruth):
    _, given, key = ruth
    actor = store.find_actor(session, key())
    assert [each.role for each in actor.held] == ["steward"]
    assert may_change(session)
    hour = "interval '1 hour'"
    for change in (
        f"holds_from = now() + {hour}",
        f"holds_from = now() - 2 * {hour}, holds_until = now() - {hour}",
        "holds_from = now() - interval '1 s', holds_until = now()",
        "revoked_at = now()",
    ):
        undone = session.begin_nested()
        session.execute(text(f"UPDATE role_grant SET {change}"))  # noqa: S608
        assert not may_change(session), change
        undone.rollback()
    session.expire_all()
    assert may_change(session)
    grants.take_back(session, given.id)
    assert not may_change(session)
    assert store.find_actor(session, key()).held == ()
    assert grants.take_back(session, given.id).revoked_at is not None


def test_a_closed_account_may_nothing(session, ruth):
    sent = ruth[2]()
    store.find_actor(session, sent)
    assert may_change(session)
    holders.close_account(session, "ruth")
    assert not may_change(session)
    assert store.find_actor(session, sent) is None
    with pytest.raises(AccountNotFound):
        grants.give(session, "ruth", "analyst", Over())


@pytest.mark.parametrize(
    ("scopes", "may"),
    [
        (None, {"neighbourhood:change", "sketch:read", "key:create"}),
        (["steward"], {"neighbourhood:change", "sketch:read", "key:create"}),
        (["neighbourhood:change"], {"neighbourhood:change"}),
        (["sketch:read", "key:create"], {"sketch:read", "key:create"}),
        (["analyst"], set()),
        ([], set()),
    ],
)
def test_a_key_is_narrowed_in_the_service_and_in_the_database(
    session, ruth, scopes, may
):
    actor = store.find_actor(session, ruth[2](scopes))
    words = {"theirs", "own"}
    for name in ("neighbourhood:change", "sketch:read", "key:create"):
        thing, action = name.split(":")
        in_service = bool(actor.words(thing, action) & words)
        in_database = any(has(session, thing, action, word) for word in words)
        assert in_service == in_database == (name in may), name
    assert "published" in actor.words("asset", "read")
    assert has(session, "asset", "read", "published")


def test_a_scope_is_a_role_or_a_word_of_the_rules(session, ruth):
    with pytest.raises(BadScope, match="asset:eat"):
        ruth[2](["asset:eat"])


def test_a_revoked_or_expired_key_may_nothing_in_a_transaction_under_way(session, ruth):
    store.find_actor(session, ruth[2]())
    assert may_change(session)
    for change in ("revoked_at = now()", "expires_at = now()"):
        undone = session.begin_nested()
        session.execute(text(f"UPDATE api_key SET {change}"))  # noqa: S608
        assert not may_change(session), change
        undone.rollback()
    session.execute(text("SELECT set_config('assetmap.key', 'unknown', true)"))
    assert not may_change(session)


def test_whoever_makes_a_key_for_another_has_not_their_neighbourhood(session, ruth):
    """An administrator who made the key has seen it."""
    sent = ruth[2]()
    boss = holders.add_account(session, "boss", "Boss", "operator")
    store.find_actor(session, sent)
    assert may_change(session)
    session.execute(text("UPDATE api_key SET made_by = :boss"), {"boss": boss.id})
    assert not may_change(session)
    session.execute(text("UPDATE api_key SET made_by = account_id"))
    assert may_change(session)


def as_administrator(session):
    boss = holders.add_account(session, "boss", "Boss", "operator")
    grants.give(session, "boss", "administrator", Over())
    told_as(session, Actor(boss.id, "boss"))


def test_an_administrator_gives_the_first_steward_only(session, ruth):
    holders.add_account(session, "eve", "Eve", "person")
    as_administrator(session)
    with pytest.raises(NotYoursToGive, match="stewards of 'bay'"):
        grants.give(session, "eve", "steward", BAY)
    first = grants.give(session, "eve", "steward", OPEN)
    assert (first.account, first.given_by) == ("eve", "boss")
    with pytest.raises(NotYoursToGive, match="stewards of 'open'"):
        grants.give(session, "boss", "steward", OPEN)
    with pytest.raises(NotYoursToGive):
        grants.take_back(session, first.id)
    assert grants.give(session, "eve", "analyst", Over()).given_by == "boss"


def test_a_steward_gives_and_takes_back_in_their_own_place_only(session, ruth):
    made, given, _ = ruth
    holders.add_account(session, "eve", "Eve", "person")
    other = grants.give(session, "eve", "steward", OPEN)
    told_as(session, Actor(made.id, "ruth"))
    mine = grants.give(session, "eve", "contributor", BAY)
    assert mine.given_by == "ruth"
    for role, over in (
        ("steward", OPEN),
        ("analyst", Over()),
        ("administrator", Over()),
    ):
        with pytest.raises(NotYoursToGive):
            grants.give(session, "eve", role, over)
    assert grants.take_back(session, mine.id).revoked_at is not None
    with pytest.raises(GrantNotFound):
        grants.take_back(session, other.id)
    assert {each.id for each in grants.list_grants(session)} == {given.id, mine.id}
    assert grants.take_back(session, given.id).revoked_at is not None
    with pytest.raises(NotYoursToGive):
        grants.give(session, "eve", "contributor", BAY)


def test_what_was_taken_back_is_not_given_again_by_hand(session, ruth):
    made, _, _ = ruth
    told_as(session, Actor(made.id, "ruth"))
    with pytest.raises(ProgrammingError, match="row-level security"):
        session.execute(text("UPDATE role_grant SET revoked_at = NULL"))


def test_a_key_narrowed_to_less_than_everybody_may_is_told_so(session, ruth):
    actor = store.find_actor(session, ruth[2](["asset:create"]))
    for thing, action in (("key", "read"), ("audit", "read"), ("account", "read")):
        with pytest.raises(RoleNeeded, match=r"is a key for asset:create alone"):
            require(actor, rule_for(thing, action))
