-- What a steward decides of drawings and places, and the service may not write by
-- itself: hiding a drawing from the count, and merging two places into one.

-- Hide a drawing with a reason, or with none count it again; the new version, or null
-- where it is not for whoever acts.
CREATE FUNCTION access.moderate_sketch(asked uuid, why text, note text)
RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
DECLARE
    now_at integer;
BEGIN
    UPDATE sketch SET
        hidden_at = CASE WHEN why IS NOT NULL THEN clock_timestamp() END,
        hidden_why = why,
        hidden_note = CASE WHEN why IS NOT NULL THEN note END,
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
    RETURN true;
END
$$;
