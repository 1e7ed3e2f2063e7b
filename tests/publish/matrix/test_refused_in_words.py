"""What a policy refuses is told by the rule: what, who may, and how to get it."""

import pytest

from assetmap.accounts.acting import Actor, Held
from assetmap.accounts.rules import rules
from assetmap.errors import NotAllowed
from assetmap.publish.authority import require
from assetmap.publish.out_of_reach import in_words, out_of_reach
from tests.publish.matrix.test_writes import WRITING
from tests.publish.test_who_may import CASES


def test_every_refusal_says_what_who_may_and_who_gives_that():
    for route, method in (each.values for each in CASES):
        rule = WRITING.get(f"{method} {route.path}")
        if rule is None:
            continue
        refused = out_of_reach(route)
        said = str(refused)
        assert said.startswith(f"{in_words(rule)} is for "), route.path
        assert refused.facts == {"rule": rule.name, "needs": rule.roles()}
        for role in set(rule.roles()) - {"public"}:
            everybody = rule.words["public"] >= rule.words[role]
            assert (f"role of {role} is given by" in said) != everybody, said
        assert "/account/rights" in said
        assert "{" not in said


def test_the_rules_are_in_words():
    route = next(
        each.values[0]
        for each in CASES
        if each.values[0].path == "/grants" and each.values[1] == "POST"
    )
    assert str(out_of_reach(route)) == (
        "Giving a grant (grant:give) is for steward of what their grant names; "
        "organisation_editor of what their grant names; administrator of what no "
        "neighbourhood and no organisation keeps. What you named, or what it would "
        "become, is none of that for you. The role of steward is given by the stewards "
        "of the neighbourhood, the first by an administrator; the role of "
        "organisation_editor is given by the organisation's editors, the first by an "
        "administrator; the role of administrator is given by an administrator. "
        "GET /session tells your roles, "
        "and /account/rights what they reach."
    )


def test_every_rule_is_in_words():
    for rule in rules().values():
        said = in_words(rule)
        assert said.endswith(f"({rule.name})")
        assert "_" not in said.removesuffix(f"({rule.name})")


STEWARD, EDITOR, ANALYST = (
    Held("steward", neighbourhood="cove"),
    Held("organisation_editor", organisation="den"),
    Held("analyst"),
)


def refused(actor, thing, action):
    with pytest.raises(NotAllowed) as caught:
        require(actor, rules()[thing, action])
    return str(caught.value)


def test_a_refusal_says_which_role_would_do_and_who_gives_it():
    actor = Actor(1, "a", "Ann", held=(STEWARD, EDITOR))
    assert refused(actor, "load", "create") == (
        "'Ann' has steward, organisation_editor. Making a load of data (load:create) "
        "needs the role of administrator. The role of administrator is given by an "
        "administrator."
    )


def test_a_narrowed_key_hears_nothing_of_what_its_account_has_elsewhere():
    held = (STEWARD, EDITOR, ANALYST)
    actor = Actor(1, "a", "Ann", "person", "k", "Loader", ("asset:read",), held)
    assert refused(actor, "sketch", "moderate") == (
        "'Loader' is a key for asset:read alone. Use one that is for more. Moderating "
        "a drawing (sketch:moderate) needs the role of steward. The role of steward is "
        "given by the stewards of the neighbourhood, the first by an administrator."
    )
    # The same is said where the account has no role that would do.
    none = Actor(1, "a", "Ann", "person", "k", "Loader", ("asset:read",), ())
    for thing, action in (("sketch", "moderate"), ("load", "create"), ("job", "list")):
        assert refused(none, thing, action) == refused(actor, thing, action)


@pytest.mark.parametrize(
    ("scopes", "left"),
    [
        (None, {"steward", "organisation_editor", "analyst"}),
        (("asset:create",), {"steward", "organisation_editor"}),
        (("sketch:moderate",), {"steward"}),
        (("analyst",), {"analyst"}),
        (("boundary_set:read",), set()),
        ((), set()),
    ],
)
def test_a_narrowed_key_tells_of_the_roles_that_it_acts_by(scopes, left):
    actor = Actor(
        1, "a", "Ann", key="k", scopes=scopes, held=(STEWARD, EDITOR, ANALYST)
    )
    assert {each.role for each in actor.within} == left


def test_without_a_rule_nothing_is_told_of_who_may():
    refused = out_of_reach(None)
    assert "not yours to act on" in str(refused)
    assert refused.facts == {}
