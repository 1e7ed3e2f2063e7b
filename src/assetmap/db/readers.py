"""People who read with SQL: a user of the database who reads one schema alone."""

import re
import secrets
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Engine

from assetmap.errors import Conflict, Invalid, NotFound, Unavailable

READERS = "assetmap_reader"
"""The role whose members read the schema ``publish``, and nothing else."""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_IS_READER = """
SELECT pg_has_role(oid, %s, 'MEMBER') AND NOT rolsuper FROM pg_roles WHERE rolname = %s
"""
_HAS_ROLE = "SELECT 1 FROM pg_roles WHERE rolname = %s"


class BadReaderName(Invalid):
    """A user of the database is called by small letters, digits and underlines."""

    title = "Bad reader name"


class ReaderNameTaken(Conflict):
    """A user of the database has this name, and is no reader."""

    title = "Reader name taken"


class ReaderNotFound(NotFound):
    """No reader of the database has this name."""

    title = "Reader not found"


class ReadersNotMade(Unavailable):
    """Whoever migrates the database may make no user of it."""

    title = "Readers not made"


def make_reader(owner: Engine, name: str) -> str:
    """The new password of a reader, who is made unless there is one of that name.

    Raises:
        BadReaderName: no user is called so.
        ReaderNameTaken: somebody else is.
        ReadersNotMade: the owner of the database may make no users.
    """
    if not _NAME.fullmatch(name):
        raise BadReaderName(
            f"{name!r} is not a small letter with letters, digits and _ behind it.",
            name=name,
        )
    password = secrets.token_urlsafe(24)
    with owner.begin() as connection:
        raw: psycopg.Connection[Any] = connection.connection.driver_connection  # type: ignore[assignment]
        is_reader = _is_reader(raw, name)
        if not is_reader and _is_there(raw, name):
            raise ReaderNameTaken(f"{name!r} is a user who is no reader.", name=name)
        try:
            for each in _made(raw, name, password, is_new=not is_reader):
                raw.execute(each)
        except psycopg.Error as error:
            raise _not_made(name) from error
    return password


def remove_reader(owner: Engine, name: str) -> None:
    """Take a reader out of the database: who is connected reads on until they leave.

    Raises:
        ReaderNotFound: nobody who reads alone is called so.
    """
    with owner.begin() as connection:
        raw: psycopg.Connection[Any] = connection.connection.driver_connection  # type: ignore[assignment]
        if not _is_reader(raw, name):
            raise ReaderNotFound(f"No reader is called {name!r}.", name=name)
        raw.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


def _is_reader(raw: psycopg.Connection[Any], name: str) -> bool:
    if name == READERS or not _is_there(raw, READERS):
        return False
    return raw.execute(_IS_READER, [READERS, name]).fetchone() == (True,)


def _is_there(raw: psycopg.Connection[Any], name: str) -> bool:
    return raw.execute(_HAS_ROLE, [name]).fetchone() is not None


def _made(
    raw: psycopg.Connection[Any], name: str, password: str, is_new: bool
) -> list[sql.Composed]:
    """The statements that make a reader; none holds the password itself."""
    user, role = sql.Identifier(name), sql.Identifier(READERS)
    hashed = raw.pgconn.encrypt_password(password.encode(), name.encode()).decode()
    base = sql.Identifier(str(raw.info.dbname))
    made = []
    if is_new:
        plain = "NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS CONNECTION LIMIT 20"
        made.append(
            sql.SQL("CREATE ROLE {} LOGIN {} IN ROLE {}").format(
                user, sql.SQL(plain), role
            )
        )
    keep = "ALTER ROLE {} SET {}"
    return [
        *made,
        sql.SQL("ALTER ROLE {} PASSWORD {}").format(user, sql.Literal(hashed)),
        *(
            sql.SQL(keep).format(user, sql.SQL(each))
            for each in (
                "default_transaction_read_only = on",
                "statement_timeout = '60s'",
            )
        ),
        sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(base, role),
    ]


def _not_made(name: str) -> ReadersNotMade:
    return ReadersNotMade(
        f"The reader {name!r} cannot be made by the owner of the database. Have an "
        f"administrator of the server run: CREATE ROLE {READERS} NOLOGIN; CREATE ROLE "
        f"\"{name}\" LOGIN PASSWORD '...' IN ROLE {READERS}; then `assetmap db "
        "migrate`, which lets them read.",
        name=name,
    )
