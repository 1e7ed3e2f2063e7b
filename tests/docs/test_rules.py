"""The rules are told as they are."""

import re
from pathlib import Path

from assetmap.accounts.rules import ROLES, rules

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "access.md"


def table():
    """The table of rules as the page has it; print it to bring the page up."""
    rows = [["thing", "action", *ROLES], ["---"] * (2 + len(ROLES))]
    for (thing, action), rule in rules().items():
        cells = (" ".join(sorted(rule.words[role])) for role in ROLES)
        rows.append([thing, action, *cells])
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def test_the_page_has_the_table_of_rules_as_it_is():
    text = PAGE.read_text(encoding="utf-8")
    told = re.search(r"<!-- rules -->\n(.*)\n<!-- /rules -->", text, re.S)
    assert told[1] == table()
