"""GP practices, primary care networks, who is in which, and their patients.

Lists of practices and registrations are kept as they came, and memberships worked out
from them, so that a day between two lists can say that it is between. Makes new tables
only: locks nothing that is in use.
"""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0010_practices"
down_revision = "0009_ended_postcodes"

TABLES = (
    "practice",
    "pcn",
    "nhs_area",
    "practice_list",
    "practice_on_day",
    "practice_spell",
    "practice_membership",
    "registration_set",
    "registration",
    "registration_unplaced",
    "catchment_set",
    "catchment",
    "catchment_share",
)


def upgrade() -> None:
    make_organisations()
    make_lists()
    make_membership()
    make_registrations()
    make_catchments()


def text(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.String(), nullable=nullable)


def day(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Date(), nullable=nullable)


def whole(name: str) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=False)


def number(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Double(), nullable=nullable)


def of_set() -> sa.Column:
    return sa.Column("boundary_set_id", sa.BigInteger(), nullable=False)


def loaded_at() -> sa.Column:
    return sa.Column(
        "loaded_at",
        sa.DateTime(timezone=True),
        server_default=sa.text("now()"),
        nullable=False,
    )


def point(name: str, srid: int) -> sa.Column:
    kind = Geometry("POINT", srid=srid, dimension=2, spatial_index=False)
    return sa.Column(name, kind, nullable=True)


def key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}"))


def refers(
    table: str, column: str, to: str, to_column: str = "id"
) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column],
        [f"{to}.{to_column}"],
        name=op.f(f"fk_{table}_{column}_{to}"),
        ondelete="CASCADE",
    )


