-- What a steward decides of drawings and places, and the service may not write by
-- itself: hiding a drawing from the count, and merging two places into one.

-- Hide a drawing with a reason, or with none count it again; the new version, or null
-- where it is not for whoever acts.
CREATE FUNCTION access.moderate_sketch(asked uuid, why text, said text)
RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
DECLARE
    now_at integer;
BEGIN
    UPDATE sketch SET
        hidden_at = CASE WHEN why IS NOT NULL THEN clock_timestamp() END,
        hidden_why = why,
        hidden_note = CASE WHEN why IS NOT NULL THEN said END,
        version = sketch.version + 1,
        updated_at = clock_timestamp()
    WHERE
        sketch.public_id = asked
        AND sketch.withdrawn_at IS NULL
        AND sketch.neighbourhood_id
        = ANY(access.neighbourhoods('sketch', 'moderate'))
    RETURNING sketch.version INTO now_at;
    RETURN now_at;
END
$$;

-- Whether whoever acts may merge a place with another.
CREATE FUNCTION access.may_merge(asked bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
BEGIN
    RETURN
        asked = ANY(access.neighbourhoods('neighbourhood', 'merge'))
        OR (
            access.has('neighbourhood', 'merge', 'unkept')
            AND asked <> ALL(access.kept_neighbourhoods())
        );
END
$$;

-- Count what was drawn of one place as drawn of another; nothing is moved. False where
-- either is not for whoever acts.
CREATE FUNCTION access.merge_place(other bigint, whole bigint, reason text)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
BEGIN
    IF NOT (access.may_merge(other) AND access.may_merge(whole)) THEN
        RETURN false;
    END IF;
    UPDATE neighbourhood SET
        merged_into_id = whole,
        merged_at = clock_timestamp(),
        merge_reason = reason,
        version = neighbourhood.version + 1,
        updated_at = clock_timestamp()
    WHERE neighbourhood.id = other;
    UPDATE neighbourhood SET
        version = neighbourhood.version + 1,
        updated_at = clock_timestamp()
    WHERE neighbourhood.id = whole;
    INSERT INTO consensus_kept (neighbourhood_id, written)
    SELECT drawn.place, pg_current_xact_id()::text::bigint
    FROM unnest(ARRAY[least(other, whole), greatest(other, whole)]) AS drawn (place)
    ON CONFLICT (neighbourhood_id) DO UPDATE SET written = excluded.written;
    RETURN true;
END
$$;

-- Undo that; the stewards of either may.
CREATE FUNCTION access.part_place(other bigint) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
DECLARE
    whole bigint;
BEGIN
    SELECT neighbourhood.merged_into_id INTO whole
    FROM neighbourhood WHERE neighbourhood.id = other;
    IF whole IS NULL OR NOT (access.may_merge(other) OR access.may_merge(whole)) THEN
        RETURN false;
    END IF;
    UPDATE neighbourhood SET
        merged_into_id = NULL,
        merged_at = NULL,
        merge_reason = NULL,
        version = neighbourhood.version + 1,
        updated_at = clock_timestamp()
    WHERE neighbourhood.id = other;
    UPDATE neighbourhood SET
        version = neighbourhood.version + 1,
        updated_at = clock_timestamp()
    WHERE neighbourhood.id = whole;
    INSERT INTO consensus_kept (neighbourhood_id, written)
    SELECT drawn.place, pg_current_xact_id()::text::bigint
    FROM unnest(ARRAY[least(other, whole), greatest(other, whole)]) AS drawn (place)
    ON CONFLICT (neighbourhood_id) DO UPDATE SET written = excluded.written;
    RETURN true;
END
$$;

-- The places that are merged into one, with all that each is called: two names for one
-- place are both its names, whether or not the other is published by itself.
CREATE FUNCTION access.merged_places(whole bigint)
RETURNS TABLE (
    slug text, name text, reason text, merged_at timestamptz, names jsonb
)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT
        neighbourhood.slug::text,
        neighbourhood.name::text,
        neighbourhood.merge_reason::text,
        neighbourhood.merged_at,
        jsonb_build_array(jsonb_build_array(neighbourhood.name, 'en'))
        || CASE
            WHEN neighbourhood.name_cy IS NULL THEN '[]'
            ELSE jsonb_build_array(jsonb_build_array(neighbourhood.name_cy, 'cy'))
        END
        || coalesce(
            (
                SELECT jsonb_agg(jsonb_build_array(other.name, other.language))
                FROM neighbourhood_name AS other
                WHERE other.neighbourhood_id = neighbourhood.id
            ),
            '[]'
        )
    FROM neighbourhood
    WHERE neighbourhood.merged_into_id = whole
    ORDER BY neighbourhood.merged_at, neighbourhood.id;
END
$$;

-- Whether whoever works here owns the tables: loads and the worker do. It is asked as
-- whoever asks, and so never in a function of the owner's.
CREATE FUNCTION access.is_owner() RETURNS boolean
LANGUAGE sql STABLE SET search_path FROM CURRENT
AS $$
SELECT pg_has_role(current_user, pg_class.relowner, 'USAGE')
FROM pg_class
WHERE pg_class.oid = 'sketch'::regclass
$$;

-- Whether whoever acts sees the drawings of a place counted, as counted_sketch has it.
CREATE FUNCTION access.reads_counted(asked bigint) RETURNS boolean
LANGUAGE sql STABLE
AS $$ SELECT access.is_owner() OR asked = ANY(access.drawn_in()) $$;

-- The place that the drawings of a place count for: another, where it is merged.
CREATE FUNCTION access.counts_for(asked bigint) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
BEGIN
    RETURN (
        SELECT coalesce(neighbourhood.merged_into_id, neighbourhood.id)
        FROM neighbourhood WHERE neighbourhood.id = asked
    );
END
$$;
