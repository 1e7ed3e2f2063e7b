"""The schema ``publish``: what the public may read, as views, and who else reads them.

They ask nobody who they are: whoever connects with SQL of their own could say anything.
So they show what the public sees by the table of rules, and nothing more. Where a view
leaves rows out, it lets no condition of whoever asks look at them first
(``security_barrier``).
"""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from assetmap.accounts.reach import (
    ASSET,
    ASSET_CONTACT,
    CONSENSUS,
    NEIGHBOURHOOD,
    ORGANISATION,
    Reach,
)
from assetmap.accounts.rules import rule_for

SCHEMA = "publish"
NAMES = (
    "boundary_sets",
    "boundaries",
    "quality",
    "organisations",
    "assets",
    "neighbourhoods",
)
TAKE_DOWN = f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE"

_MAKE_READERS = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'assetmap_reader') THEN
        BEGIN
            CREATE ROLE assetmap_reader
                NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
        EXCEPTION
            WHEN duplicate_object OR unique_violation THEN
                NULL; -- Another process made it at this moment.
            WHEN insufficient_privilege THEN
                NULL; -- `assetmap db reader` says what somebody else must run.
        END;
    END IF;
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'assetmap_reader') THEN
        GRANT USAGE ON SCHEMA publish TO assetmap_reader;
        GRANT SELECT ON ALL TABLES IN SCHEMA publish TO assetmap_reader;
    END IF;
END $$
"""


def _public(reach: Reach, action: str = "read") -> str:
    """Which rows of a table the public may see, as SQL."""
    words = rule_for(reach.thing, action).words["public"]
    if "all" in words:
        return "true"
    return f"({reach.published})" if "published" in words else "false"


@cache
def statements() -> tuple[str, ...]:
    """The statements that put the schema up."""
    is_read = "all" in rule_for("boundary_set", "read").words["public"]
    parts = {
        "boundary_set": "true" if is_read else "false",
        "organisation": _public(ORGANISATION).replace("(is", "(organisation.is"),
        "asset": _public(ASSET),
        "contact": _public(ASSET_CONTACT),
        "neighbourhood": _public(NEIGHBOURHOOD),
        "consensus": _public(CONSENSUS),
    }
    room = files("assetmap.accounts.published").joinpath("sql")
    made = (room.joinpath(f"{name}.sql").read_text("utf-8") for name in NAMES)
    return (
        TAKE_DOWN,
        f"CREATE SCHEMA {SCHEMA}",
        f"COMMENT ON SCHEMA {SCHEMA} IS 'What anybody may read; made by assetmap'",
        *(_filled(each, parts) for each in made),
        _MAKE_READERS,
    )


def _filled(view: str, parts: Mapping[str, str]) -> str:
    """A view with what the rules say in the place of ``rule_…``, of whatever table."""
    for name, said in parts.items():
        view = re.sub(rf"(\w+\.)?\brule_{name}\b", said, view)
    return view
