"""What the database refuses because of who asks."""

from sqlalchemy.exc import DBAPIError

NO_PRIVILEGE = "42501"
"""Of PostgreSQL: a policy or a missing privilege stands against it."""


def is_refused(error: DBAPIError) -> bool:
    """Whether a statement failed because of who asked, and not of what."""
    return getattr(error.orig, "sqlstate", None) == NO_PRIVILEGE
