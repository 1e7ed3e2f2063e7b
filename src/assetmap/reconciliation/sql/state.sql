-- A hash of all that answers are made from, as it stands: of the loads, the releases of
-- sketches and the assets. Rows that are many are told by how many, how often changed
-- and when.
SELECT
    md5(concat_ws(
        '|',
        (SELECT string_agg(md5(boundary_set::text), '' ORDER BY id) FROM boundary_set),
        (SELECT string_agg(md5(count_set::text), '' ORDER BY id) FROM count_set),
        (
            SELECT string_agg(md5(deprivation_set::text), '' ORDER BY id)
            FROM deprivation_set
        ),
        (
            SELECT string_agg(md5(neighbourhood::text), '' ORDER BY id)
            FROM neighbourhood
        ),
        (SELECT string_agg(md5(catchment_set::text), '') FROM catchment_set),
        (SELECT concat_ws(' ', count(*), sum(id)) FROM consensus_release),
        (
            SELECT concat_ws(' ', count(*), max(id), sum(version), max(updated_at))
            FROM shown_asset
        )
    )) AS state
