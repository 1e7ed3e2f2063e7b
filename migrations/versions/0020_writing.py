"""Every version of an asset is kept, drawings have versions, requests are told apart.

A trigger on asset writes ``asset_version`` whoever changes an asset and however, so
that none is forgotten; it refuses a change that does not raise the version. What is
stored already gets its present version: as many rows as there are assets. ``sketch``
(tens of thousands of rows) is written again for its unguessable id and locked
meanwhile.
"""

import geoalchemy2
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020_writing"
down_revision = "0019_sign_in"

ACTING = "(nullif(current_setting('assetmap.account', true), ''))::bigint"

TEXTS = (
    *("description", "address", "postcode", "uprn", "url", "phone", "email"),
    *("opening_hours", "access", "cost", "source_ref", "note"),
)
NEEDED = ("name", "category_code", "location_visibility", "status", "source")
NEEDED_TOO = ("licence", "attribution")
SHAPES = ("geom", "geom_wgs84", "shown_geom", "shown_geom_wgs84")
OTHERS = (
    *("languages", "valid_from", "valid_to", "verified_at"),
    *("neighbourhood_id", "organisation_id", "is_published"),
)
KEPT = (*NEEDED, *NEEDED_TOO, *TEXTS, *OTHERS, *SHAPES)
MEMBERS = {
    "category_code": "category",
    "geom": "geometry",
    "neighbourhood_id": "neighbourhood",
    "organisation_id": "organisation",
}
"""What a column is called where a change of it is told."""
TOLD = tuple(
    each
    for each in KEPT
    if each not in {"geom_wgs84", "shown_geom", "shown_geom_wgs84"}
)

TRIGGER = """
CREATE FUNCTION keep_asset_version() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = {path}
AS $$
DECLARE
    at timestamptz := clock_timestamp();
    acting bigint := {acting};
    unraised bigint;
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO asset_version (
            asset_id, version, from_at, account_id, changed, {columns}
        )
        SELECT fresh.id, fresh.version, at, acting, '{{}}', {new}
        FROM new_rows AS fresh;
        RETURN NULL;
    END IF;
    SELECT fresh.id INTO unraised
    FROM new_rows AS fresh INNER JOIN old_rows AS stale ON fresh.id = stale.id
    WHERE fresh.version <= stale.version LIMIT 1;
    IF unraised IS NOT NULL THEN
        RAISE EXCEPTION 'asset % was changed and its version was not raised', unraised
            USING ERRCODE = 'check_violation';
    END IF;
    UPDATE asset_version SET until_at = at
    FROM new_rows AS fresh
    WHERE asset_version.asset_id = fresh.id AND asset_version.until_at IS NULL;
    INSERT INTO asset_version (
        asset_id, version, from_at, account_id, changed, {columns}
    )
    SELECT
        fresh.id, fresh.version, at, acting,
        array_remove(ARRAY[{changed}], NULL), {new}
    FROM new_rows AS fresh INNER JOIN old_rows AS stale ON fresh.id = stale.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER tr_asset_added AFTER INSERT ON asset
REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION keep_asset_version();
CREATE TRIGGER tr_asset_changed AFTER UPDATE ON asset
REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows
FOR EACH STATEMENT EXECUTE FUNCTION keep_asset_version();
"""

PATH = """
SELECT string_agg(DISTINCT quote_ident(nspname), ', ') || ', pg_temp'
FROM pg_namespace
WHERE
    nspname = current_schema()
    OR oid = (SELECT extnamespace FROM pg_extension WHERE extname = 'postgis')
"""


def upgrade() -> None:
    make_asset_version()
    make_request_answer()
    change_sketch()


def instant(name: str, **options: object) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), **options)


def whose() -> sa.Column:
    acting = sa.text(ACTING)
    return sa.Column("account_id", sa.BigInteger(), server_default=acting)


def shape(name: str, srid: int) -> sa.Column:
    kind = geoalchemy2.types.Geometry(
        geometry_type="GEOMETRY", srid=srid, spatial_index=False
    )
    return sa.Column(name, kind, nullable=True)


def make_asset_version() -> None:
    op.create_table(
        "asset_version",
        sa.Column("asset_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        instant("from_at", nullable=False),
        instant("until_at", nullable=True),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("changed", postgresql.ARRAY(sa.Text()), nullable=False),
        *(
            sa.Column(each, sa.String(), nullable=False)
            for each in (*NEEDED, *NEEDED_TOO)
        ),
        *(sa.Column(each, sa.String(), nullable=True) for each in TEXTS),
        sa.Column("languages", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        instant("verified_at", nullable=True),
        sa.Column("neighbourhood_id", sa.BigInteger(), nullable=True),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("is_published", sa.Boolean(), nullable=False),
        *(shape(each, 4326 if each.endswith("wgs84") else 27700) for each in SHAPES),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_asset_version_account_id_account"),
        ),
        sa.ForeignKeyConstraint(
            ["asset_id"],
            ["asset.id"],
            name=op.f("fk_asset_version_asset_id_asset"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("asset_id", "version", name=op.f("pk_asset_version")),
    )
    columns = ", ".join(KEPT)
    op.execute(f"""
        INSERT INTO asset_version (
            asset_id, version, from_at, account_id, changed, {columns}
        )
        SELECT id, version, updated_at, created_by, '{{}}', {columns} FROM asset
    """)  # noqa: S608 - names of columns, written above
    op.execute(
        TRIGGER.format(
            path=op.get_bind().scalar(sa.text(PATH)),
            acting=ACTING,
            columns=columns,
            new=", ".join(f"fresh.{each}" for each in KEPT),
            changed=", ".join(_differs(each) for each in TOLD),
        )
    )


def _differs(column: str) -> str:
    told = MEMBERS.get(column, column)
    return f"CASE WHEN fresh.{column} IS DISTINCT FROM stale.{column} THEN '{told}' END"


def make_request_answer() -> None:
    op.create_table(
        "request_answer",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("body", sa.JSON(), nullable=True),
        sa.Column("headers", sa.JSON(), nullable=True),
        sa.Column("secret_in", sa.String(), nullable=True),
        sa.Column("secret_hash", sa.String(), nullable=False),
        whose(),
        instant("made_at", server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("octet_length(id) = 32", name=op.f("ck_request_answer_id")),
        sa.CheckConstraint(
            "octet_length(fingerprint) = 32",
            name=op.f("ck_request_answer_fingerprint"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_request_answer_account_id_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_answer")),
    )
    op.create_index("ix_request_answer_account_id", "request_answer", ["account_id"])
    op.create_index("ix_request_answer_made_at", "request_answer", ["made_at"])


def change_sketch() -> None:
    op.add_column(
        "sketch",
        sa.Column(
            "public_id",
            sa.Uuid(),
            server_default=sa.text("gen_random_uuid()"),
            nullable=False,
        ),
    )
    op.add_column(
        "sketch",
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
    )
    now = sa.text("now()")
    op.add_column("sketch", instant("updated_at", server_default=now, nullable=False))
    op.create_index("uq_sketch_public_id", "sketch", ["public_id"], unique=True)


def downgrade() -> None:
    for name in ("updated_at", "version", "public_id"):
        op.drop_column("sketch", name)
    op.drop_table("request_answer")
    op.execute("DROP TRIGGER tr_asset_added ON asset")
    op.execute("DROP TRIGGER tr_asset_changed ON asset")
    op.execute("DROP FUNCTION keep_asset_version()")
    op.drop_table("asset_version")
