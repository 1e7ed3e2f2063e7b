-- A sketch, or its newer form where the same source sent the same reference before.
-- One that says the same changes nothing; one that was withdrawn stays withdrawn.
INSERT INTO sketch (
    neighbourhood_id,
    geom,
    geom_wgs84,
    resident,
    weight,
    years_lived,
    note,
    is_simulated,
    source,
    source_ref,
    drawn_at,
    repaired,
    edit_token_hash
)
VALUES (
    :neighbourhood_id,
    st_geomfromewkb(:geom),
    st_geomfromewkb(:geom_wgs84),
    :resident,
    :weight,
    :years_lived,
    :note,
    :is_simulated,
    :source,
    :source_ref,
    :drawn_at,
    :repaired,
    :edit_token_hash
)
ON CONFLICT (
    neighbourhood_id, source, source_ref
) WHERE source_ref IS NOT NULL DO UPDATE
    SET
        geom = excluded.geom,
        geom_wgs84 = excluded.geom_wgs84,
        resident = excluded.resident,
        weight = excluded.weight,
        years_lived = excluded.years_lived,
        note = excluded.note,
        is_simulated = excluded.is_simulated,
        drawn_at = excluded.drawn_at,
        repaired = excluded.repaired
    WHERE
    sketch.withdrawn_at IS NULL
    AND (
        st_asbinary(sketch.geom) IS DISTINCT FROM st_asbinary(excluded.geom)
        OR (
            sketch.resident,
            sketch.weight,
            sketch.years_lived,
            sketch.note,
            sketch.is_simulated
        ) IS DISTINCT FROM (
            excluded.resident,
            excluded.weight,
            excluded.years_lived,
            excluded.note,
            excluded.is_simulated
        )
    )
RETURNING id
