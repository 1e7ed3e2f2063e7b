"""Two services on one database: what one ends the other takes no more; their logs."""

import re
from urllib.parse import urlencode

import pytest

from tests.publish.edge.served import serving
from tests.sign_in.people import GOOD

FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def two(address, tmp_path_factory):
    folders = [tmp_path_factory.mktemp(name) for name in ("one", "other")]
    with serving(address, folders[0], 1) as one, serving(address, folders[1], 1) as two:
        yield one, two


def post(served, path, cookie="", **fields):
    told = {
        "Origin": f"http://127.0.0.1:{served.port}",
        "Content-Type": FORM,
        "Cookie": cookie,
    }
    return served.get(path, "POST", urlencode(fields), **told)


def sign_in(served, name):
    status, headers, _ = post(served, "/sign-in", name=name, password=GOOD)
    assert status == 303
    return headers["set-cookie"].partition(";")[0]


def account(served, cookie):
    _, _, body = served.get("/session", Cookie=cookie)
    found = re.search(rb'"slug":"([^"]+)"', body)
    return found and found[1].decode()


def proof(served, cookie):
    _, _, body = served.get("/session", Cookie=cookie)
    return re.search(rb'"csrf_token":"([^"]+)"', body)[1].decode()


def test_what_one_ends_the_other_takes_no_more(two, people):
    one, other = two
    ada = people.somebody()
    here, there = sign_in(one, ada), sign_in(other, ada)
    assert [account(each, here) for each in two] == [ada, ada]
    word = proof(one, here)
    assert post(one, "/sign-out", here, csrf_token=word)[0] == 200
    assert [account(each, here) for each in two] == [None, None]
    assert [account(each, there) for each in two] == [ada, ada]
    word = proof(other, there)
    assert post(other, "/sign-out/everywhere", there, csrf_token=word)[0] == 200
    assert [account(each, there) for each in two] == [None, None]


def test_failures_are_counted_together(two, people):
    ada = people.somebody()
    told = [
        post(two[turn % 2], "/sign-in", name=ada, password="wrong")[0]  # noqa: S106
        for turn in range(7)
    ]
    assert told == [401] * 5 + [429] * 2


def test_nothing_secret_stands_in_a_log(two, people):
    one, other = two
    ada = people.somebody()
    cookie = sign_in(one, ada)
    token = people.invited(people.slug("cleo"))
    assert one.get(f"/invitation?token={token}")[0] == 200
    assert post(other, "/invitation", token=token, password="short")[0] == 422  # noqa: S106
    word = proof(one, cookie)
    assert post(one, "/account/keys", cookie, **{"csrf_token": word, "key-name": ada})
    logs = b"".join(each.log.read_bytes() for each in two).decode()
    assert logs.count('"/sign-in"') >= 1
    for secret in (GOOD, cookie.rpartition("_")[2][-43:], token[-43:], word):
        assert secret not in logs
    assert not re.search(r"assetmap_[0-9a-f]{12}_[A-Za-z0-9_-]{43}", logs)
