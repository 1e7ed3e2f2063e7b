"""How alembic reaches the database and knows the tables of every room."""

from alembic import context
from geoalchemy2 import alembic_helpers
from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

import assetmap.accounts.answered.tables
import assetmap.accounts.audit.tables
import assetmap.accounts.sign_in.tables
import assetmap.accounts.tables
import assetmap.assets.changes.tables
import assetmap.assets.duplicates.tables
import assetmap.assets.providers.tables
import assetmap.assets.tables
import assetmap.assets.versions.tables
import assetmap.assets.webhooks.tables
import assetmap.boundaries.tables
import assetmap.footprints.kept.tables
import assetmap.footprints.pcns.tables
import assetmap.footprints.tables
import assetmap.jobs.tables
import assetmap.neighbourhoods.releases.tables
import assetmap.neighbourhoods.tables
import assetmap.people.deprivation.tables
import assetmap.people.tables
import assetmap.practices.registrations.tables
import assetmap.practices.tables
import assetmap.reconciliation.crosswalks.tables  # noqa: F401
from assetmap.accounts import enforcing
from assetmap.accounts.audit import schema as audit_schema
from assetmap.assets.store import load_taxonomy
from assetmap.db.base import Table
from assetmap.db.engine import database_url
from assetmap.jobs import queue_schema
from assetmap.settings import settings


def include_object(thing, name, kind, reflected, compare_to):
    """Leave out the queue's own tables, and what PostGIS brings."""
    if kind == "table" and name.startswith(("spatial_ref_sys", queue_schema.OWN)):
        return False
    if kind == "table" and thing.info.get("is_view"):
        return False
    return alembic_helpers.include_object(thing, name, kind, reflected, compare_to)


def run() -> None:
    """Run the migrations in one transaction."""
    connection = context.config.attributes.get("connection")
    if connection is not None:
        migrate(connection)
        return
    url = context.config.attributes.get("url") or database_url(settings())
    with create_engine(url, poolclass=NullPool).connect() as fresh:
        migrate(fresh)
        fresh.commit()


def migrate(connection) -> None:
    """Run the migrations on a connection."""
    context.configure(
        connection=connection,
        target_metadata=Table.metadata,
        include_object=include_object,
        render_item=alembic_helpers.render_item,
        compare_type=True,
    )
    with context.begin_transaction():
        if not is_staying():
            enforcing.take_down(connection)
        context.run_migrations()
        queue_schema.bring_up(connection)
        audit_schema.bring_up(connection)
        if is_newest():
            load_taxonomy(Session(connection))
            enforcing.put_up(connection)


def is_newest() -> bool:
    """Whether the database stands at the newest migration."""
    return context.get_context().get_current_revision() == context.get_head_revision()


def is_staying() -> bool:
    """Whether the database is, and will be, at the newest migration."""
    try:
        to = context.get_revision_argument()
    except KeyError:
        return True
    return is_newest() and to == context.get_head_revision()


run()
