"""Views of pairs of assets that may be one, and of those that are."""

from assetmap.accounts.reach import (
    ASSET,
    ASSET_DUPLICATE,
    ASSET_HISTORY,
    ASSET_LOCATION,
    Reach,
)

_PAIRS = """
CREATE VIEW shown_asset_pair AS
SELECT
    pair.first_id, pair.second_id, pair.score, pair.evidence, pair.found_at,
    ({decides_one} OR {decides_other}) IS TRUE AS may_decide,
    ({merges_one} AND {merges_other}) IS TRUE AS may_merge,
    decided.decision, decided.note,
    access.slug_of_account(decided.account_id) AS decided_by, decided.decided_at
FROM asset_pair AS pair
INNER JOIN asset AS one ON pair.first_id = one.id
INNER JOIN asset AS other ON pair.second_id = other.id
LEFT JOIN LATERAL (
    SELECT
        found.decision, found.note, found.account_id, found.decided_at
    FROM asset_decision AS found
    WHERE
        found.first_id = pair.first_id
        AND found.second_id = pair.second_id
        AND (
            ({sees_one} AND {sees_other}) IS TRUE
            OR found.account_id = (SELECT access.account())
        )
    ORDER BY found.id DESC
    LIMIT 1
) AS decided ON true
WHERE
    one.merged_into_id IS NULL
    AND other.merged_into_id IS NULL
    AND {reads_one}
    AND {reads_other}
    AND ({reviews_one} OR {reviews_other})
    AND CASE pair.basis
        WHEN 'all' THEN true
        WHEN 'whole' THEN ({sees_one} AND {sees_other}) IS TRUE
        ELSE ({sees_one} AND {sees_other}) IS NOT TRUE
    END
"""

_MERGES = """
CREATE VIEW shown_asset_merge AS
SELECT
    merge.id, merge.kept_id, merge.merged_id, merge.taken,
    CASE WHEN keeps.yes THEN merge.reason END AS reason,
    CASE WHEN keeps.yes THEN access.slug_of_account(merge.account_id) END AS by,
    merge.merged_at,
    access.slug_of_account(merge.undone_by) AS undone_by, merge.undone_at,
    other.name, other.source, other.source_ref, other.licence, other.attribution,
    keeps.yes AS is_keeper,
    ({merges_one} OR {merges_other}) IS TRUE AS may_part
FROM asset_merge AS merge
INNER JOIN asset AS one ON merge.kept_id = one.id
INNER JOIN asset AS other ON merge.merged_id = other.id
CROSS JOIN LATERAL (
    SELECT ({keeps_one} OR {keeps_other}) IS TRUE AS yes
) AS keeps
WHERE
    {reads_one}
    AND {reads_other}
    AND {sees_one}
    AND {sees_other}
    AND (merge.undone_at IS NULL OR keeps.yes)
"""

_MERGED = """
CREATE VIEW merged_asset AS
SELECT other.id, one.id AS kept_id
FROM asset AS other
INNER JOIN asset AS one ON other.merged_into_id = one.id
WHERE {reads_one} AND {reads_other} AND {sees_one} AND {sees_other}
"""

PAIR_VIEWS = ("shown_asset_pair", "shown_asset_merge", "merged_asset")


def pair_views() -> list[str]:
    """Views with the owner's rights, each with its rule in its condition.

    What was found, or decided, from a place that is not exact is for those who may see
    both places: that something is the same as what lies there would tell the place. So
    would what a merged asset is now.
    """
    may = {
        **_both("reads", ASSET, "read"),
        **_both("merges", ASSET, "merge"),
        **_both("reviews", ASSET_DUPLICATE, "read"),
        **_both("decides", ASSET_DUPLICATE, "decide"),
        **_both("keeps", ASSET_HISTORY, "read"),
    }
    for name, condition in _both("sees", ASSET_LOCATION, "read").items():
        alias = name.removeprefix("sees_")
        exact = f"{alias}.location_visibility = 'exact'"
        may[name] = f"({exact} OR {condition})"
    return [each.format(**may) for each in (_PAIRS, _MERGES, _MERGED)]


def _both(name: str, reach: Reach, action: str) -> dict[str, str]:
    """A condition on an asset, of either of two."""
    told = reach.may(action)
    return {
        f"{name}_{each}": told.replace("asset.", f"{each}.")
        for each in ("one", "other")
    }
