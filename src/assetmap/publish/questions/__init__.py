"""Questions that may take longer than anybody waits: asked of the service or of a job.

A question is answered by one function, whoever asks: the same bytes either way.
"""

from assetmap.publish.questions.comparisons import (
    COMPARISON,
    COMPARISON_PNG,
    COMPARISON_SVG,
)
from assetmap.publish.questions.footprints import (
    DEPRIVATION,
    PCN_SHARES,
    RECONCILIATION,
    SEVERANCE,
)
from assetmap.publish.questions.neighbourhoods import NEIGHBOURHOOD, NEIGHBOURHOOD_MAP
from assetmap.publish.questions.provision import NEIGHBOURHOOD_PROVISION, PROVISION
from assetmap.publish.questions.registry import ANSWER, Question, register
from assetmap.publish.questions.relatives import CHILDREN, PARENTS
from assetmap.publish.questions.vintages import VINTAGES

__all__ = [
    "ANSWER",
    "CHILDREN",
    "COMPARISON",
    "COMPARISON_PNG",
    "COMPARISON_SVG",
    "DEPRIVATION",
    "NEIGHBOURHOOD",
    "NEIGHBOURHOOD_MAP",
    "NEIGHBOURHOOD_PROVISION",
    "PARENTS",
    "PCN_SHARES",
    "PROVISION",
    "QUESTIONS",
    "RECONCILIATION",
    "SEVERANCE",
    "VINTAGES",
]

QUESTIONS: tuple[Question, ...] = (
    RECONCILIATION,
    COMPARISON,
    COMPARISON_SVG,
    COMPARISON_PNG,
    SEVERANCE,
    DEPRIVATION,
    PCN_SHARES,
    VINTAGES,
    NEIGHBOURHOOD,
    NEIGHBOURHOOD_MAP,
    PROVISION,
    NEIGHBOURHOOD_PROVISION,
    CHILDREN,
    PARENTS,
)

for each in QUESTIONS:
    register(each)
