"""What a policy refuses is told by the rule: what, who may, and how to get it."""

from assetmap.publish.out_of_reach import out_of_reach
from tests.publish.matrix.test_writes import WRITING
from tests.publish.test_who_may import CASES


def test_every_refusal_says_what_who_may_and_who_gives_that():
    for route, method in (each.values for each in CASES):
        rule = WRITING.get(f"{method} {route.path}")
        if rule is None:
            continue
        refused = out_of_reach(route)
        said = str(refused)
        assert said.startswith(f"{rule.name} is for "), route.path
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
        "grant:give is for steward of what their grant names; organisation_editor of "
        "what their grant names; administrator of what no neighbourhood and no "
        "organisation keeps. What you named, or what it would become, is none of that "
        "for you. The role of steward is given by the stewards of the neighbourhood, "
        "the first by an administrator; the role of organisation_editor is given by "
        "the organisation's editors, the first by an administrator; the role of "
        "administrator is given by an administrator. GET /session tells your roles, "
        "and /account/rights what they reach."
    )


def test_without_a_rule_nothing_is_told_of_who_may():
    refused = out_of_reach(None)
    assert "not yours to act on" in str(refused)
    assert refused.facts == {}
