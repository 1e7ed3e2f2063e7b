"""Make the assets a directory: whom they serve, where else they are, who runs them.

Adds to ``asset`` and ``asset_version`` names in other languages, service areas, several
sites, whether opening hours can be read by a machine, who runs it (a new table,
``provider``), what its source said last, and when contact data was erased. New columns
have constant defaults, so that no row is written again; both tables are locked for a
moment. The trigger that keeps versions is replaced, so that it keeps these as well.
"""

import importlib.util
from pathlib import Path

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0029_directory"
down_revision = "0028_outlines"

ADDED = (
    *("name_cy", "names", "service_area", "service_area_wgs84", "service_codes"),
    *("sites", "has_readable_hours", "provider_id"),
)
MEMBERS = {"provider_id": "provider"}
UNTOLD = {"service_area_wgs84"}
"""It changes with ``service_area``, which is told."""


def upgrade() -> None:
    make_provider()
    for table in ("asset", "asset_version"):
        add_columns(table)
    op.add_column("asset", sa.Column("source_hash", sa.LargeBinary(), nullable=True))
    op.add_column(
        "asset",
        sa.Column("contact_erased_at", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_index("ix_asset_provider_id", "asset", ["provider_id"])
    op.create_foreign_key(
        op.f("fk_asset_provider_id_provider"),
        *("asset", "provider", ["provider_id"], ["id"]),
    )
    op.create_check_constraint(
        op.f("ck_asset_service_area"),
        "asset",
        "(service_area IS NULL) = (service_area_wgs84 IS NULL)",
    )
    op.add_column(
        "asset_category",
        sa.Column(
            "is_local", sa.Boolean(), server_default=sa.text("false"), nullable=False
        ),
    )
    keep_versions(ADDED)


def make_provider() -> None:
    now = sa.text("now()")
    op.create_table(
        "provider",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("source_ref", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=True),
        sa.Column("url", sa.String(), nullable=True),
        with_default("identifiers", postgresql.JSONB(), "'{}'"),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("licence", sa.String(), nullable=False),
        sa.Column("attribution", sa.String(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=now,
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=now,
            nullable=False,
        ),
        sa.CheckConstraint("name <> ''", name=op.f("ck_provider_name")),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_provider_parent")),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["provider.id"],
            name=op.f("fk_provider_parent_id_provider"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider")),
        sa.UniqueConstraint(
            "source", "source_ref", name=op.f("uq_provider_source_source_ref")
        ),
    )
    op.create_index("ix_provider_parent_id", "provider", ["parent_id"])


def add_columns(table: str) -> None:
    for column in (
        sa.Column("name_cy", sa.String(), nullable=True),
        with_default("names", postgresql.JSONB(), "'{}'"),
        shape("service_area", 27700),
        shape("service_area_wgs84", 4326),
        with_default("service_codes", postgresql.ARRAY(sa.Text()), "'{}'"),
        with_default("sites", postgresql.JSONB(), "'[]'"),
        sa.Column("has_readable_hours", sa.Boolean(), nullable=True),
        sa.Column("provider_id", sa.BigInteger(), nullable=True),
    ):
        op.add_column(table, column)


def with_default(name: str, kind: object, default: str) -> sa.Column:
    return sa.Column(name, kind, server_default=sa.text(default), nullable=False)


def shape(name: str, srid: int) -> sa.Column:
    kind = Geometry(geometry_type="GEOMETRY", srid=srid, spatial_index=False)
    return sa.Column(name, kind, nullable=True)


def keep_versions(more: tuple[str, ...]) -> None:
    """Replace the function that keeps versions by one that keeps more columns."""
    now, before = earlier("0021_many_versions"), earlier("0020_writing")
    kept = (*before.KEPT, *more)
    told = (*before.TOLD, *(each for each in more if each not in UNTOLD))
    op.execute(
        now.FUNCTION.format(
            path=op.get_bind().scalar(sa.text(before.PATH)),
            acting=before.ACTING,
            many=now.MANY,
            columns=", ".join(kept),
            fresh=", ".join(f"fresh.{each}" for each in kept),
            changed=", ".join(
                before._differs(each).replace(f"'{each}'", f"'{MEMBERS[each]}'")
                if each in MEMBERS
                else before._differs(each)
                for each in told
            ),
        )
    )


def earlier(name: str):
    """A migration that made the function, or that it was made by."""
    file = Path(__file__).parent / f"{name}.py"
    told = importlib.util.spec_from_file_location(name, file)
    made = importlib.util.module_from_spec(told)
    told.loader.exec_module(made)
    return made


def downgrade() -> None:
    keep_versions(())
    op.drop_column("asset_category", "is_local")
    op.drop_constraint(op.f("ck_asset_service_area"), "asset")
    op.drop_constraint(op.f("fk_asset_provider_id_provider"), "asset")
    op.drop_index("ix_asset_provider_id", "asset")
    for column in ("source_hash", "contact_erased_at"):
        op.drop_column("asset", column)
    for table in ("asset_version", "asset"):
        for column in reversed(ADDED):
            op.drop_column(table, column)
    op.drop_table("provider")
