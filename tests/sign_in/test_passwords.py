"""Which passwords will do, how they are kept, and how long who guesses must wait."""

from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assetmap.accounts.sign_in import passwords, waits
from assetmap.accounts.sign_in.passwords import BadPassword, SignInBusy
from assetmap.accounts.sign_in.waits import BY_ACCOUNT, BY_ADDRESS, BY_BOTH, Tried

GOOD = "kitchen window tram"


@pytest.mark.parametrize(
    "password",
    [
        GOOD,
        "correct horse battery staple",
        "cegin ffenestr tramŵy",
        "   kitchen  window  tram",
        "🏡 kettle 🏡 lantern 🏡 gravel",
        "kitchen window tram " * 40,
    ],
)
def test_words_that_have_nothing_to_do_with_each_other_will_do(password):
    assert passwords.checked(password, 12) == password


@pytest.mark.parametrize("password", ["", "short", "kitchen wind", "k" * 1_001])
def test_a_password_is_neither_short_nor_a_flood(password):
    with pytest.raises(BadPassword, match="at least 13 characters"):
        passwords.checked(password, 13)


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "P@ssw0rd1234",
        "qwertyuiopas",
        "123456789012",
        "aaaaaaaaaaaaaaaaaaaa",
        "abcabcabcabcabc",
        "Liverpool1892!",
        "summerSummer22",
    ],
)
def test_what_many_people_choose_will_not_do(password):
    with pytest.raises(BadPassword, match="easy to guess"):
        passwords.checked(password, 12)


def test_a_password_is_not_made_of_what_is_known_of_the_account():
    made_of_it = "zanthorpe quillfeather"
    assert passwords.checked(made_of_it, 12) == made_of_it
    with pytest.raises(BadPassword, match="easy to guess"):
        passwords.checked(made_of_it, 12, ["zanthorpe-9", "Zebulon Quillfeather"])


def test_what_is_kept_is_salted_and_slow():
    one, other = passwords.kept(GOOD), passwords.kept(GOOD)
    assert one != other
    assert one.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert GOOD not in one
    assert not passwords.is_outdated(one)
    assert passwords.is_outdated(one.replace("t=2", "t=1"))


@settings(max_examples=15)
@given(st.text(max_size=30), st.text(max_size=30))
def test_only_the_password_that_was_kept_is_right(password, other):
    kept = passwords.kept(password)
    assert passwords.is_right(password, kept)
    assert passwords.is_right(other, kept) == (other == password)


@pytest.mark.parametrize("kept", [None, "", "$argon2id$broken", "plain text"])
def test_nothing_is_right_where_nothing_good_is_kept(kept):
    assert not passwords.is_right("", kept)
    assert not passwords.is_right("plain text", kept)


def test_an_unknown_account_costs_a_guesser_as_much(monkeypatch):
    """Both go through the same hash: neither is answered without it."""
    seen = []
    hasher = passwords._HASHER

    class Counting:
        def verify(self, keeps, given):
            seen.append(keeps.rpartition("$")[0].rpartition("$")[0])
            return hasher.verify(keeps, given)

        def hash(self, given):
            return hasher.hash(given)

    passwords._nobody.cache_clear()
    kept = passwords.kept(GOOD)
    monkeypatch.setattr(passwords, "_HASHER", Counting())
    assert not passwords.is_right("wrong", kept)
    assert not passwords.is_right("wrong", None)
    assert seen[0] == seen[1] == "$argon2id$v=19$m=19456,t=2,p=1"


def test_more_people_than_can_be_checked_are_asked_to_wait(monkeypatch):
    monkeypatch.setattr(passwords, "WAIT_S", 0.01)
    for _ in range(passwords.AT_ONCE):
        passwords._TURN.acquire()
    try:
        with pytest.raises(SignInBusy):
            passwords.kept(GOOD)
    finally:
        for _ in range(passwords.AT_ONCE):
            passwords._TURN.release()
    monkeypatch.setattr(passwords, "WAIT_S", 30.0)
    found = []
    threads = [Thread(target=lambda: found.append(passwords.kept("a"))) for _ in "abcd"]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(found) == 4


@pytest.mark.parametrize("patience", [BY_BOTH, BY_ADDRESS])
def test_waits_double_up_to_a_quarter_of_an_hour(patience):
    first = [patience.wait(patience.free + each).total_seconds() for each in range(4)]
    assert first == [2, 4, 8, 16]
    assert patience.wait(patience.free - 1) == timedelta(0)
    assert patience.wait(10_000) == timedelta(minutes=15)


def test_one_name_from_everywhere_waits_a_minute_at_most():
    assert BY_ACCOUNT.free > 10 * BY_BOTH.free
    assert BY_ACCOUNT.wait(10_000) == timedelta(minutes=1)


def test_a_wait_runs_out_and_is_forgotten():
    now = datetime.now(UTC)
    tried = Tried(BY_BOTH.free + 3, now - timedelta(seconds=6))
    assert tried.left(BY_BOTH, now).total_seconds() == 10
    assert tried.left(BY_ADDRESS, now) < timedelta(0)
    old = Tried(10_000, now - timedelta(days=1))
    assert old.left(BY_ACCOUNT, now) == timedelta(0)


@pytest.mark.parametrize(
    ("address", "household"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2::9", "2001:db8:1:2::"),
        ("fe80::1%eth0", "fe80::"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("testclient", "testclient"),
    ],
)
def test_a_household_is_one_address(address, household):
    assert waits.household(address) == household


def test_what_was_typed_is_not_what_is_kept():
    digest = waits.digest("account", "my password")
    assert len(digest) == 32
    assert digest != waits.digest("address", "my password")
    assert waits.digest("account", "\ud800")
