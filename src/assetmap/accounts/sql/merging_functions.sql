-- Deciding of pairs of assets, and merging them: what the service may not write by
-- itself. The two functions that read and write whole assets are not the owner's:
-- called from the others they have the owner's rights, and called by the service they
-- have not.

-- All that is said of an asset, by column.
CREATE FUNCTION access.said_of(asked bigint) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path FROM CURRENT
AS $$
BEGIN
    RETURN (
        SELECT jsonb_build_object(
            'name', asset.name,
            'name_cy', asset.name_cy,
            'names', asset.names,
            'category_code', asset.category_code,
            'description', asset.description,
            'geom', asset.geom::text,
            'geom_wgs84', asset.geom_wgs84::text,
            'shown_geom', asset.shown_geom::text,
            'shown_geom_wgs84', asset.shown_geom_wgs84::text,
            'service_area', asset.service_area::text,
            'service_area_wgs84', asset.service_area_wgs84::text,
            'service_codes', asset.service_codes,
            'sites', asset.sites,
            'location_visibility', asset.location_visibility,
            'address', asset.address,
            'postcode', asset.postcode,
            'uprn', asset.uprn,
            'url', asset.url,
            'phone', asset.phone,
            'email', asset.email,
            'opening_hours', asset.opening_hours,
            'has_readable_hours', asset.has_readable_hours,
            'access', asset.access,
            'cost', asset.cost,
            'languages', asset.languages,
            'status', asset.status,
            'valid_from', asset.valid_from,
            'valid_to', asset.valid_to,
            'verified_at', asset.verified_at,
            'licence', asset.licence,
            'attribution', asset.attribution,
            'provider_id', asset.provider_id
        )
        FROM asset WHERE asset.id = asked
    );
END
$$;

-- Say something of an asset, by column; the rest stays. It has a new version then,
-- whatever it says.
CREATE FUNCTION access.say_of(asked bigint, said jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path FROM CURRENT
AS $$
BEGIN
    UPDATE asset SET
        (
            name, name_cy, names, category_code, description, geom, geom_wgs84,
            shown_geom, shown_geom_wgs84, service_area, service_area_wgs84,
            service_codes, sites, location_visibility, address, postcode, uprn, url,
            phone, email, opening_hours, has_readable_hours, access, cost, languages,
            status, valid_from, valid_to, verified_at, licence, attribution,
            provider_id
        ) = (
            SELECT
                laid.name, laid.name_cy, laid.names, laid.category_code,
                laid.description, laid.geom, laid.geom_wgs84, laid.shown_geom,
                laid.shown_geom_wgs84, laid.service_area, laid.service_area_wgs84,
                laid.service_codes, laid.sites, laid.location_visibility,
                laid.address, laid.postcode, laid.uprn, laid.url, laid.phone,
                laid.email, laid.opening_hours, laid.has_readable_hours, laid.access,
                laid.cost, laid.languages, laid.status, laid.valid_from,
                laid.valid_to, laid.verified_at, laid.licence, laid.attribution,
                laid.provider_id
            FROM jsonb_populate_record(asset, said) AS laid
        ),
        version = asset.version + 1,
        updated_at = clock_timestamp()
    WHERE asset.id = asked;
END
$$;

-- Keep what was decided of two assets; false where they are no pair that whoever acts
-- may decide on.
CREATE FUNCTION access.decide_pair(
    asked bigint, with_it bigint, decided text, why text
) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM shown_asset_pair AS pair
        WHERE
            pair.first_id = least(asked, with_it)
            AND pair.second_id = greatest(asked, with_it)
            AND pair.may_decide
    ) THEN
        RETURN false;
    END IF;
    INSERT INTO asset_decision (first_id, second_id, decision, note)
    VALUES (least(asked, with_it), greatest(asked, with_it), decided, why);
    RETURN true;
END
$$;

-- Have one asset be another, which takes some columns of it, and of which something
-- more is said; false where either is not for whoever acts. Who calls has looked at
-- both, and holds them. Contact data that was erased does not come back.
CREATE FUNCTION access.merge_assets(
    kept bigint, other bigint, takes text[], more jsonb, why text
) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
DECLARE
    said jsonb;
    before jsonb;
