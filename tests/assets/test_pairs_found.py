"""Which assets may be one, by toy examples that can be checked by hand."""

import pytest
import shapely

from assetmap.assets.duplicates.finding import find_pairs
from assetmap.assets.duplicates.kinds import Fit, Kinds
from assetmap.assets.duplicates.likeness import Rarity, likeness
from assetmap.assets.duplicates.model import Described, Evidence
from assetmap.assets.duplicates.telling import said
from assetmap.assets.duplicates.weighing import Weighing, score_of, seen
from assetmap.assets.duplicates.words import numbers_of, page_of, phone_of, words_of
from assetmap.assets.model import Category
from assetmap.assets.taxonomy import categories

KINDS = Kinds((*categories(), Category("place.shed", "place.village_hall", "Shed")))
LABELS = [each.label for each in categories()]


def one(number, name, x=0.0, y=0.0, **more):
    told = {"category": "place.village_hall", "source": f"list {number}"} | more
    place = told.pop("geom", shapely.Point(383_000 + x, 398_000 + y))
    return Described(id=number, name=name, geom=place, **told)


def found(*assets):
    pairs, _ = find_pairs(assets, categories())
    return {(each.first_id, each.second_id, each.basis) for each in pairs}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("The Crownhill Library Ltd.", ("crownhill", "library")),
        ("St. Mary's & All Saints", ("st", "marys", "all")),
        ("Saint Mary\N{RIGHT SINGLE QUOTATION MARK}s", ("st", "marys")),
        ("Llyfrgell Aberdâr", ("library", "aberdar")),
        ("2nd Ashby Scouts", ("2", "ashby", "scouts")),
        ("Hayle RFC", ("hayle", "rugby", "football", "club")),
        ("The And Ltd", ("the", "and", "ltd")),
        ("!!!", ()),
    ],
)
def test_names_are_compared_by_the_words_that_tell(name, words):
    assert words_of(name) == words


def test_numbers_and_addresses_are_brought_to_one_form():
    assert phone_of("+44 (0)161 496 0000") == phone_of("0161 496 0000") == "614960000"
    assert phone_of("999") is phone_of(None) is None
    assert page_of("https://www.Example.org/Hall/") == (
        "example.org",
        "example.org/hall",
    )
    assert page_of("example.org?a=1") == ("example.org", "example.org?a=1")
    assert page_of("nonsense") is page_of("http://[") is page_of("") is None
    assert numbers_of("Flat 2, 10b High Street") == {"2", "10b"}


@pytest.mark.parametrize(
    ("first", "second", "alike"),
    [
        ("Crownhill Library", "Crownhill Library", 1.0),
        ("Crownhill Library", "Crownhil Library", 1.0),
        ("Health Care Hub", "Healthcare Hub", 1.0),
        ("Ashby Cricket Club", "Ashby Tennis Club", 0.61),
        ("Ashby Hall", "Birch Hall", 0.11),
    ],
)
def test_rare_words_tell_more_than_common_ones(first, second, alike):
    rarity = Rarity([words_of("Ashby Hall"), words_of("Birch Hall")], LABELS)
    both = likeness(words_of(first), words_of(second), rarity)
    assert both.alike == pytest.approx(alike, abs=0.01)


@pytest.mark.parametrize(
    ("first", "second", "apart"),
    [
        ("1st Ashby Scouts", "2nd Ashby Scouts", "numbers"),
        ("Ashby North Hall", "Ashby South Hall", "opposites"),
        ("Ashby Hall", "Ashby Hall 2", None),
    ],
)
def test_numbers_and_opposites_tell_names_apart(first, second, apart):
    rarity = Rarity([], LABELS)
    assert likeness(words_of(first), words_of(second), rarity).apart == apart


@pytest.mark.parametrize(
    ("first", "second", "fit"),
    [
        ("institution.library", "institution.library", Fit.SAME),
        ("institution.library", "institution", Fit.RELATED),
        ("place.village_hall", "place.shed", Fit.RELATED),
        ("place.shed", "place.community_centre", Fit.RELATED),
        ("place.warm_hub", "institution.library", Fit.RELATED),
        ("place.park", "place.play_space", Fit.UNLIKE),
        ("institution.pharmacy", "institution.gp_practice", Fit.APART),
        ("culture.story", "institution.library", Fit.APART),
    ],
)
def test_categories_go_together_or_tell_two_things_apart(first, second, fit):
    assert KINDS.fit(first, second) == KINDS.fit(second, first) == fit


def test_distance_alone_makes_nothing_one():
    same_site = one(2, "Birch Hall"), one(3, "Ashby Pharmacy")
    assert found(one(1, "Ashby Hall"), *same_site) == set()
    two = (
        one(4, "Ashby Surgery", category="institution.gp_practice"),
        one(5, "Ashby Surgery", category="institution.pharmacy"),
    )
    assert found(*two) == set()


