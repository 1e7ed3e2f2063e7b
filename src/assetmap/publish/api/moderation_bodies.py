"""Bodies of what stewards decide."""

from typing import Annotated, Literal

from pydantic import Field

from assetmap.publish.api.bodies import Name, Note, Slug
from assetmap.publish.questions.schemas import Body


class HiddenIn(Body):
    """Why a drawing does not count."""

    why: Literal["spam", "mistake", "duplicate", "other"]
    note: Annotated[Note, Field(max_length=500)] | None = None


class MergeIn(Body):
    """Another neighbourhood that is this one by another name, and how that is known."""

    other: Slug
    reason: Name
