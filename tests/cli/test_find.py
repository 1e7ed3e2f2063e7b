"""Finding assets on the command line."""

import json


def test_assets_are_found_by_words_and_nearness_with_how_many(town, run):
    found = run("find", "hal", "--near", "m11ab", "--within-m", "1000")
    assert found.code == 0, found.err
    assert "1 found" in found.out
    assert "Hall  20 m" in found.out
    assert "Village, church or parish hall; M1 1AB" in found.out
    assert "Contains halls." in found.out

    # Nearest first, without what is hidden.
    found = run("find", "--near", "M1 1AB", "--json")
    told = json.loads(found.out)
    assert [each["name"] for each in told["assets"]] == ["Hall", "Park", "Pond"]
    assert told["sort"] == "distance"
    assert told["counts"]["total"] == 3

    found = run("find", "vilage", "hall", "--in", "boundary:wards/W")
    assert "vilage: looked for village too" in found.out
    none = run("find", "zzzz")
    assert (none.code, none.out.strip()) == (0, "0 found")


def test_what_cannot_be_asked_is_told(town, run):
    for words in (
        ("--near", "M9 9ZZ"),
        ("--near", "here,there"),
        ("--in", "nowhere"),
        ("!!",),
        ("--within-m", "5"),
        ("--sort", "relevance"),
        ("--category", "place.vilage_hall"),
        ("--open-now", "--open-at", "2026-07-01T10:30"),
    ):
        found = run("find", *words)
        assert found.code == 2, words
        assert found.err, words
        assert "Traceback" not in found.err
