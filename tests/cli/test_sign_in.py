"""``assetmap accounts invite``, and what the doctor says of providers."""

import re

import pytest
from fastapi.testclient import TestClient

from assetmap.publish.app import make_app
from assetmap.publish.signing_in.by_provider import MEMORY
from tests.cli.conftest import run_command
from tests.databases import process_on
from tests.sign_in.people import OTHER, OURS
from tests.sign_in.real_provider import SECRET, running_provider

LINK = re.compile(r"(http://map\.test)(/invitation\?token=assetmap_\w{12}_[\w-]{43})\n")


@pytest.fixture
def ours(command_url):
    with process_on(command_url, public_url=OURS):
        yield run_command


def test_a_link_opens_the_account_that_it_makes(ours):
    made = ours("accounts", "invite", "par-bay-ada", "--name", "Ada", "--days", "2")
    assert made.code == 0
    assert "Account 'par-bay-ada' is made." in made.said
    base, path = LINK.fullmatch(made.out).groups()
    assert base == OURS
    client = TestClient(
        make_app(), base_url=OURS, headers={"Origin": OURS}, follow_redirects=False
    )
    assert "(Ada)" in client.get(path).text
    told = {"token": path.partition("=")[2], "password": OTHER}
    assert client.post("/invitation", data=told).status_code == 303
    assert client.get("/session").json()["account"]["slug"] == "par-bay-ada"


def test_an_account_that_is_there_is_opened_anew(ours):
    assert ours("accounts", "create", "par-bay-ben").code == 0
    made = ours("accounts", "invite", "par-bay-ben")
    assert "Account 'par-bay-ben' was there already." in made.said
    assert LINK.fullmatch(made.out)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("Bad Name",), "small letters and digits"),
        (("a", "--kind", "king"), "king"),
        (("a", "--days", "0"), "days"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_made(ours, words, said):
    made = ours("accounts", "invite", *words)
    assert made.code == 2
    assert said in made.said
    assert made.out == ""


def test_without_a_public_address_the_link_is_the_machines_own(run):
    made = run("accounts", "invite", "cleo-of-par")
    assert made.out.startswith("http://127.0.0.1:8000/invitation?token=assetmap_")


FILE = """
[providers.council]
title = "Toy Council"
issuer = "{}"
client_id = "assetmap"
kind = "institution"
"""


def test_the_doctor_asks_each_provider_and_shows_no_secret(command_url, tmp_path):
    file = tmp_path / "providers.toml"
    with running_provider(tmp_path) as provider:
        file.write_text(FILE.format(provider.issuer), encoding="utf-8")
        told = {"sign_in_providers": str(file), "sign_in_secrets__council": SECRET}
        with process_on(command_url, **told):
            well = run_command("doctor")
            shown = run_command("doctor", "--json")
            provider.stop()
            MEMORY.forget()
            away = run_command("doctor")
    assert "sign-in with council: Toy Council answers, and has 1 keys" in well.out
    assert "cannot be reached" in away.out
    assert SECRET not in well.out + shown.out + away.out


def test_a_bad_file_is_said_and_the_service_does_not_start(command_url, tmp_path):
    file = tmp_path / "providers.toml"
    file.write_text("[providers.council]\n", encoding="utf-8")
    with process_on(command_url, sign_in_providers=str(file)):
        told = run_command("doctor")
        assert "[providers.council] needs title" in told.out
        with pytest.raises(Exception, match="needs title"), TestClient(make_app()):
            pass
