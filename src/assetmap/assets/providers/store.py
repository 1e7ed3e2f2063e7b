"""The only queries of who runs assets."""

from collections.abc import Iterable

from psycopg.types.json import Jsonb
from sqlalchemy import select, text
from sqlalchemy.orm import Session, aliased

from assetmap.assets.providers.model import Provider, circular
from assetmap.assets.providers.tables import ProviderRow
from assetmap.db.copying import copy_rows
from assetmap.db.statements import statement

_COLUMNS = ("source", "source_ref", "name", "description", "url", "identifiers")
_PROVENANCE = ("licence", "attribution")


def save_providers(session: Session, providers: Iterable[Provider]) -> None:
    """Store who runs assets, without their parents: new ones, and what changed."""
    known = {(each.source, each.source_ref): each for each in providers}
    if not known:
        return
    session.execute(statement("assets/providers", "new_incoming"))
    types = ["text"] * 5 + ["jsonb"] + ["text"] * 2
    columns = (*_COLUMNS, *_PROVENANCE)
    rows = map(_plain, known.values())
    copy_rows(session, "provider_incoming", columns, types, rows)
    session.execute(statement("assets/providers", "save_incoming"))
    session.execute(text("DROP TABLE provider_incoming"))


def _plain(provider: Provider) -> tuple[object, ...]:
    return (
        provider.source,
        provider.source_ref,
        provider.name,
        provider.description,
        provider.url,
        Jsonb(dict(provider.identifiers)),
        provider.licence,
        provider.attribution,
    )


def set_parents(
    session: Session, source: str, parents: dict[str, str | None]
) -> list[str]:
    """Say whom the bodies of a source belong to, by reference; who is left out.

    Those are left without a parent that would be above themselves; so are those whose
    parent is not known.
    """
    parent = aliased(ProviderRow)
    query = (
        select(ProviderRow.source_ref.label("ref"), parent.source_ref.label("above"))
        .join(parent, ProviderRow.parent_id == parent.id)
        .where(ProviderRow.source == source)
    )
    stored = {row.ref: row.above for row in session.execute(query)}
    wanted = {**stored, **parents}
    lost = circular({ref: above for ref, above in wanted.items() if above})
    refs = [ref for ref in parents if ref not in lost]
    session.execute(
        statement("assets/providers", "set_parents"),
        {
            "source": source,
            "refs": [*refs, *lost],
            "above": [*(parents[each] for each in refs), *([None] * len(lost))],
        },
    )
    return lost
