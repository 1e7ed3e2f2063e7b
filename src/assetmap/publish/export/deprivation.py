"""How deprived a footprint is, as JSON and as a table."""

from collections.abc import Iterator
from typing import Any

from assetmap.people.model import PEOPLE
from assetmap.publish.export.agreed.withheld import people_withheld, suppressed_of
from assetmap.publish.export.figures import whole as number
from assetmap.publish.export.provenance import METHODS, made_json
from assetmap.publish.export.reconciliation.answers import NOT_PEOPLE
from assetmap.reconciliation.deprivation.run import Deprivation
from assetmap.reconciliation.deprivation.scores import Deprived

Json = dict[str, Any]
NOBODY = "Nobody is counted in it: there is no score of its people."


def deprivation_json(found: Deprivation) -> Json:
    """The answer; while no people are counted every ``people`` reads ``postcodes``."""
    scores = found.scores
    return {
        "footprint": {
            "label": found.subject.footprint.label,
            found.measure: found.people,
            f"{found.measure}_at": found.people_at,
        },
        "scores": {
            "name": scores.name,
            "title": scores.title,
            "vintage": scores.vintage,
            "blocks": found.blocks,
            "publisher": scores.publisher,
            "licence": scores.licence,
            "source": scores.source,
        },
        "domains": [_domain(each, found.measure) for each in found.domains],
        **made_json(_method(found.measure), found.settings, found.inputs),
        "suppressed": [
            *suppressed_of(found.subject.made),
            *people_withheld(_numbers(found)),
        ],
        "notes": list(notes_of(found)),
        "attribution": list(found.attribution),
    }


def _numbers(found: Deprivation) -> Iterator[tuple[Json, float]]:
    """The counts of people, and of what each is."""
    yield {}, found.people
    for each in found.domains:
        which = {"domain": each.slug}
        yield which | {"of": "with_score"}, each.people
        yield which | {"of": "without_score"}, each.without
        for decile, people in enumerate(each.by_decile or (), start=1):
            yield which | {"decile": decile}, people


def _method(measure: str) -> Json:
    return {
        "score": f"mean of the scores of building blocks, by their {measure} within",
        measure: METHODS[measure],
    }


def notes_of(found: Deprivation) -> tuple[str, ...]:
    """What must be said beside the numbers."""
    notes = [*found.notes]
    if found.measure != PEOPLE:
        notes.append(NOT_PEOPLE)
    if not found.people:
        notes.append(NOBODY)
    return tuple(notes)


def _domain(each: Deprived, measure: str) -> Json:
    deciles = None
    if each.by_decile is not None:
        whole = sum(each.by_decile)
        deciles = [
            {
                "decile": place,
                measure: n,
                f"share_of_{measure}_with_decile": n / whole if whole > 0 else None,
            }
            for place, n in enumerate(each.by_decile, start=1)
        ]
    return {
        "domain": each.slug,
        "title": each.title,
        "score": each.score,
        f"{measure}_with_score": each.people,
        f"{measure}_without_score": each.without,
        "share_most_deprived_10_percent": each.share_of_deciles(1),
        "share_most_deprived_20_percent": each.share_of_deciles(2),
        "deciles": deciles,
    }


def deprivation_table(found: Deprivation) -> str:
    """The answer in plain text: a line for each domain."""
    label = found.subject.footprint.label
    lines = [label, "=" * len(label)]
    lines.append(f"  {number(found.people)} {found.measure}; {found.scores.title}")
    lines += [f"  {note}" for note in notes_of(found)]
    lines += ["", f"  {'':<44}{'score':>9}{'most deprived 10 %':>20}{'20 %':>8}"]
    for each in found.domains:
        score = "-" if each.score is None else f"{each.score:,.3f}"
        shares = [_percent(each.share_of_deciles(most)) for most in (1, 2)]
        lines.append(f"  {each.title[:43]:<44}{score:>9}{shares[0]:>20}{shares[1]:>8}")
    return "\n".join(lines)


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f} %"
