"""Views with the owner's rights, each with its rule in its condition."""

from assetmap.accounts.pair_views import PAIR_VIEWS, pair_views
from assetmap.accounts.reach import (
    ASSET,
    ASSET_CONTACT,
    ASSET_HISTORY,
    ASSET_LOCATION,
    CONSENSUS,
)
from assetmap.db.service_role import ROLE

COUNTED = """
CREATE VIEW counted_sketch AS
SELECT
    sketch.id, neighbourhood.id AS neighbourhood_id, sketch.weight, sketch.geom,
    sketch.version, sketch.years_lived, sketch.weight_reason,
    (
        SELECT jsonb_object_agg(
            asked.question ->> 'id',
            jsonb_build_object(
                'kind', asked.question -> 'kind',
                'breaks', asked.question -> 'breaks',
                'value', sketch.answers -> (asked.question ->> 'id')
            )
        )
        FROM drawing_link AS link
        CROSS JOIN jsonb_array_elements(link.questions) AS asked (question)
        WHERE
            link.id = sketch.link_id
            AND asked.question ->> 'kind' IN ('choice', 'yes_no', 'number')
            AND sketch.answers ->> (asked.question ->> 'id') IS NOT NULL
    ) AS answered
FROM sketch
INNER JOIN neighbourhood AS drawn ON sketch.neighbourhood_id = drawn.id
INNER JOIN neighbourhood ON coalesce(drawn.merged_into_id, drawn.id) = neighbourhood.id
WHERE
    sketch.withdrawn_at IS NULL
    AND sketch.hidden_at IS NULL
    AND sketch.id = (
        SELECT newest.id
        FROM sketch AS newest
        WHERE
            newest.neighbourhood_id = sketch.neighbourhood_id
            AND newest.resident = sketch.resident
            AND newest.withdrawn_at IS NULL
            AND newest.hidden_at IS NULL
        ORDER BY newest.drawn_at DESC, newest.id DESC
        LIMIT 1
    )
    AND NOT EXISTS (
        SELECT 1
        FROM sketch AS newer
        WHERE
            -- As a list, so that each drawing is looked up by place and resident:
            -- joined, all drawings were read again for each of them.
            newer.neighbourhood_id = ANY (ARRAY(
                SELECT other.id
                FROM neighbourhood AS other
                WHERE
                    other.merged_into_id IN (drawn.id, drawn.merged_into_id)
                    AND other.id <> drawn.id
                UNION ALL
                SELECT drawn.merged_into_id
                WHERE drawn.merged_into_id IS NOT NULL
            ))
            AND newer.resident = sketch.resident
            AND newer.withdrawn_at IS NULL
            AND newer.hidden_at IS NULL
            AND (newer.drawn_at, newer.id) > (sketch.drawn_at, sketch.id)
    )
    AND {drawn}
"""

RELEASED = """
CREATE VIEW newest_release AS
SELECT
    released.neighbourhood_id, released.number, released.sketches, released.grid_m,
    released.extent, released.first_row, released.row_begins, released.starts,
    released.ends, released.held
FROM consensus_release AS released
INNER JOIN neighbourhood ON released.neighbourhood_id = neighbourhood.id
WHERE
    NOT EXISTS (
        SELECT 1
        FROM consensus_release AS newer
        WHERE
            newer.neighbourhood_id = released.neighbourhood_id
            AND newer.number > released.number
    )
    AND {reach}
"""

MEMBERS = """
CREATE VIEW counted_release AS
SELECT
    released.id, released.neighbourhood_id, released.number, released.grid_m,
    released.sketches, released.members, released.versions, released.of_parts
FROM consensus_release AS released
INNER JOIN neighbourhood ON released.neighbourhood_id = neighbourhood.id
WHERE {drawn}
"""

_JOBS = """
CREATE VIEW job_count AS
SELECT job.state, count(*) AS jobs
FROM job
GROUP BY job.state
"""

_LINKS = """
CREATE VIEW audit_link AS
SELECT
    audit_entry.id, audit_entry.chain, audit_entry.place,
    audit_entry.previous, audit_entry.hash
FROM audit_entry
WHERE
    (SELECT access.has('audit', 'export', 'theirs'))
    OR (SELECT access.has('audit', 'export', 'unkept'))
"""

SHOWN = """
CREATE VIEW shown_asset AS
SELECT
    asset.id, asset.name, asset.name_cy, asset.names, asset.category_code,
    asset.description, asset.service_area, asset.service_area_wgs84,
    asset.service_codes,
    asset.shown_geom, asset.shown_geom_wgs84, asset.location_visibility,
    CASE WHEN {place} THEN asset.geom END AS geom,
    CASE WHEN {place} THEN asset.geom_wgs84 END AS geom_wgs84,
    CASE WHEN {place} THEN asset.address END AS address,
    CASE WHEN {place} THEN asset.postcode END AS postcode,
    CASE WHEN {place} THEN asset.uprn END AS uprn,
    CASE WHEN {place} THEN asset.source_ref END AS source_ref,
    CASE WHEN {place} THEN asset.sites ELSE '[]' END AS sites,
    asset.url,
    CASE WHEN {contact} THEN asset.phone END AS phone,
    CASE WHEN {contact} THEN asset.email END AS email,
    asset.opening_hours, asset.has_readable_hours, asset.access, asset.cost,
    asset.languages, asset.status, asset.provider_id,
    asset.valid_from, asset.valid_to, asset.verified_at, asset.source,
    asset.licence, asset.attribution, asset.neighbourhood_id,
    asset.organisation_id, asset.created_by, asset.is_published, asset.words,
    asset.version, asset.created_at, asset.updated_at,
    {change} AS may_change, {delete} AS may_delete,
    {verify} AS may_verify, {publish} AS may_publish, {merge} AS may_merge
FROM asset
WHERE asset.merged_into_id IS NULL AND {reach}
"""

