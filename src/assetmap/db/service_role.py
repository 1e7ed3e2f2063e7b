"""The role that the web service works in: it owns nothing and passes no policy by."""

from functools import cache
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Engine, make_url, text

from assetmap.db.engine import database_url, plain_url
from assetmap.errors import Unavailable
from assetmap.settings import Settings

ROLE = "assetmap_service"
"""Nobody signs in by this name; whoever does so as a member works with its rights."""

LOGIN = "assetmap_web"
"""Who signs in to the private database for the service; a member of the role."""

MAKE_ROLE = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'assetmap_service') THEN
        BEGIN
            CREATE ROLE assetmap_service
                NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL; -- Another process made it at this moment.
        END;
    END IF;
    IF NOT pg_has_role(current_user, 'assetmap_service', 'MEMBER') THEN
        EXECUTE format('GRANT assetmap_service TO %I', current_user);
    END IF;
END $$
"""
_MAKE_LOGIN = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'assetmap_web') THEN
        BEGIN
            CREATE ROLE assetmap_web LOGIN IN ROLE assetmap_service;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL; -- Another process made it at this moment.
        END;
    END IF;
END $$
"""


_MAY_DO_MORE = """
SELECT session_user::text FROM pg_roles
WHERE
    rolname = session_user
    AND (
        rolsuper
        OR rolbypassrls
        OR rolcreaterole
        OR EXISTS (SELECT FROM pg_tables WHERE tableowner = session_user)
    )
"""
_HAS_ROLE = "SELECT pg_has_role(%s, 'assetmap_service', 'MEMBER')"


class ServiceUserMissing(Unavailable):
    """The user that the service signs in as is not there and cannot be made."""

    title = "Service user missing"


def signs_in_above(engine: Engine) -> str | None:
    """As whom the service signs in, where that user may do more than its role.

    Whoever took over the service could then lay its role down; None: they could not.
    """
    with engine.connect() as connection:
        said: str | None = connection.scalar(text(_MAY_DO_MORE))
        return said


def make_login(owner: Engine, address: str) -> str | None:
    """Make the user whom an address names, a member of the role that can be no other.

    One that is there keeps its password. Gives the name of a user that was made.

    Raises:
        ServiceUserMissing: whoever migrates may not; says what somebody else runs.
    """
    named = make_url(plain_url(address))
    user = named.username
    if not user or user == owner.url.username:
        return None
    with owner.begin() as connection:
        raw: psycopg.Connection[Any] = connection.connection.driver_connection  # type: ignore[assignment]
        query = "SELECT 1 FROM pg_roles WHERE rolname = %s"
        is_there = raw.execute(query, [user]).fetchone() is not None
        if is_there and raw.execute(_HAS_ROLE, [user]).fetchone() == (True,):
            return None
        try:
            raw.execute(_login(raw, user, named.password, is_there))
        except psycopg.Error as error:
            raise ServiceUserMissing(
                f"The user {user!r} of ASSETMAP_SERVICE_DATABASE_URL cannot be made "
                f"by {owner.url.username!r}. Have an administrator of the server run: "
                f"CREATE ROLE \"{user}\" LOGIN PASSWORD '...' IN ROLE {ROLE};",
                user=user,
            ) from error
    return None if is_there else user


def _login(
    raw: psycopg.Connection[Any], user: str, password: str | None, is_there: bool
) -> sql.Composed:
    """The statement that makes a user, or a member of one; it holds no password."""
    name, role = sql.Identifier(user), sql.Identifier(ROLE)
    if is_there:
        return sql.SQL("GRANT {} TO {}").format(role, name)
    # As the server would keep it: the password itself is in no statement and no log.
    hashed = raw.pgconn.encrypt_password((password or "").encode(), user.encode())
    kept = sql.Literal(hashed.decode() if password else None)
    return sql.SQL(
        "CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS"
        " PASSWORD {} IN ROLE {}"
    ).format(name, kept, role)


def service_url(settings: Settings) -> str:
    """The address at which the service signs in to the database that it writes to.

    Its own, if it is given one; to the private database it signs in as a user who may
    be nothing else. Otherwise it signs in as the owner does, and lays that down.
    """
    if settings.service_database_url is not None:
        return plain_url(settings.service_database_url)
    owner = database_url(settings)
    return owner if settings.database_url is not None else _private(owner)


def read_url(settings: Settings) -> str:
    """The address of the database that the service reads from."""
    if settings.read_database_url is not None:
        return plain_url(settings.read_database_url)
    return service_url(settings)


@cache
def _private(owner: str) -> str:
    """The address of the private database for its own service's user, who is made."""
    with psycopg.connect(owner.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(MAKE_ROLE)
        connection.execute(_MAKE_LOGIN)
    return make_url(owner).set(username=LOGIN).render_as_string(hide_password=False)
