"""Why the database refused a statement: who asked, or a rule that it would break."""

import psycopg
from sqlalchemy.exc import DBAPIError

NO_PRIVILEGE = "42501"
"""Of PostgreSQL: a policy or a missing privilege stands against it."""


def is_against_policy(error: DBAPIError) -> bool:
    """Whether a policy stood against what would have been written.

    A privilege that is missing is another matter: it is a fault of ours.
    """
    is_refused = getattr(error.orig, "sqlstate", None) == NO_PRIVILEGE
    return is_refused and "row-level security" in str(error.orig)


def broken_constraint(error: DBAPIError) -> str | None:
    """The constraint that a statement would have broken."""
    if isinstance(error.orig, psycopg.Error):
        return error.orig.diag.constraint_name
    return None
