"""What is put out of sight, and what is let stand."""

import hypothesis.strategies as st
import pytest
from hypothesis import given

from assetmap.accounts.masking import is_secret_name, masked, masked_in, without_rows

TOKEN = "Tt3-" * 10 + "Tt3"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"a key assetmap_0123456789ab_{TOKEN}!", "a key assetmap_0123456789ab_...!"),
        (f"token {TOKEN}.", "token ...."),
        ("q='ruth.o@example.org'", "q='...@example.org'"),
        ("ruth%40example.org", "...%40example.org"),
        ("postgresql://me:pa55@db/x", "postgresql://me:...@db/x"),
        ("password=pa55&x=1", "password=...&x=1"),
        ("client_secret='pa55'", "client_secret='...'"),
        ('{"api_key": "pa55"}', '{"api_key": "..."}'),
        ("call 01632 960123 or +44 (0)7700 900123", "call ... or ..."),
        ("%2B447700900123", "..."),
    ],
)
def test_secrets_and_contact_data_are_put_out_of_sight(text, shown):
    assert masked(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "No boundary set is called 'lad-2024'.",
        "lon=-0.1234567890123 easting=383060 bbox=0,50.1,0.2,53",
        "UPRN 100012345678, E01000001, SW11 5TU, 2026-11-24T09:00:00.000+00:00",
        "3f2b0c1e-0123-4567-8901-234567890123",
        "Send a key: Authorization: Bearer KEY.",
        "a-slug-of-forty-three-letters-none-of-them-x",
        "f" * 64,
        "https://example.org:8443/path@2x",
    ],
)
def test_what_is_neither_stands(text):
    assert masked(text) == text


def test_what_is_told_as_json_is_masked_throughout():
    told = {"a": ["ruth@example.org", 7, None], "ruth@example.org": {"b": 0.5}}
    assert masked_in(told) == {
        "a": ["...@example.org", 7, None],
        "...@example.org": {"b": 0.5},
    }


@pytest.mark.parametrize("name", ["key", "api_key", "X-Token", "PASSWORD", "secret"])
def test_names_of_secrets_are_known(name):
    assert is_secret_name(name)
    assert not is_secret_name(f"{name}board")


@pytest.mark.parametrize(
    "end",
    ["", "[SQL: INSERT]\n", "\nThe above exception was", "(Background on this"],
)
@pytest.mark.parametrize("label", ["DETAIL", "CONTEXT", "HINT"])
def test_rows_that_a_fault_quotes_are_left_out_to_their_end(label, end):
    fault = f"new row is wrong\n{label}:  Failing row contains (Ruth,\n\nline two).\n"
    shown = without_rows(fault + end)
    assert "Ruth" not in shown
    assert "line two" not in shown
    assert shown == "new row is wrong\n" + end.lstrip("\n")


@given(st.text())
def test_masking_twice_masks_no_more(text):
    assert masked(masked(text)) == masked(text)
