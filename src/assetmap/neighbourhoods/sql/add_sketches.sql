-- Sketches, each in its newer form where the same source sent its reference before.
-- One that says the same changes nothing; one that was withdrawn stays withdrawn.
-- All in one statement: the audit tells many at once, and not each resident's drawing.
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
    edit_token_hash,
    answers,
    made_how,
    weight_reason
)
SELECT
    :neighbourhood_id,
    st_geomfromewkb(sent.geom) AS geom,
    st_geomfromewkb(sent.geom_wgs84) AS geom_wgs84,
    sent.resident,
    sent.weight,
    sent.years_lived,
    sent.note,
    sent.is_simulated,
    sent.source,
    sent.source_ref,
    sent.drawn_at,
    sent.repaired,
    sent.edit_token_hash,
    sent.answers,
    sent.made_how,
    sent.weight_reason
FROM
    unnest(
        :geom::bytea[],
        :geom_wgs84::bytea[],
        :resident::text[],
        :weight::double precision[],
        :years_lived::numeric[],
        :note::text[],
        :is_simulated::boolean[],
        :source::text[],
        :source_ref::text[],
        :drawn_at::timestamptz[],
        :repaired::text[],
        :edit_token_hash::text[],
        :answers::jsonb[],
        :made_how::text[],
        :weight_reason::text[]
    ) WITH ORDINALITY
        AS sent (
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
            edit_token_hash,
            answers,
            made_how,
            weight_reason,
            place
        )
ORDER BY sent.place
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
        repaired = excluded.repaired,
        answers = excluded.answers,
        made_how = excluded.made_how,
        weight_reason = excluded.weight_reason,
        version = sketch.version + 1,
        updated_at = clock_timestamp()
    WHERE
    sketch.withdrawn_at IS NULL
    AND (
        st_asbinary(sketch.geom) IS DISTINCT FROM st_asbinary(excluded.geom)
        OR (
            sketch.resident,
            sketch.weight,
            sketch.years_lived,
            sketch.note,
            sketch.is_simulated,
            sketch.answers,
            sketch.made_how,
            sketch.weight_reason
        ) IS DISTINCT FROM (
            excluded.resident,
            excluded.weight,
            excluded.years_lived,
            excluded.note,
            excluded.is_simulated,
            excluded.answers,
            excluded.made_how,
            excluded.weight_reason
        )
    )
RETURNING id
