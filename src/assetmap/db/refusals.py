"""What the database refuses because of who asks."""

from sqlalchemy.exc import DBAPIError

NO_PRIVILEGE = "42501"
"""Of PostgreSQL: a policy or a missing privilege stands against it."""


def is_against_policy(error: DBAPIError) -> bool:
    """Whether a policy stood against what would have been written.

    A privilege that is missing is another matter: it is a fault of ours.
    """
    is_refused = getattr(error.orig, "sqlstate", None) == NO_PRIVILEGE
    return is_refused and "row-level security" in str(error.orig)
