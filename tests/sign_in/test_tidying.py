"""What signing in left behind is removed once it is of no more use."""

import pytest
from sqlalchemy import text

from assetmap.accounts.sign_in import tidy_store
from tests.accounts.who import account

SESSION = text(
    "INSERT INTO sign_in_session (public_id, secret_sha256, account_id, how, agent,"
    " ends_at, ended_at) VALUES (:name, sha256('x'), :whose, 'password', '',"
    " now() + make_interval(days => :ends), now() + make_interval(days => :ended))"
)
INVITATION = text(
    "INSERT INTO invitation (public_id, secret_sha256, account_id, created_at,"
    " expires_at, used_at) VALUES (:name, sha256('x'), :whose,"
    " now() - interval '1 year', now() + make_interval(days => :ends),"
    " now() + make_interval(days => :ended))"
)
ROWS = {
    "goes on": (1, None, True),
    "ended lately": (1, -29, True),
    "ran out lately": (-29, None, True),
    "ended long ago": (1, -31, False),
    "ran out long ago": (-31, None, False),
}


@pytest.mark.parametrize(
    ("table", "added"), [("sign_in_session", SESSION), ("invitation", INVITATION)]
)
def test_what_ended_is_kept_for_some_days(session, table, added):
    whose = account(session, "Ruth")[0]
    for name, (ends, ended, _) in ROWS.items():
        values = {"name": name, "whose": whose, "ends": ends, "ended": ended}
        session.execute(added, values)
    assert tidy_store.forget_ended(session, 30) == 2
    left = set(session.scalars(text(f"SELECT public_id FROM {table}")))  # noqa: S608
    assert left == {name for name, (_, _, stays) in ROWS.items() if stays}
    assert tidy_store.forget_ended(session, 30) == 0
    tidy_store.forget_ended(session, 0)
    left = set(session.scalars(text(f"SELECT public_id FROM {table}")))  # noqa: S608
    assert left == {"goes on"}
