"""Each thing that speaks for or against two assets being one, in words."""

from collections.abc import Mapping
from typing import Any

from assetmap.assets.duplicates.model import Evidence

LIKELY = 0.9
"""Score from which a pair is likely one thing; below it may be."""

_FITS = {
    "same": "both are of one kind ({0})",
    "related": "their kinds go together ({0}, {1})",
    "unlike": "they are of different kinds ({0}, {1})",
    "apart": "a {0} and a {1} are two things, wherever they are",
}
_SHARED = {
    "phone": "both have one telephone number",
    "email": "both have one e-mail address",
    "page": "both have one page on the web",
    "host": "both have pages on one site of the web",
    "uprn": "both have one UPRN",
    "register": "both have one number in a register",
    "reference": "both lists call it by one code",
    "provider": "both are run by one body",
    "keeper": "both are kept by one keeper",
}


def said(evidence: Evidence) -> str:
    """What was found, as a sentence without its end."""
    facts = evidence.facts
    if evidence.kind == "name":
        return _name(facts)
    if evidence.kind == "distance":
        return f"they lie {facts['distance_m']:,.0f} m apart"
    if evidence.kind == "postcode":
        return f"their postcodes are {'the same' if facts['same'] else 'different'}"
    if evidence.kind == "category":
        return _FITS[facts["fit"]].format(*facts["categories"])
    if evidence.kind == "list":
        return "one list names both"
    if evidence.kind == "address":
        return _address(facts)
    return _share(evidence.kind, facts)


def _name(facts: Mapping[str, Any]) -> str:
    told = f"their names are alike by {facts['alike']:.2f} of 1"
    if facts["shared"]:
        told += f": both say {', '.join(facts['shared'])}"
    for which in ("first", "second"):
        if only := facts[f"only_{which}"]:
            told += f"; only the {which} says {', '.join(only)}"
    if facts.get("apart") == "numbers":
        told += "; their numbers differ"
    if facts.get("apart") == "opposites":
        told += "; those are names of two places"
    if "namesakes" in facts:
        told += f"; {facts['namesakes']:,} are called so"
    return told


def _address(facts: Mapping[str, Any]) -> str:
    if facts.get("numbers") == "differ":
        return "the numbers in their addresses differ"
    return f"their addresses are alike by {facts['alike']:.2f} of 1"


def _share(kind: str, facts: Mapping[str, Any]) -> str:
    if "differ" in facts:
        what = "UPRNs" if kind == "uprn" else f"numbers in {facts['differ']}"
        return f"their {what} differ"
    told = _SHARED[kind]
    others = facts.get("others", 0)
    return f"{told}, as have {others:,} others" if others else told


def explained(pair_score: float, evidence: list[Evidence]) -> str:
    """The whole in one line: the score, and each thing with its bits."""
    parts = ", ".join(f"{said(each)} ({each.bits:+.1f})" for each in evidence)
    return f"{pair_score:.2f}: {parts}"
