"""Keep of which drawings a release was made apart from what it says.

The service reads what is published; which drawings it was of is for whoever draws,
until the drawing is stored. Weights are told as they were when the release was made: a
drawing that comes with another is not seen at once. Locks consensus_release (a row for
each release) while its rows are written again.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0031_members_apart"
down_revision = "0030_changes"

APART = """
UPDATE consensus_release AS released SET
    of_parts = (
        SELECT coalesce(
            jsonb_agg(coalesce(each.part -> 'members', '[]') ORDER BY n), '[]'
        )
        FROM jsonb_array_elements(released.said -> 'parts')
                WITH ORDINALITY AS each (part, n)
    ),
    said = released.said || jsonb_build_object(
        'parts', (
            SELECT coalesce(jsonb_agg(each.part - 'members' ORDER BY n), '[]')
            FROM jsonb_array_elements(released.said -> 'parts')
                WITH ORDINALITY AS each (part, n)
        ),
        'weights', (
            SELECT coalesce(jsonb_agg(DISTINCT
                jsonb_build_array(sketch.weight, coalesce(sketch.weight_reason, ''))
            ), '[]')
            FROM sketch WHERE sketch.id = ANY(released.members) AND sketch.weight <> 1
        )
    )
"""
BACK = """
UPDATE consensus_release AS released SET said = (released.said - 'weights')
    || jsonb_build_object('parts', (
        SELECT coalesce(jsonb_agg(
            each.part || jsonb_build_object(
                'members', coalesce(released.of_parts -> (n - 1)::int, '[]')
            ) ORDER BY n
        ), '[]')
        FROM jsonb_array_elements(released.said -> 'parts')
                WITH ORDINALITY AS each (part, n)
    ))
"""


def upgrade() -> None:
    """Move them to a column of their own, that the service's role may not read."""
    op.add_column(
        "consensus_release",
        sa.Column(
            "of_parts",
            postgresql.JSONB(),
            server_default=sa.text("'[]'::jsonb"),
            nullable=False,
        ),
    )
    op.execute(APART)
    op.alter_column("consensus_release", "of_parts", server_default=None)


def downgrade() -> None:
    """Put them back where they were."""
    op.execute(BACK)
    op.drop_column("consensus_release", "of_parts")
