"""What a community keeps stays its own: no detour through accounts, keys or time."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from assetmap.accounts import acting, store
from assetmap.accounts.acting import Actor
from assetmap.accounts.answered import store as answered
from assetmap.accounts.answered.model import Answered, Asked
from assetmap.accounts.grants import store as grants
from assetmap.accounts.grants.model import GrantReachNotFound, NotYoursToGive, Over
from assetmap.accounts.holders import store as holders
from assetmap.accounts.model import KeyNotYours
from assetmap.accounts.reach import JOB
from assetmap.accounts.tables import OrganisationRow
from assetmap.db.service_role import ROLE
from assetmap.jobs import store as jobs
from assetmap.neighbourhoods import store as neighbourhoods
from assetmap.neighbourhoods.model import Neighbourhood

BAY, HALL = Over(neighbourhood="bay"), Over(organisation="hall")


@pytest.fixture
def town(session):
    """Ruth keeps Bay, Hugh edits Hall, Ann analyses, and Boss runs the service."""
    row = neighbourhoods.add_neighbourhood(session, Neighbourhood("bay", "Bay"))
    row.is_published = False
    session.add(OrganisationRow(slug="hall", name="Hall", kind="vcse"))
    session.flush()
    made = {
        slug: holders.add_account(session, slug, slug.title(), kind).id
        for slug, kind in (
            ("ruth", "person"),
            ("hugh", "person"),
            ("ann", "person"),
            ("boss", "operator"),
        )
    }
    grants.give(session, "ruth", "steward", BAY)
    grants.give(session, "hugh", "organisation_editor", HALL)
    grants.give(session, "ann", "analyst", Over())
    grants.give(session, "boss", "administrator", Over())
    session.flush()
    return made


def acts(session, made, who):
    """Go on as the service, for one of them."""
    session.expire_all()
    session.execute(text(f"SET LOCAL ROLE {ROLE}"))
    session.execute(text("SELECT set_config('assetmap.key', '', true)"))
    acting.tell(session, Actor(made[who], who))


def acts_by(session, sent):
    """Go on as the service, for whoever holds a key."""
    session.expire_all()
    session.execute(text(f"SET LOCAL ROLE {ROLE}"))
    return store.find_actor(session, sent)


def sees_bay(session):
    return neighbourhoods.find_neighbourhood(session, "bay") is not None


LAPSED = (
    "UPDATE role_grant SET holds_from = now() - interval '2 days',"
    " holds_until = now() - interval '1 day' WHERE role = 'steward'"
)


@pytest.mark.parametrize("how", ["closed", "lapsed"])
def test_a_place_stays_kept_when_its_steward_is_closed_or_out_of_time(
    session, town, how
):
    if how == "closed":
        acts(session, town, "ruth")
        holders.close_account(session, "ruth")
        session.execute(text("RESET ROLE"))
    else:
        session.execute(text(LAPSED))
    acts(session, town, "boss")
    assert not sees_bay(session)
    with pytest.raises(GrantReachNotFound):
        grants.give(session, "boss", "steward", BAY)
    session.execute(text("RESET ROLE"))
    session.execute(text("UPDATE neighbourhood SET is_published = true"))
    acts(session, town, "boss")
    with pytest.raises(NotYoursToGive, match="stewards of 'bay'"):
        grants.give(session, "boss", "steward", BAY)


def test_a_place_that_its_steward_gave_up_is_open_to_another_first_one(session, town):
    acts(session, town, "ruth")
    [own] = [each for each in grants.list_grants(session) if each.role == "steward"]
    grants.take_back(session, own.id)
    acts(session, town, "boss")
    assert grants.give(session, "ann", "steward", BAY).given_by == "boss"


@pytest.mark.parametrize(
    ("whose", "may"), [("ann", True), ("ruth", False), ("hugh", False)]
)
def test_no_administrator_makes_a_key_for_whoever_keeps_something(
    session, town, whose, may
):
    acts(session, town, "boss")
    if may:
        made, _ = store.add_key(session, (town[whose], whose), "a key")
        assert made.account == whose
        return
    with pytest.raises(KeyNotYours, match=whose):
        store.add_key(session, (town[whose], whose), "a key")


def test_a_key_that_another_made_begets_none_that_can_do_more(session, town):
    """Made before its account kept anything, by who may not see what it keeps."""
    acts(session, town, "boss")
    _, first = store.add_key(session, (town["ann"], "ann"), "made for ann")
    session.execute(text("RESET ROLE"))
    acts(session, town, "ruth")
    grants.give(session, "ann", "steward", BAY)
    acts_by(session, first)
    assert not sees_bay(session)
    _, child = store.add_key(session, (town["ann"], "ann"), "its child")
    acts_by(session, child)
    assert not sees_bay(session)
    session.execute(text("RESET ROLE"))
    acts(session, town, "ann")
    _, own = store.add_key(session, (town["ann"], "ann"), "her own")
    acts_by(session, own)
    assert sees_bay(session)


SOON = datetime.now(UTC) + timedelta(days=1)
LATER = SOON + timedelta(days=1)


@pytest.mark.parametrize(
    ("scopes", "end", "new_scopes", "new_end", "may"),
    [
        (None, None, None, None, True),
        (["steward"], None, None, None, False),
        (["steward"], None, ["steward", "analyst"], None, False),
        (["steward", "key:create"], None, ["steward"], SOON, True),
        (None, SOON, None, None, False),
        (None, SOON, None, LATER, False),
        (None, SOON, ["steward"], SOON, True),
    ],
)
def test_a_key_makes_none_that_can_do_more_than_itself_or_for_longer(
    session, town, scopes, end, new_scopes, new_end, may
):
    _, sent = store.add_key(session, (town["ruth"], "ruth"), "first", scopes, end)
    session.flush()
    acts_by(session, sent)
    if may:
        store.add_key(session, (town["ruth"], "ruth"), "next", new_scopes, new_end)
        return
    with pytest.raises(ProgrammingError, match="row-level security"):
        store.add_key(session, (town["ruth"], "ruth"), "next", new_scopes, new_end)


def test_nobody_changes_what_kind_of_account_theirs_is(session, town):
    acts(session, town, "ann")
    with pytest.raises(ProgrammingError, match="permission denied"):
        session.execute(text("UPDATE account SET kind = 'community'"))


def test_the_check_on_institutions_looks_at_no_table_of_the_callers(session, town):
    holders.add_account(session, "council", "Council", "institution")
    session.execute(text("CREATE TEMP TABLE account (id bigint, kind text)"))
    given = text(
        "INSERT INTO public.role_grant (account_id, role, neighbourhood_id)"
        " SELECT a.id, 'steward', n.id FROM public.account AS a,"
        " public.neighbourhood AS n WHERE a.slug = 'council' AND n.slug = 'bay'"
    )
    with pytest.raises(IntegrityError, match="institution"):
        session.execute(given)


def test_jobs_are_listed_to_who_asked_and_to_who_sees_all(session, town):
    added = text(
        "INSERT INTO job (kind, arguments, fingerprint, who, account_id)"
        " VALUES ('answer', '{}', :mark, 'a reader', :whose)"
    )
    for who in ("ruth", "hugh"):
        session.execute(added, {"mark": f"{who:0<64}", "whose": town[who]})
    for who, count in (("ruth", 1), ("hugh", 1), ("ann", 2), ("boss", 2)):
        acts(session, town, who)
        listed = jobs.list_jobs(session, shown=JOB.may("list"))
        assert len(listed) == count, who


def test_a_first_answer_is_its_askers_and_nothing_of_it_is_left_once_withdrawn(
    session, town
):
    acts(session, town, "ruth")
    asked = Asked("ruth", "POST sketches", b"{}", "once")
    answered.begin(session, asked)
    body = {"id": "7", "geometry": {"type": "Point"}}
    where = {"Location": "http://here/neighbourhoods/bay/sketches/7"}
    answered.finish(session, asked, Answered(201, body, where, None))
    kept = text("SELECT body::text FROM request_answer")
    session.execute(text("RESET ROLE"))
    old = "UPDATE request_answer SET made_at = now() - interval '2 days'"
    session.execute(text(old))
    acts(session, town, "boss")
    assert session.scalars(kept).all() == []
    acts(session, town, "ruth")
    assert "geometry" in session.scalars(kept).one()
    answered.forget(session, "/sketches/7")
    session.expire_all()
    assert session.scalars(kept).one().replace(" ", "") == '{"id":"7"}'
    answered.begin(session, Asked("ruth", "POST sketches", b"{}", "next"))
    session.execute(text("RESET ROLE"))
    assert session.scalar(text("SELECT count(*) FROM request_answer")) == 1
