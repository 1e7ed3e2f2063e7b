"""Organisations as features without a place: their sites are assets."""

from assetmap.accounts.tables import OrganisationRow
from assetmap.publish.features.collection import Collection, Column
from assetmap.publish.features.extents import newest

ORGANISATIONS = "organisations"


def organisations() -> Collection:
    """Bodies that run assets, as whoever asks may see them."""
    row = OrganisationRow
    slug = Column("slug", "text", row.slug, "Short name")
    return Collection(
        ORGANISATIONS,
        "Organisations",
        "Bodies that run assets. Their sites are assets with their short name.",
        (
            slug,
            Column("name", "text", row.name, "Name"),
            Column("kind", "text", row.kind, "vcse, council, nhs or other"),
            Column("url", "text", row.url, "Website"),
            Column("is_published", "truth", row.is_published, "Whether all may see it"),
        ),
        row.__table__,
        (),
        row.id,
        slug,
        changed=newest(row.updated_at),
    )
