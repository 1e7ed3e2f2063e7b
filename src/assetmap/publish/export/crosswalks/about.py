"""What a crosswalk says of itself: inputs, method, columns, what lies outside."""

from dataclasses import dataclass
from typing import Any

from assetmap.boundaries.model import BoundarySet
from assetmap.people.model import PEOPLE, CountSet
from assetmap.reconciliation.crosswalks.question import Question
from assetmap.reconciliation.crosswalks.run import Answer

Json = dict[str, Any]


@dataclass(frozen=True)
class Shown:
    """How a crosswalk is shown: with slivers as rows, and over what lies inside."""

    slivers: bool = False
    normalised: bool = False


METHOD = {
    "area": "weight = area of (source and target) / area of source, in EPSG:27700",
    "people": "weight = people in (source and target) / people in source, counted at "
    "the places of postcodes; by area where a source has no people",
    "postcodes": "weight = postcode places in (source and target) / those in source; "
    "by area where a source has none",
}


def about(answer: Answer, shown: Shown) -> Json:
    """A crosswalk without its rows; the same again is the same to the last byte."""
    question, run = answer.question, answer.run
    sets = (question.source, question.target)
    said = [each.attribution for each in sets]
    if question.counts is not None:
        said.append(question.counts.attribution)
    return {
        "source": _set(question.source),
        "target": _set(question.target),
        "by": question.by,
        "measure": run.measure,
        "counts": run.counts,
        **vintages_of(question),
        "method": METHOD[run.measure],
        "computed_by": run.computed_by,
        "settings": run.settings
        | {"slivers_as_rows": shown.slivers, "row_normalised": shown.normalised},
        "summary": run.summary,
        "inputs": run.inputs,
        "assetmap": run.assetmap_version,
        "notes": _notes(answer, shown),
        "attribution": list(dict.fromkeys(each for each in said if each)),
    }


def vintages_of(question: Question) -> Json:
    """Of which day the counts and the postcodes of a crosswalk are."""
    return {
        "counts_vintage": _vintage(question.counts),
        "postcodes_vintage": _vintage(question.places),
    }


def _vintage(counts: CountSet | None) -> str | None:
    return None if counts is None else counts.vintage.isoformat()


def _set(row: BoundarySet) -> Json:
    return {
        "set": row.name,
        "title": row.title,
        "kind": row.kind,
        "version": row.version,
        "valid_from": row.valid_from.isoformat(),
        "valid_to": None if row.valid_to is None else row.valid_to.isoformat(),
        "boundaries": row.boundaries,
        "overlapping": row.overlapping,
        "made_how": row.made_how,
        "licence": row.licence,
    }


def _notes(answer: Answer, shown: Shown) -> list[str]:
    """What a reader must know before using the weights."""
    run, summary = answer.run, answer.run.summary
    notes = [*answer.question.notes]
    if run.is_fractional:
        notes.append(
            "Targets overlap each other: weight counts shared ground whole to each, "
            "weight_fractional in equal parts. Only the fractional ones add up to 1."
        )
    if summary["sources_by_area"]:
        notes.append(
            f"{summary['sources_by_area']:,} sources have no {run.measure}: their rows "
            "are weighted by area."
        )
    if summary["uncounted"]:
        notes.append(
            f"{summary['uncounted']:,} places of postcodes lie in no building block "
            "with a count: nobody is counted there."
        )
    thin = summary["slivers"]
    if thin["count"] and not shown.slivers:
        notes.append(
            f"{thin['count']:,} slivers ({thin['m2']:,.1f} m² in all, the largest "
            f"{thin['largest_m2']:,.1f} m²) are not rows; their weight is in the row "
            "without a target."
        )
    if shown.normalised:
        notes.append("Weights are over what lies inside the targets, as was asked.")
    return notes


def dictionary(answer: Answer, shown: Shown, url: str) -> Json:
    """The data dictionary that goes beside a CSV file, as CSV on the Web has it."""
    told = about(answer, shown)
    return {
        "@context": "http://www.w3.org/ns/csvw",
        "url": url,
        "dc:title": f"Crosswalk of {told['source']['set']} to "
        f"{told['target']['set']} by {told['measure']}",
        "dc:license": sorted({told[each]["licence"] for each in ("source", "target")}),
        "tableSchema": {
            "columns": columns(answer),
            "primaryKey": ["source", "target"],
        },
        "assetmap:crosswalk": told,
    }


def columns(answer: Answer) -> list[Json]:
    """Each column's name, type and meaning, in order."""
    run = answer.run
    unit = "people" if run.measure == PEOPLE else run.measure
    amount = "area in m²" if run.measure == "area" else f"{unit}, or m² in rows by area"
    found = [
        ("source", "string", f"code in {run.source}"),
        ("target", "string", f"code in {run.target}; empty for what lies outside all"),
        ("weight", "double", f"share of the source's {unit} in the target, 0 to 1"),
    ]
    if run.is_fractional:
        told = "as weight, but what k targets hold counts 1/k to each: adds up to 1"
        found.append(("weight_fractional", "double", told))
    found += [
        ("weighted_by", "string", "what the weight of the row is by"),
        ("overlap", "double", f"what source and target share: {amount}"),
    ]
    return [
        {"name": name, "datatype": kind, "dc:description": told}
        for name, kind, told in found
    ]