def test_near_and_alike_are_one_and_far_ones_are_not():
    assert found(one(1, "Ashby Hall"), one(2, "Ashby Hall", 40)) == {(1, 2, "all")}
    assert found(one(1, "Ashby Hall"), one(2, "Ashby Hall", 5_000, 5_000)) == set()


def test_lines_and_areas_are_as_near_as_their_nearest_points():
    park = shapely.box(383_000, 398_000, 386_000, 401_000)
    whole = one(1, "Quarry Park", category="place.park", geom=park)
    gate = one(2, "Quarry Park", 2_990, 2_990, category="place.park")
    assert found(whole, gate) == {(1, 2, "all")}


def test_without_a_place_a_rare_name_a_number_or_a_page_tells():
    group = {"geom": None, "category": "association.peer_support"}
    first = one(1, "Quarrymen Singing", **group)
    assert found(first, one(2, "Quarrymen Singing", **group)) == {(1, 2, "all")}
    line = one(3, "Listening Ear", phone="0161 496 0000", **group)
    again = one(4, "The Listening Ear Line", phone="(0161) 4960000", **group)
    assert found(line, again) == {(3, 4, "all")}


def test_a_hidden_place_is_compared_for_those_alone_who_may_see_it():
    shown = one(1, "Ashby Hall", postcode="M1 1AA", phone="0161 496 0000")
    hidden = one(
        2, "Ashby Hall", 3, postcode="M1 1AA", phone="0161 496 0000", is_exact=False
    )
    pairs, _ = find_pairs((shown, hidden), categories())
    kinds = {each.basis: {why.kind for why in each.evidence} for each in pairs}
    assert kinds == {
        "whole": {"name", "distance", "category", "phone"},
        "shown": {"name", "category", "phone"},
    }


def test_a_crowd_at_one_place_is_parted_by_second_words_and_what_is_left_is_told():
    crowd = [one(n, "Ashby Club") for n in range(1, 70)]
    _, done = find_pairs(crowd, categories())
    assert (done.pairs, done.assets) == (0, 69)
    assert done.left_out > 0
    apart = [one(n, f"Ashby {chr(97 + n % 26) * 5}{n // 26} Club") for n in range(70)]
    apart.append(one(99, "Ashby aaaaa0 Clwb"))
    assert (0, 99, "all") in found(*apart)


def test_what_is_weighed_is_told_in_words_and_adds_up():
    both = {
        **dict.fromkeys(("source", "keeper"), "one"),
        "email": "a@example.org",
        "provider": "Ashby Trust",
        "url": "https://example.org/ashby",
        "source_ref": "AB123",
    }
    looked = [
        seen(
            one(
                *(n, "Ashby Hall", n),
                address=f"{n} Low Road",
                uprn=str(n),
                register=(f"GB-CHC-{n}",),
                **both,
            )
        )
        for n in (1, 2)
    ]
    rarity = Rarity([each.names[0] for each in looked], LABELS)
    evidence = Weighing(looked, rarity, KINDS).evidence(*looked)
    told = {each.kind: said(each) for each in evidence}
    assert told == {
        "name": "their names are alike by 1.00 of 1: both say ashby, hall",
        "distance": "they lie 1 m apart",
        "category": "both are of one kind (place.village_hall)",
        "list": "one list names both",
        "email": "both have one e-mail address",
        "keeper": "both are kept by one keeper",
        "page": "both have one page on the web",
        "provider": "both are run by one body",
        "reference": "both lists call it by one code",
        "address": "the numbers in their addresses differ",
        "register": "their numbers in GB-CHC differ",
    }
    bits = -6 + sum(each.bits for each in evidence)
    assert score_of(evidence) == pytest.approx(1 / (1 + 2**-bits), abs=1e-4)


@pytest.mark.parametrize(
    ("kind", "facts", "words"),
    [
        ("postcode", {"same": True}, "their postcodes are the same"),
        ("uprn", {"differ": True}, "their UPRNs differ"),
        ("phone", {"others": 7}, "both have one telephone number, as have 7 others"),
        ("address", {"alike": 0.9}, "their addresses are alike by 0.90 of 1"),
        (
            "category",
            {"fit": "apart", "categories": ["a", "b"]},
            "a a and a b are two things, wherever they are",
        ),
    ],
)
def test_other_things_are_told_in_words_too(kind, facts, words):
    assert said(Evidence(kind, 1.0, facts)) == words


def test_a_name_that_tells_apart_says_why():
    facts = {"alike": 0.5, "shared": [], "only_first": ["1"], "only_second": ["2"]}
    for apart, words in (("numbers", "numbers differ"), ("opposites", "two places")):
        assert words in said(Evidence("name", -7, facts | {"apart": apart}))
    assert "9 are called so" in said(Evidence("name", 1, facts | {"namesakes": 9}))