def rule(table: str, name: str, says: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(says, name=op.f(f"ck_{table}_{name}"))


def make_organisations() -> None:
    op.create_table(
        "practice",
        text("code"),
        text("name"),
        text("postcode", nullable=True),
        text("status", nullable=True),
        day("opened", nullable=True),
        day("closed", nullable=True),
        text("sub_icb_code", nullable=True),
        day("said_on"),
        point("geom", 27700),
        point("geom_wgs84", 4326),
        key("practice", "code"),
    )
    op.create_table(
        "pcn",
        text("code"),
        text("name"),
        text("sub_icb_code", nullable=True),
        day("opened", nullable=True),
        day("closed", nullable=True),
        day("said_on"),
        key("pcn", "code"),
    )
    op.create_table(
        "nhs_area",
        text("code"),
        text("kind"),
        text("name"),
        text("ons_code", nullable=True),
        text("parent_code", nullable=True),
        day("said_on"),
        rule("nhs_area", "kind", "kind IN ('sub_icb', 'icb')"),
        key("nhs_area", "code"),
    )


def make_lists() -> None:
    op.create_table(
        "practice_list",
        sa.Column("id", sa.BigInteger(), nullable=False),
        text("layout"),
        day("day"),
        text("part"),
        sa.Column("is_whole", sa.Boolean(), nullable=False),
        whole("rows"),
        text("title"),
        text("publisher"),
        text("licence"),
        text("attribution"),
        text("source"),
        text("sha256"),
        text("loaded_by"),
        loaded_at(),
        key("practice_list", "id"),
    )
    op.create_index(
        "uq_practice_list_layout_day_part",
        "practice_list",
        ["layout", "day", "part"],
        unique=True,
    )
    op.create_table(
        "practice_on_day",
        sa.Column("list_id", sa.BigInteger(), nullable=False),
        text("practice_code"),
        text("name"),
        text("postcode"),
        text("pcn_code", nullable=True),
        text("sub_icb_code"),
        refers("practice_on_day", "list_id", "practice_list"),
        key("practice_on_day", "list_id", "practice_code"),
    )
    op.create_table(
        "practice_spell",
        sa.Column("list_id", sa.BigInteger(), nullable=False),
        text("practice_code"),
        day("began"),
        text("pcn_code"),
        day("ended", nullable=True),
        refers("practice_spell", "list_id", "practice_list"),
        key("practice_spell", "list_id", "practice_code", "began"),
    )


def make_membership() -> None:
    table = "practice_membership"
    op.create_table(
        table,
        sa.Column("id", sa.BigInteger(), nullable=False),
        text("practice_code"),
        text("pcn_code"),
        day("valid_from"),
        day("valid_to", nullable=True),
        text("began_how"),
        day("began_after", nullable=True),
        day("ended_after", nullable=True),
        rule(table, "valid", "valid_to > valid_from"),
        rule(table, "began_how", "began_how IN ('dated', 'between', 'by')"),
        rule(table, "began_after", "began_after < valid_from"),
        rule(table, "ended_after", "ended_after < valid_to"),
        postgresql.ExcludeConstraint(
            ("practice_code", "="),
            (sa.text("daterange(valid_from, valid_to)"), "&&"),
            name="ex_practice_membership_one_pcn",
            using="gist",
        ),
        key(table, "id"),
    )
    op.create_index("ix_practice_membership_pcn_code", table, ["pcn_code"])


def make_registrations() -> None:
    op.create_table(
        "registration_set",
        sa.Column("id", sa.BigInteger(), nullable=False),
        text("name"),
        day("extract_date"),
        text("blocks"),
        text("title"),
        text("publisher"),
        text("licence"),
        text("attribution"),
        text("source"),
        text("sha256"),
        whole("placed"),
        sa.Column("unplaced", postgresql.JSONB(), nullable=False),
        whole("version"),
        text("loaded_by"),
        loaded_at(),
        rule("registration_set", "placed", "placed >= 0"),
        key("registration_set", "id"),
        sa.UniqueConstraint("name", name=op.f("uq_registration_set_name")),
    )
    op.create_table(
        "registration",
        sa.Column("registration_set_id", sa.BigInteger(), nullable=False),
        text("block_code"),
        text("practice_code"),
        whole("patients"),
        rule("registration", "patients", "patients > 0"),
        refers("registration", "registration_set_id", "registration_set"),
        key("registration", "registration_set_id", "block_code", "practice_code"),
    )
    table = "registration_unplaced"
    op.create_table(
        table,
        sa.Column("registration_set_id", sa.BigInteger(), nullable=False),
        text("practice_code"),
        text("block_code"),
        text("kind"),
        whole("patients"),
        rule(table, "patients", "patients > 0"),
        refers(table, "registration_set_id", "registration_set"),
        key(table, "registration_set_id", "practice_code", "block_code"),
    )


def make_catchments() -> None:
    op.create_table(
        "catchment_set",
        of_set(),
        text("blocks"),
        text("registrations"),
        day("extract_date"),
        day("as_at"),
        whole("registered"),
        whole("without_pcn"),
        sa.Column("unplaced", postgresql.JSONB(), nullable=False),
        refers("catchment_set", "boundary_set_id", "boundary_set"),
        key("catchment_set", "boundary_set_id"),
    )
    op.create_table(
        "catchment",
        of_set(),
        text("code"),
        text("name"),
        *map(whole, ("practices", "list_size", "unplaced", "blocks", "registered")),
        number("resident_fidelity", nullable=True),
        number("list_fidelity", nullable=True),
        number("effective_number", nullable=True),
        sa.Column("overlaps", postgresql.JSONB(), nullable=False),
        refers("catchment", "boundary_set_id", "catchment_set", "boundary_set_id"),
        key("catchment", "boundary_set_id", "code"),
    )
    table = "catchment_share"
    op.create_table(
        table,
        of_set(),
        text("block_code"),
        text("pcn_code"),
        whole("patients"),
        number("share"),
        rule(table, "patients", "patients > 0"),
        rule(table, "share", "share > 0 AND share <= 1"),
        refers(table, "boundary_set_id", "catchment_set", "boundary_set_id"),
        key(table, "boundary_set_id", "block_code", "pcn_code"),
    )
    op.create_index("ix_catchment_share_pcn", table, ["boundary_set_id", "pcn_code"])


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
