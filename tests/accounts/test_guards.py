"""Which columns of an asset whoever may act on it in some way may set."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from assetmap.db.service_role import ROLE

OWN, OTHERS = "contributed", "bay True exact W"


def sets(acting_as, world, name, change, before="note = note"):
    """Whether the contributor of bay sets columns of an asset, that stood otherwise."""
    row = {"row": world.assets[name]}
    where = " version = version + 1 WHERE id = :row"
    with acting_as("bay-contributor") as session:
        session.execute(text("RESET ROLE"))
        session.execute(text(f"UPDATE asset SET {before},{where}"), row)  # noqa: S608
        session.execute(text(f"SET LOCAL ROLE {ROLE}"))
        update = f"UPDATE asset SET {change},{where} RETURNING id"  # noqa: S608
        try:
            return session.scalar(text(update), row) is not None
        except ProgrammingError as error:
            if "row-level security" in str(error.orig):
                return False
            raise


@pytest.mark.parametrize(
    ("change", "of_draft", "of_published"),
    [
        ("cost = '1'", True, True),
        ("location_visibility = 'approximate'", True, False),
        ("status = 'unverified'", True, False),
        ("status = 'closed', valid_to = now()", True, True),
        ("is_published = NOT is_published", False, False),
        ("verified_at = now()", True, True),
    ],
)
def test_how_what_is_published_is_shown_is_not_its_contributors(
    acting_as, world, change, of_draft, of_published
):
    assert sets(acting_as, world, OWN, change) is of_draft
    shown = "is_published = true"
    assert sets(acting_as, world, OWN, change, shown) is of_published


def test_a_contributor_opens_nothing_again_that_is_published(acting_as, world):
    closed = "is_published = true, status = 'closed'"
    assert not sets(acting_as, world, OWN, "status = 'open'", closed)
    begun = "is_published = true, status = 'unverified'"
    assert sets(acting_as, world, OWN, "status = 'open', verified_at = now()", begun)


@pytest.mark.parametrize(
    ("change", "may"),
    [
        ("verified_at = now()", True),
        ("cost = '1'", False),
        ("geom = NULL, geom_wgs84 = NULL", False),
        ("status = 'closed'", False),
        ("valid_to = now()", False),
        ("location_visibility = 'hidden'", False),
    ],
)
def test_whoever_may_verify_changes_nothing_else(acting_as, world, change, may):
    assert sets(acting_as, world, OTHERS, change) is may


@pytest.mark.parametrize(
    "column", ["neighbourhood_id", "organisation_id", "created_by", "source", "note"]
)
def test_whose_an_asset_is_and_where_it_comes_from_stays(acting_as, world, column):
    with (
        acting_as("bay-steward") as session,
        pytest.raises(ProgrammingError, match="permission denied"),
    ):
        session.execute(text(f"UPDATE asset SET {column} = NULL"))  # noqa: S608


LOST = {
    "elsewhere": "UPDATE asset SET neighbourhood_id = :cove, version = version + 1"
    " WHERE id = :row",
    "nowhere": "UPDATE asset SET neighbourhood_id = NULL, version = version + 1"
    " WHERE id = :row",
    "taken back": "UPDATE role_grant SET revoked_at = now() WHERE role = 'contributor'",
    "over": "UPDATE role_grant SET holds_until = now(), holds_from = now() - "
    "interval '1 day' WHERE role = 'contributor'",
}


@pytest.mark.parametrize("how", LOST)
def test_what_an_account_made_is_its_own_where_it_is_granted_that(
    acting_as, world, how
):
    values = {"row": world.assets[OWN], "cove": world.hoods["cove"]}
    names = {each for each in values if f":{each}" in LOST[how]}
    seen = text("SELECT id FROM shown_asset WHERE id = :row")
    with acting_as("bay-contributor") as session:
        assert session.scalar(seen, {"row": values["row"]}) is not None
        session.execute(text("RESET ROLE"))
        session.execute(text(LOST[how]), {name: values[name] for name in names})
        session.execute(text(f"SET LOCAL ROLE {ROLE}"))
        assert session.scalar(seen, {"row": values["row"]}) is None
        change = "UPDATE asset SET version = version + 1 WHERE id = :row RETURNING id"
        assert session.scalar(text(change), {"row": values["row"]}) is None
