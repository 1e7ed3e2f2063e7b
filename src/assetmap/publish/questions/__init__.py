"""Questions that may take longer than anybody waits: asked of the service or of a job.

A question is answered by one function, whoever asks: the same bytes either way.
"""

from assetmap.publish.questions.footprints import (
    COMPARISON,
    DEPRIVATION,
    PCN_SHARES,
    RECONCILIATION,
    SEVERANCE,
)
from assetmap.publish.questions.registry import ANSWER, Question, register
from assetmap.publish.questions.vintages import VINTAGES

__all__ = [
    "ANSWER",
    "COMPARISON",
    "DEPRIVATION",
    "PCN_SHARES",
    "QUESTIONS",
    "RECONCILIATION",
    "SEVERANCE",
    "VINTAGES",
]

QUESTIONS: tuple[Question, ...] = (
    RECONCILIATION,
    COMPARISON,
    SEVERANCE,
    DEPRIVATION,
    PCN_SHARES,
    VINTAGES,
)

for each in QUESTIONS:
    register(each)
