"""The file of providers: what it may hold, and what is said of what it may not."""

import pytest

from assetmap.accounts.sign_in.openid.providers import (
    BadProviders,
    is_safe,
    read_providers,
)

COUNCIL = """
[providers.our-council]
title = "Our Council"
issuer = "https://login.example.org/tenant/v2.0"
client_id = "0a1b"
kind = "institution"
"""
NHS = """
[providers.nhs]
title = "NHS"
issuer = "https://nhs.example.org"
client_id = "9z"
kind = "institution"
client_secret_file = "secret.txt"
scope = "openid profile nhsperson"
require = { tid = "7", is_staff = true }
"""


def read(folder, text, secrets=()):
    file = folder / "providers.toml"
    file.write_text(text, encoding="utf-8")
    return read_providers(file, dict(secrets))


def test_without_a_file_there_are_none():
    assert read_providers(None, {}) == {}


def test_several_providers_are_read_in_their_order(tmp_path):
    (tmp_path / "secret.txt").write_text("from a file\n", encoding="utf-8")
    found = read(tmp_path, COUNCIL + NHS, {"our_council": "from outside"})
    assert list(found) == ["our-council", "nhs"]
    council, nhs = found.values()
    assert (council.client_secret, nhs.client_secret) == ("from outside", "from a file")
    assert council.scope == "openid profile"
    assert nhs.scope == "openid profile nhsperson"
    assert nhs.require == {"tid": "7", "is_staff": True}


def test_a_secret_is_not_shown(tmp_path):
    found = read(tmp_path, COUNCIL, {"our_council": "from outside"})
    assert "from outside" not in repr(found)


def test_a_provider_may_have_no_secret(tmp_path):
    assert read(tmp_path, COUNCIL)["our-council"].client_secret is None


BAD = {
    "not TOML": ("[providers", "Expected"),
    "no provider": ("", "tables [providers.NAME]"),
    "something else": (COUNCIL + "[other]\na = 1\n", "tables [providers.NAME]"),
    "a provider that is no table": ("[providers]\na = 1\n", "is not a table"),
    "a bad name": ('[providers."A b"]\n', "is not a table named as in"),
    "no title": (COUNCIL.replace("title", "name"), "needs title"),
    "an empty title": (COUNCIL.replace("Our Council", " "), "needs title"),
    "no text": (COUNCIL.replace('"0a1b"', "7"), "needs client_id"),
    "an unknown key": (COUNCIL + "client_secret = 's'\n", "no 'client_secret'"),
    "an unknown kind": (
        COUNCIL.replace('"institution"', '"operator"'),
        "kind is one of person, community, institution",
    ),
    "an issuer in the clear": (COUNCIL.replace("https", "http"), "https:// address"),
    "no secret there": (NHS, "client_secret_file: No such file"),
    "a scope without openid": (COUNCIL + "scope = 'profile'\n", "the word openid"),
    "claims that are no table": (COUNCIL + "require = 'tid'\n", "table of claims"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_wrong_is_said_with_its_place(tmp_path, case):
    text, said = BAD[case]
    with pytest.raises(BadProviders) as told:
        read(tmp_path, text)
    assert said in str(told.value)
    assert "providers.toml" in str(told.value)


@pytest.mark.parametrize(("bytes_", "said"), [(b" \n", "is empty"), (b"\xff", "text")])
def test_a_secret_that_is_none_is_refused(tmp_path, bytes_, said):
    (tmp_path / "secret.txt").write_bytes(bytes_)
    with pytest.raises(BadProviders, match=said):
        read(tmp_path, NHS)


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(BadProviders, match="No such file"):
        read_providers(tmp_path / "none.toml", {})


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://login.example.org", True),
        ("http://127.0.0.1:8080", True),
        ("http://[::1]:8080", True),
        ("http://localhost/x", True),
        ("http://login.example.org", False),
        ("http://localhost.example.org", False),
        ("https://", False),
        ("https://[bad", False),
        ("javascript:alert(1)", False),
        ("", False),
        (None, False),
        (7, False),
    ],
)
def test_only_what_others_cannot_read_is_safe(address, expected):
    assert is_safe(address) is expected
