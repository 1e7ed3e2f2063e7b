"""What is wrong with a boundary set, each with its place; and rules kept by tables.

Makes a new table. Locks boundary_set (tens of rows) and boundary (tens of thousands)
while their rows are checked: seconds at most.
"""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

revision = "0008_boundary_quality"
down_revision = "0007_boundary_edges"

KINDS = (
    "'lad', 'ward', 'lsoa', 'msoa', 'oa', 'pcn', 'icb', 'sub_icb', "
    "'neighbourhood_team', 'parish', 'programme', 'custom'"
)
REASONS = (
    "'empty_code', 'bad_code', 'missing_geometry', 'empty_geometry', 'not_areal', "
    "'off_the_map', 'no_area', 'repeated_code', 'invalid', 'invalid_when_projected', "
    "'overlap', 'sliver', 'gap', 'wrong_winding', 'empty_name', 'repeated_name'"
)
RULES = (
    ("boundary_set", "kind", f"kind IN ({KINDS})"),
    ("boundary_set", "name", "name ~ '^[a-z0-9]+(-[a-z0-9]+)*$'"),
    ("boundary_set", "snap_m", "snap_m >= 0 AND snap_m < 'infinity'"),
    ("boundary_set", "version", "version >= 1"),
    ("boundary_set", "boundaries", "boundaries >= 1"),
    ("boundary", "code", "code <> '' AND code = btrim(code)"),
    ("boundary", "ordinal", "ordinal >= 1"),
    ("boundary", "area_m2", "area_m2 > 0 AND area_m2 < 'infinity'"),
    ("boundary", "geom", "NOT st_isempty(geom) AND NOT st_isempty(geom_wgs84)"),
)


def upgrade() -> None:
    for table, name, rule in RULES:
        op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, rule)
    make_boundary_discrepancy()


def make_boundary_discrepancy() -> None:
    table = "boundary_discrepancy"
    op.create_table(
        table,
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("boundary_set_id", sa.BigInteger(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("codes", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("area_m2", sa.Float(), nullable=True),
        sa.Column("before_m2", sa.Float(), nullable=True),
        sa.Column("after_m2", sa.Float(), nullable=True),
        sa.Column("method", sa.String(), nullable=True),
        sa.Column("geom", place(27700), nullable=True),
        sa.Column("geom_wgs84", place(4326), nullable=True),
        sa.CheckConstraint(f"reason IN ({REASONS})", name=op.f(f"ck_{table}_reason")),
        sa.CheckConstraint(
            "outcome IN ('refused', 'repaired', 'noted')",
            name=op.f(f"ck_{table}_outcome"),
        ),
        sa.CheckConstraint("detail <> ''", name=op.f(f"ck_{table}_detail")),
        sa.CheckConstraint("ordinal >= 1", name=op.f(f"ck_{table}_ordinal")),
        sa.CheckConstraint(
            "area_m2 >= 0 AND area_m2 < 'infinity'", name=op.f(f"ck_{table}_area_m2")
        ),
        sa.CheckConstraint(
            "(geom IS NULL) = (geom_wgs84 IS NULL)", name=op.f(f"ck_{table}_geom")
        ),
        sa.ForeignKeyConstraint(
            ["boundary_set_id"],
            ["boundary_set.id"],
            name=op.f(f"fk_{table}_boundary_set_id_boundary_set"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(
        "uq_boundary_discrepancy_ordinal",
        table,
        ["boundary_set_id", "ordinal"],
        unique=True,
    )


def place(srid: int) -> Geometry:
    return Geometry(
        geometry_type="GEOMETRY",
        srid=srid,
        dimension=2,
        spatial_index=False,
        from_text="ST_GeomFromEWKT",
        name="geometry",
    )


def downgrade() -> None:
    op.drop_table("boundary_discrepancy")
    for table, name, _ in reversed(RULES):
        op.drop_constraint(op.f(f"ck_{table}_{name}"), table)
