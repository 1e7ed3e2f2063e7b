"""The policy of disclosure, as the views for readers with SQL have it."""

from sqlalchemy import Engine, text

_NOTE = text("UPDATE publish_policy SET fewest_sketches = :fewest WHERE id = 1")


def note_policy(owner: Engine, fewest_sketches: int) -> None:
    """Have the views tell of no fewer drawings than the settings say."""
    with owner.begin() as connection:
        connection.execute(_NOTE, {"fewest": fewest_sketches})
