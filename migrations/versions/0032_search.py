"""Find assets by words, misspelt too: a column of words, and an index on it.

``asset`` is written anew with what its texts come to as a ``tsvector``, which takes a
second for every 20,000 assets, and is locked meanwhile; so is the small table of
categories. Words are cut down to their stems by English rules, which do for Welsh as
long as both sides go by them; accents are taken off and apostrophes left out. What is
said in Welsh has the weight B, so that mutations of its words are looked for there
and nowhere else. ``asset_word`` holds the words of what is published, each once: what
a misspelt one may have been meant for. A trigger adds to it.

Places of one category are found nearest first by an index of both.

Needs the extension ``pg_trgm``, which comes with PostgreSQL.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0032_search"
down_revision = "0031_members_apart"

CONFIGURATION = """
CREATE TEXT SEARCH DICTIONARY asset_stem (
    TEMPLATE = pg_catalog.snowball, LANGUAGE = english
);
CREATE TEXT SEARCH CONFIGURATION asset_words (COPY = pg_catalog.simple);
ALTER TEXT SEARCH CONFIGURATION asset_words
    ALTER MAPPING FOR asciiword, word, asciihword, hword, hword_asciipart, hword_part
    WITH asset_stem;
"""

FOLDED = r"""
CREATE FUNCTION asset_folded(said text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN lower(regexp_replace(regexp_replace(
    normalize(said, NFKD), '[\u0300-\u036F''`\u2018\u2019\u02BC]', '', 'g'
), '[!-/:-@\[-_{-~\u00A0-\u00BF\u2010-\u206F\u3000-\u303F[:space:]]+', ' ', 'g'))
"""

DOCUMENT = r"""
CREATE FUNCTION asset_document(
    name varchar, name_cy varchar, names jsonb, description varchar, code varchar
) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN
    setweight(to_tsvector('{schema}.asset_words', {schema}.asset_folded(
        left(name, 2000) || CASE WHEN names = '{{}}' THEN '' ELSE
        ' ' || left(regexp_replace(names::text, '"[^"]*": ', ' ', 'g'), 2000) END
    )), 'A')
    || CASE WHEN name_cy IS NULL AND names ->> 'cy' IS NULL THEN '' ELSE
    setweight(to_tsvector('{schema}.asset_words', {schema}.asset_folded(
        left(coalesce(name_cy, '') || ' ' || coalesce(names ->> 'cy', ''), 2000)
    )), 'B') END
    || CASE WHEN description IS NULL THEN '' ELSE
    to_tsvector(
        '{schema}.asset_words', {schema}.asset_folded(left(description, 20000))
    ) END
    || ('''=' || replace(replace(code, '\', '\\'), '''', '''''') || ''':1C')::tsvector
"""

CATEGORY = """
CREATE FUNCTION asset_category_document(
    label varchar, label_cy varchar, synonyms text[]
) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN
    setweight(to_tsvector('{schema}.asset_words', {schema}.asset_folded(
        label || ' ' || translate(synonyms::text, '{{",}}', '     ')
    )), 'A')
    || setweight(to_tsvector('{schema}.asset_words', {schema}.asset_folded(
        coalesce(label_cy, '')
    )), 'B')
"""

NOTE_WORDS = """
CREATE FUNCTION note_asset_words() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = {schema}, pg_temp
AS $$
BEGIN
    -- Two at once may both add a word: there is no key, so that neither waits.
    INSERT INTO asset_word (word)
    SELECT DISTINCT said.word
    FROM new_rows AS fresh
    CROSS JOIN LATERAL unnest(string_to_array(asset_folded(
        fresh.name || ' ' || coalesce(fresh.name_cy, '')
        || ' ' || regexp_replace(fresh.names::text, '"[^"]*": ', ' ', 'g')
        || ' ' || left(coalesce(fresh.description, ''), 20000)
    ), ' ')) AS said (word)
    WHERE
        fresh.is_published
        AND length(said.word) BETWEEN 4 AND 30
        AND said.word !~ '[0-9]'
        AND NOT EXISTS (SELECT 1 FROM asset_word WHERE asset_word.word = said.word);
    RETURN NULL;
END
$$;
"""
TRIGGERS = """
CREATE TRIGGER note_asset_words_added AFTER INSERT ON asset
REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION note_asset_words();
CREATE TRIGGER note_asset_words_changed AFTER UPDATE ON asset
REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION note_asset_words();
"""
FIRST_WORDS = """
INSERT INTO asset_word (word)
SELECT DISTINCT said.word
FROM asset
CROSS JOIN LATERAL unnest(string_to_array(asset_folded(
    asset.name || ' ' || coalesce(asset.name_cy, '')
    || ' ' || regexp_replace(asset.names::text, '"[^"]*": ', ' ', 'g')
    || ' ' || left(coalesce(asset.description, ''), 20000)
), ' ')) AS said (word)
WHERE
    asset.is_published
    AND length(said.word) BETWEEN 4 AND 30
    AND said.word !~ '[0-9]'
"""


def upgrade() -> None:
    schema = op.get_bind().scalar(sa.text("SELECT quote_ident(current_schema())"))
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    for script in (CONFIGURATION, FOLDED, DOCUMENT, CATEGORY, NOTE_WORDS):
        run(script.format(schema=schema) if script is not FOLDED else script)
    op.create_table("asset_word", sa.Column("word", sa.String(), nullable=False))
    op.create_index("ix_asset_word_word", "asset_word", ["word"])
    op.create_index(
        "ix_asset_word_alike",
        "asset_word",
        ["word"],
        postgresql_using="gin",
        postgresql_ops={"word": "gin_trgm_ops"},
    )
    op.add_column(
        "asset_category",
        sa.Column(
            "synonyms",
            postgresql.ARRAY(sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
    )
    add_words("asset_category", "asset_category_document(label, label_cy, synonyms)")
    add_words(
        "asset",
        "asset_document(name, name_cy, names, description, category_code)",
    )
    op.create_index("ix_asset_words", "asset", ["words"], postgresql_using="gin")
    run(FIRST_WORDS)
    run(TRIGGERS)


def add_words(table: str, made_of: str) -> None:
    told = sa.Computed(made_of, persisted=True)
    op.add_column(table, sa.Column("words", postgresql.TSVECTOR(), told, nullable=True))


def run(script: str) -> None:
    """Run a script as it stands: a percent sign or a colon in it means itself."""
    bare = op.get_bind().execution_options(no_parameters=True)
    bare.exec_driver_sql(script)
    op.get_bind().execution_options(no_parameters=False)


def downgrade() -> None:
    for name in ("added", "changed"):
        op.execute(f"DROP TRIGGER note_asset_words_{name} ON asset")
    op.drop_index("ix_asset_words", "asset")
    op.drop_column("asset", "words")
    op.drop_column("asset_category", "words")
    op.drop_column("asset_category", "synonyms")
    op.drop_table("asset_word")
    op.execute("DROP FUNCTION note_asset_words()")
    op.execute("DROP FUNCTION asset_category_document(varchar, varchar, text[])")
    op.execute(
        "DROP FUNCTION asset_document(varchar, varchar, jsonb, varchar, varchar)"
    )
    op.execute("DROP FUNCTION asset_folded(text)")
    op.execute("DROP TEXT SEARCH CONFIGURATION asset_words")
    op.execute("DROP TEXT SEARCH DICTIONARY asset_stem")
