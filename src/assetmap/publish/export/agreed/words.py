"""The consensus of names as a table that people read."""

from collections.abc import Iterator

from assetmap.footprints.consensus.named import NamedConsensus
from assetmap.publish.export.agreed.answer import Answer
from assetmap.publish.export.figures import fitted, km2, percent, remarks
from assetmap.sources.spatial.reference_systems import named

_HEADS = (
    f"  {'name':<26}{'drawn':>6}{'mean':>11}{'majority':>11}{'core':>11}"
    f"{'agreement':>11}{'vagueness':>11}  definitions"
)
EXPLAINED = (
    "Mean is the mean size of a drawing; majority and core are what half and 80 % of "
    "them hold. Agreement is what two of them share, of what either holds; vagueness "
    "is 0 where all agree. Definitions are the shares of drawings that mean one place."
)


def answer_table(answer: Answer) -> str:
    """How the rows of a file fared, and a line for each name."""
    return "\n".join(_lines(answer))


def _lines(answer: Answer) -> Iterator[str]:
    rows = answer.rows
    title = f"Consensus of {answer.file}, measured in {named(answer.system)}"
    yield title
    yield "=" * len(title)
    yield (
        f"  {rows.read:,} rows read: {rows.counted:,} drawings counted, "
        f"{rows.repaired:,} of them repaired; {rows.refused:,} refused, "
        f"{rows.skipped:,} skipped"
    )
    yield (
        f"  {answer.names:,} names, {len(answer.found):,} of them with at least "
        f"{answer.fewest} drawings"
    )
    yield from remarks(answer.notes)
    if not answer.found:
        return
    yield ""
    yield _HEADS
    for each in answer.found:
        yield _line(each)
    yield ""
    yield from remarks([EXPLAINED])


def _line(found: NamedConsensus) -> str:
    said = found.statistics
    return (
        f"  {fitted(found.name, 25):<26}{found.sketches:>6,}{km2(said.mean):>11}"
        f"{km2(said.majority):>11}{km2(said.core):>11}"
        f"{percent(said.mean_agreement):>11}{percent(said.vagueness):>11}"
        f"  {definitions(found)}"
    )


def definitions(found: NamedConsensus) -> str:
    """The definitions of a name, and the drawings that are in none."""
    shares = " + ".join(percent(each.share_of_sketches) for each in found.definitions)
    if found.alone:
        shares += f"; {len(found.alone)} like no other"
    if found.in_no_definition:
        shares += f"; {found.in_no_definition} in small groups"
    return shares
