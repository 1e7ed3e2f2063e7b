"""The role that the web service works in: it owns nothing and passes no policy by."""

from functools import cache

import psycopg
from sqlalchemy import make_url

from assetmap.db.engine import database_url, plain_url
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
