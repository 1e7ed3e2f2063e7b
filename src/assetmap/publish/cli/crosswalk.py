"""``assetmap crosswalk``: the share of each source boundary in each target boundary."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, get_args

import typer

from assetmap.db.engine import snapshot_scope
from assetmap.errors import Invalid
from assetmap.publish.cli.console import (
    err,
    migrated_engine,
    out,
    print_json,
    telling,
    watching,
)
from assetmap.publish.export.crosswalks.about import Shown, about
from assetmap.publish.export.crosswalks.files import Format, beside_csv, written
from assetmap.publish.export.figures import fitted, km2, remarks, share, sources
from assetmap.reconciliation.crosswalks import run as run_crosswalk
from assetmap.reconciliation.crosswalks import store as saved
from assetmap.reconciliation.crosswalks.question import By, question_of
from assetmap.reconciliation.crosswalks.run import Answer
from assetmap.reconciliation.crosswalks.store import Sides

SourceSet = Annotated[str, typer.Argument(help="The set to come from.")]
TargetSet = Annotated[str, typer.Argument(help="The set to go to.")]
Measured = Annotated[By, typer.Option(help="What weights are by.")]
Counts = Annotated[
    str | None,
    typer.Option(
        help="Which counts of people; absent: those of the day, or the newest."
    ),
]
Day = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="Both sets must hold on this day."),
]


class BadOutput(Invalid):
    """The name of a file to write does not tell a format."""

    title = "Bad output file"


def crosswalk(
    source: SourceSet,
    target: TargetSet,
    by: Measured = "people",
    to: Annotated[
        Path | None, typer.Option("--output", "-o", help="A .csv, .json or .parquet.")
    ] = None,
    slivers: Annotated[bool, typer.Option(help="Slivers as rows too.")] = False,
    normalise: Annotated[
        bool, typer.Option(help="Weights over what lies inside the targets.")
    ] = False,
    counts: Counts = None,
    as_at: Day = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="What is told of it, as JSON.")
    ] = False,
) -> None:
    """Make the crosswalk of SOURCE to TARGET, or take the saved one, and write it."""
    shown = Shown(slivers, normalise)
    with telling():
        form = None if to is None else _format(to)
        answer, sides = answered(source, target, by, as_at, counts)
        told = about(answer, shown)
        if to is not None and form is not None:
            _write(answer, sides, shown, form, to)
    if as_json:
        print_json(told)
    else:
        out.print(_table(told), markup=False)
        out.print("\n" + sources(told["attribution"]), markup=False)


def answered(
    source: str, target: str, by: By, as_at: datetime | None, counts: str | None
) -> tuple[Answer, Sides]:
    """The crosswalk, made and saved unless it was, and the boundaries of both sets."""
    day = as_at.date() if as_at else None
    with watching() as progress, snapshot_scope(migrated_engine()) as session:
        answer = run_crosswalk.make_crosswalk(
            session,
            lambda it: question_of(it, source, target, by, day, counts),
            progress,
        )
        sides = saved.sides_of(session, answer.run)
    return answer, sides


def _format(path: Path) -> Format:
    found: Any = path.suffix.lower().removeprefix(".")
    if found not in get_args(Format):
        raise BadOutput(
            f"{path.name} does not end in .csv, .json or .parquet.", file=path.name
        )
    form: Format = found
    return form


def _write(
    answer: Answer, sides: Sides, shown: Shown, form: Format, path: Path
) -> None:
    """Write beside the file, then put it in its place: never half a crosswalk."""
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("wb") as file:
            file.writelines(written(answer, sides, shown, form))
        part.replace(path)
        if form == "csv":
            beside = path.with_name(f"{path.name}-metadata.json")
            beside.write_bytes(beside_csv(answer, shown, path.name))
    except OSError as error:
        part.unlink(missing_ok=True)
        raise BadOutput(
            f"{path} cannot be written: {error.strerror}.", file=str(path)
        ) from error
    err.print(f"  wrote {path}", markup=False)


def _table(told: dict[str, Any]) -> str:
    """What a crosswalk amounts to, for a person: where all of the source went."""
    summary, measure = told["summary"], told["measure"]
    source, target = told["source"]["set"], told["target"]["set"]
    title = f"From {source} to {target}, by {measure}"
    amounts = (
        (f"in a boundary of {target}", summary["allocated"]),
        ("outside all of them", summary["outside"]),
        (f"all of {source}", summary["total"]),
    )
    lines = [
        title,
        "=" * len(title),
        *remarks([_numbers(told)]),
        *(
            f"  {fitted(name, 42):<44}{_amount(amount, measure):>24}"
            f"{share(amount, summary['total']):>10}"
            for name, amount in amounts
        ),
        f"  The amounts were found by {told['computed_by']}.",
        *remarks(told["notes"]),
    ]
    return "\n".join(lines)


def _numbers(told: dict[str, Any]) -> str:
    """How many boundaries of either set, and how many pairs of them."""
    summary, target = told["summary"], told["target"]["set"]
    return (
        f"{summary['sources']:,} boundaries of {told['source']['set']}, "
        f"{summary['targets']:,} of {target}: {summary['pairs']:,} pairs that share "
        "something"
    )


def _amount(amount: float, measure: str) -> str:
    return km2(amount) if measure == "area" else f"{amount:,.0f} {measure}"