BEGIN
    IF (
        SELECT count(*) FROM shown_asset
        WHERE shown_asset.id IN (kept, other) AND shown_asset.may_merge
    ) < 2 THEN
        RETURN false;
    END IF;
    SELECT coalesce(jsonb_object_agg(had.key, had.value), '{}') || more INTO said
    FROM jsonb_each(access.said_of(other)) AS had
    WHERE had.key = ANY(takes);
    IF EXISTS (
        SELECT 1 FROM asset
        WHERE asset.id = kept AND asset.contact_erased_at IS NOT NULL
    ) THEN
        said := said - 'phone' - 'email';
    END IF;
    SELECT coalesce(jsonb_object_agg(had.key, had.value), '{}') INTO before
    FROM jsonb_each(access.said_of(kept)) AS had
    WHERE said ? had.key;
    INSERT INTO asset_merge (kept_id, merged_id, taken, own, reason)
    VALUES (
        kept, other, ARRAY(SELECT jsonb_object_keys(before)), before, why
    );
    PERFORM access.say_of(kept, said);
    UPDATE asset SET
        merged_into_id = kept,
        version = asset.version + 1,
        updated_at = clock_timestamp()
    WHERE asset.id = other;
    INSERT INTO asset_decision (first_id, second_id, decision, note)
    VALUES (least(kept, other), greatest(kept, other), 'same', why);
    RETURN true;
END
$$;

-- Have two assets be two again, the newest merge of the one first; false where it is
-- not, or is not for whoever acts.
CREATE FUNCTION access.part_assets(kept bigint, other bigint) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
DECLARE
    undone asset_merge;
BEGIN
    SELECT newest.* INTO undone
    FROM asset_merge AS newest
    WHERE newest.kept_id = kept AND newest.undone_at IS NULL
    ORDER BY newest.id DESC
    LIMIT 1
    FOR UPDATE;
    IF
        undone.merged_id IS DISTINCT FROM other
        OR NOT EXISTS (
            SELECT 1 FROM shown_asset_merge AS merge
            WHERE merge.id = undone.id AND merge.may_part
        )
    THEN
        RETURN false;
    END IF;
    UPDATE asset SET
        merged_into_id = NULL,
        version = asset.version + 1,
        updated_at = clock_timestamp()
    WHERE asset.id = other;
    PERFORM access.say_of(kept, undone.own);
    UPDATE asset_merge SET
        undone_at = clock_timestamp(), undone_by = access.account()
    WHERE asset_merge.id = undone.id;
    INSERT INTO asset_decision (first_id, second_id, decision)
    VALUES (least(kept, other), greatest(kept, other), 'later');
    RETURN true;
END
$$;

-- Erase the contact data of what an asset was merged from, and what would stand there
-- without the merges. Only whoever may change it comes so far.
CREATE FUNCTION access.erase_merged_contact(asked bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
DECLARE
    parts bigint[] := ARRAY(
        SELECT merge.merged_id FROM asset_merge AS merge WHERE merge.kept_id = asked
    );
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM shown_asset
        WHERE shown_asset.id = asked AND shown_asset.may_change
    ) THEN
        RETURN;
    END IF;
    UPDATE asset_merge SET
        own = asset_merge.own - 'phone' - 'email',
        taken = array_remove(array_remove(asset_merge.taken, 'phone'), 'email')
    WHERE asset_merge.kept_id = asked;
    UPDATE asset SET
        phone = NULL,
        email = NULL,
        contact_erased_at = now(),
        version = asset.version + 1,
        updated_at = clock_timestamp()
    WHERE asset.id = ANY(parts) AND asset.merged_into_id = asked;
    UPDATE asset_version SET phone = NULL, email = NULL
    FROM asset
    WHERE
        asset_version.asset_id = asset.id
        AND asset.id = ANY(parts)
        AND asset.merged_into_id = asked;
END
$$;
