"""The question how two places agree: a layer with figures, or a picture of it."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from assetmap.disclosure import disclosure
from assetmap.jobs.progress import Progress
from assetmap.publish.deps import GEOJSON, dumped
from assetmap.publish.export.comparison.members import comparison_json
from assetmap.publish.export.comparison.picture import comparison_picture
from assetmap.publish.export.drawing.png import png
from assetmap.publish.export.drawing.svg import svg
from assetmap.publish.questions.asked import place_asked
from assetmap.publish.questions.at_sight import is_long_at_sight
from assetmap.publish.questions.footprints import is_long
from assetmap.publish.questions.registry import Question
from assetmap.publish.questions.schemas import ComparisonIn
from assetmap.reconciliation.comparison.run import Compared, compare_places
from assetmap.reconciliation.cost import COMPARED_VERTEX, Asked
from assetmap.reconciliation.places import Place

SVG, PNG = "image/svg+xml", "image/png"

Places = tuple[Place, Place]


def _places(session: Session, asked: ComparisonIn) -> Places:
    a, b = (place_asked(session, each, asked.as_at) for each in (asked.a, asked.b))
    return a, b


def _is_long(session: Session, places: Places, asked: ComparisonIn) -> bool:
    wanted = Asked(len(places), asked.as_at, of_each_vertex=COMPARED_VERTEX)
    return is_long(session, [each.subject for each in places], wanted)


def _question(
    name: str, media_type: str, written: Callable[[Compared], bytes]
) -> Question:
    def finish(
        session: Session, places: Places, asked: ComparisonIn, progress: Progress
    ) -> bytes:
        found = compare_places(session, *places, asked.as_at, progress, disclosure())
        progress("Writing the answer", 2, 2)
        return written(found)

    return Question(
        name,
        ComparisonIn,
        _places,
        _is_long,
        finish,
        media_type,
        lambda session, asked: is_long_at_sight(
            session, [asked.a, asked.b], asked.as_at, 2
        ),
    )


COMPARISON = _question(
    "comparison", GEOJSON, lambda found: dumped(comparison_json(found))
)
COMPARISON_SVG = _question(
    "comparison-svg", SVG, lambda found: svg(comparison_picture(found)).encode()
)
COMPARISON_PNG = _question(
    "comparison-png", PNG, lambda found: png(comparison_picture(found))
)