VERSIONS = """
CREATE VIEW shown_asset_version AS
SELECT
    found.asset_id, found.version, found.from_at, found.until_at, found.changed,
    seen.is_whole, said.*
FROM (SELECT asset.id, {whole} AS is_whole FROM asset WHERE {reach}) AS seen
INNER JOIN asset_version AS found ON seen.id = found.asset_id
LEFT JOIN LATERAL (
    SELECT
        access.slug_of_account(found.account_id) AS by,
        found.name, found.category_code, found.description, found.geom_wgs84,
        found.location_visibility, found.address, found.postcode, found.uprn,
        found.url, found.phone, found.email, found.opening_hours, found.access,
        found.cost, found.languages, found.status, found.valid_from, found.valid_to,
        found.verified_at, found.source, found.source_ref, found.licence,
        found.attribution, found.is_published, found.name_cy, found.names,
        found.service_codes, found.sites, found.has_readable_hours
    WHERE seen.is_whole
) AS said ON true
"""


CHANGES = """
CREATE VIEW shown_asset_change AS
SELECT
    change.turn_id, turn.place, turn.at, change.asset_id, change.version,
    CASE
        WHEN seen.is_whole THEN change.what
        WHEN seen.id IS NULL OR NOT change.is_published THEN 'gone'
        WHEN NOT change.was_published THEN 'added'
        ELSE change.what
    END AS what,
    CASE
        WHEN
            seen.is_whole
            OR (seen.id IS NOT NULL AND change.is_published AND change.was_published)
            THEN coalesce(found.changed, '{{}}')
        ELSE '{{}}'
    END AS changed,
    seen.id IS NOT NULL AND seen.version = change.version AS is_newest
FROM asset_change AS change
INNER JOIN asset_turn AS turn ON change.turn_id = turn.id
LEFT JOIN (
    SELECT asset.id, asset.version, {whole} AS is_whole FROM asset WHERE {reach}
) AS seen ON change.asset_id = seen.id
LEFT JOIN asset_version AS found
    ON change.asset_id = found.asset_id AND change.version = found.version
WHERE
    turn.place IS NOT NULL
    AND CASE
        WHEN seen.is_whole THEN true
        WHEN change.is_published THEN seen.id IS NOT NULL
        WHEN change.was_published
            THEN (SELECT access.has('asset', 'read', 'published'))
        ELSE seen.id IS NULL AND EXISTS (
            SELECT 1
            FROM (
                SELECT
                    before.is_published, before.geom, before.neighbourhood_id,
                    before.organisation_id, present.created_by
                FROM asset_version AS before
                INNER JOIN asset AS present ON before.asset_id = present.id
                WHERE
                    before.asset_id = change.asset_id
                    AND before.version = change.version - 1
            ) AS asset
            WHERE {reach}
        )
    END
"""


def views() -> list[str]:
    """Views with the owner's rights, each with its rule in its condition.

    ``counted_sketch`` is what a consensus is made from, and nothing of who drew; of
    answers to a link's questions none that are in words of one's own. Only whoever
    draws sees it, until the drawing is stored, of the place that it is counted in; and
    the owner, who makes what is due. ``counted_release`` is which drawings a release
    was made of, for the same. ``newest_release`` is what is published of them, by
    place. ``shown_asset`` is the only way to where an asset is. Policies would keep
    PostGIS's indexes from being used: its operators are not known to leak nothing.
    Conditions of a view do not.
    ``audit_link`` has nothing of an entry but how it hangs together with the others:
    whoever may export the audit can so prove that what they see is where it was.
    Assets that are merged into others are found as those alone (pair_views.py).
    ``shown_asset_change`` tells what somebody could see and sees no more as gone.
    """
    doings = ("change", "delete", "verify", "publish", "merge")
    may = {each: f"({ASSET.may(each)} IS TRUE)" for each in doings}
    place = f"(asset.location_visibility = 'exact' OR {ASSET_LOCATION.may('read')})"
    contact = ASSET_CONTACT.may("read")
    return [
        COUNTED.format(drawn=_DRAWN),
        MEMBERS.format(drawn=_DRAWN),
        RELEASED.format(reach=CONSENSUS.may("read")),
        SHOWN.format(place=place, contact=contact, reach=ASSET.may("read"), **may),
        VERSIONS.format(
            whole=f"({ASSET_HISTORY.may('read')} IS TRUE)", reach=ASSET.may("read")
        ),
        CHANGES.format(
            whole=f"({ASSET_HISTORY.may('read')} IS TRUE)", reach=ASSET.may("read")
        ),
        *pair_views(),
        _JOBS,
        _LINKS,
        f"GRANT SELECT ON {', '.join(VIEWS)} TO {ROLE}",
    ]


_DRAWN = (
    "(neighbourhood.id = ANY ((SELECT access.drawn_in())::bigint[])"
    " OR (SELECT access.is_owner()))"
)

VIEWS = (
    "counted_sketch",
    "counted_release",
    "newest_release",
    "shown_asset",
    "shown_asset_version",
    "shown_asset_change",
    *PAIR_VIEWS,
    "job_count",
    "audit_link",
)
