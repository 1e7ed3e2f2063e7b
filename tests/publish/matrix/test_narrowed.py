"""Keys that are narrowed write no more than what they are narrowed to."""

import pytest

from assetmap.accounts.rules import rules
from tests.accounts.two_places import ROLES
from tests.publish.matrix.test_writes import ALWAYS, WRITING, is_sent_away, may
from tests.publish.matrix.town import NARROWED
from tests.publish.matrix.writes import all_writes

OF_THEMSELVES = {"key", "session", "account", "invitation", "grant"}
"""Things of which a narrowed key hands on no more than it has, or less."""


def in_scope(who, scopes, rule):
    """What words somebody's narrowed key leaves them of a rule."""
    role = ROLES[who][0]
    words = rules()[rule.thing, rule.action].words
    left = {"all", "published"} & words["public"]
    for each in ("public", role):
        if each in scopes or rule.name in scopes:
            left |= words[each]
    return left


READS_ALONE = "bay-steward, of boundaries"


@pytest.mark.parametrize("name", NARROWED)
def test_a_narrowed_key_writes_what_it_is_narrowed_to(town, name):
    who, scopes = NARROWED[name]
    wrong, done_some = {}, False
    for write in all_writes(town.world, town.extras):
        if write.by != "key" or write.route not in WRITING or write.table is None:
            continue
        answer = town.ask(name, write.path, write.route.split()[0], **write.sent)
        changed, told = town.held.changed(), town.held.told()
        if changed:
            town.held.put_back(list(changed))
        done = answer.status_code < 400 and not is_sent_away(answer)
        rule = WRITING[write.route]
        left = in_scope(who, scopes, rule)
        whole = rules()[rule.thing, rule.action].words[ROLES[who][0]]
        is_allowed = may(town, who, write)
        done_some |= done
        is_wrong = (
            answer.status_code >= 500
            or (not done and bool(set(changed) - ALWAYS or told))
            or (done and not (is_allowed and left))
            or (
                not done
                and is_allowed
                and left >= whole
                and rule.thing not in OF_THEMSELVES
            )
        )
        if is_wrong:
            wrong[str(write)] = f"{answer.status_code} {answer.text[:200]} {changed}"
    assert wrong == {}
    assert done_some == (name != READS_ALONE)


TOLD = {
    "bay-steward, of assets": ["steward"],
    "administrator, of accounts": ["administrator"],
    "bay-contributor, as one": ["contributor"],
    READS_ALONE: [],
}


@pytest.mark.parametrize("name", NARROWED)
def test_a_narrowed_key_is_told_of_what_it_acts_by(town, name):
    assert town.ask(name, "/session", "GET").json()["roles"] == TOLD[name]
    told = town.ask(name, "/account/rights", "GET").json()["grants"]
    assert [each["role"] for each in told] == TOLD[name]
