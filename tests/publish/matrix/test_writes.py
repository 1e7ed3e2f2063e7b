"""What every role writes, and what came of it in the database: what the rules say."""

import pytest

from tests.accounts.two_places import WHO
from tests.publish.matrix.writes import all_writes
from tests.publish.test_who_may import CASES, checks

WRITING = {
    f"{method} {route.path}": checks(route)[0]
    for route, method in (each.values for each in CASES)
    if method not in {"GET", "HEAD", "OPTIONS"}
}
"""The rule of every route that takes something."""

ALWAYS = {
    "sign_in_attempt",
    "consensus_kept",
    "consensus_point",
    "consensus_release",
    "consensus_square",
    "sketch_laid",
}
"""Tables in which is counted who tries what, or kept what is worked out of drawings."""

UNTOLD = {"link_device"}
"""Tables of which the audit tells nothing: that says why there."""


def may(town, who, write):
    """Whether the table of rules lets somebody do it."""
    if write.allows is not None:
        return write.allows(who)
    rule = WRITING[write.route]
    is_seen = write.seen_as is None or town.world.reaches(
        who, *write.seen_as, write.facts
    )
    return is_seen and town.world.reaches(who, rule.thing, rule.action, write.facts)


def wrong(town, who, write):
    """What is not as the rules say when somebody sends it; nothing where all is."""
    answer = town.send(who, write)
    changed, told = town.held.changed(), town.held.told()
    if changed:
        town.held.put_back(list(changed))
    done = answer.status_code < 400 and not is_sent_away(answer)
    if write.table is None:
        return [] if not changed and answer.status_code < 500 else [answer.text[:300]]
    is_allowed = may(town, who, write)
    found = []
    if done != is_allowed:
        found.append(f"{answer.status_code} {answer.text[:300]}")
    if not is_allowed and (changed or told):
        found.append(f"changed {changed}, told {told}")
    if is_allowed and write.table not in changed:
        found.append(f"changed {changed}")
    if set(changed) - write.beside - {write.table, *ALWAYS}:
        found.append(f"changed beside {changed}")
    if is_allowed and write.row is not None and changed.get(write.table) != {write.row}:
        found.append(f"changed {changed}, not row {write.row}")
    if is_allowed and not told and write.table not in UNTOLD:
        found.append("the audit tells nothing")
    if answer.status_code == 500:
        found.append("failed")
    return found


def is_sent_away(answer):
    """Whether a page sends somebody to sign in first."""
    return "/sign-in" in answer.headers.get("location", "")


def test_every_route_that_takes_something_is_tried(town):
    tried = {each.route for each in all_writes(town.world, town.extras)}
    assert tried == set(WRITING)


@pytest.mark.parametrize("who", WHO)
def test_a_write_does_in_the_database_what_the_rules_say(town, who):
    found = {
        str(each): said
        for each in all_writes(town.world, town.extras)
        if (said := wrong(town, who, each))
    }
    assert found == {}
