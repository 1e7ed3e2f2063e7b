-- Open links: whoever shows the secret of one draws by it, without an account. What it
-- was shown stands in assetmap.link as a hash.
CREATE FUNCTION access.link() RETURNS text
LANGUAGE sql STABLE
AS $$ SELECT nullif(current_setting('assetmap.link', true), '') $$;

-- The link whose secret was shown, open or closed; otherwise null.
CREATE FUNCTION access.shown_link() RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
BEGIN
    IF access.link() IS NULL THEN
        RETURN NULL;
    END IF;
    RETURN (
        SELECT drawing_link.id FROM drawing_link
        WHERE
            drawing_link.secret_sha256 = access.link()
            AND access.has('link', 'open', 'token')
    );
END
$$;

-- The same, while it is open.
CREATE FUNCTION access.open_link() RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
BEGIN
    IF access.link() IS NULL THEN
        RETURN NULL;
    END IF;
    RETURN (
        SELECT drawing_link.id FROM drawing_link
        WHERE
            drawing_link.secret_sha256 = access.link()
            AND drawing_link.closed_at IS NULL
            AND drawing_link.closes_at > clock_timestamp()
            AND access.has('sketch', 'draw', 'token')
    );
END
$$;

-- What the place of the shown link is called: it may not be published yet.
CREATE FUNCTION access.place_of_link()
RETURNS TABLE (slug text, name text, name_cy text, is_simulated boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT
        neighbourhood.slug::text,
        neighbourhood.name::text,
        neighbourhood.name_cy::text,
        neighbourhood.is_simulated
    FROM drawing_link
    INNER JOIN neighbourhood ON drawing_link.neighbourhood_id = neighbourhood.id
    WHERE drawing_link.id = access.shown_link();
END
$$;

-- A new device for the open link, known by the hash of a token.
CREATE FUNCTION access.add_link_device(digest text) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
DECLARE
    added bigint;
BEGIN
    INSERT INTO link_device (link_id, token_sha256)
    SELECT found.id, digest
    FROM (SELECT access.open_link() AS id) AS found
    WHERE found.id IS NOT NULL
    RETURNING link_device.id INTO added;
    RETURN added;
END
$$;

-- The device of the open link that has a token, and how many of its drawings were not
-- withdrawn. It is held until the transaction ends: two at once are counted in turn.
CREATE FUNCTION access.device_of_link(digest text)
RETURNS TABLE (id bigint, drawings bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
#variable_conflict use_column
DECLARE
    found bigint;
BEGIN
    SELECT link_device.id INTO found
    FROM link_device
    WHERE
        link_device.token_sha256 = digest
        AND link_device.link_id = access.open_link()
    FOR UPDATE;
    IF found IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT found, count(*) FROM sketch
    WHERE sketch.link_device_id = found AND sketch.withdrawn_at IS NULL;
END
$$;

-- The link by which a drawing came that whoever acts may see: what was asked, and
-- since when it is closed; null while it is open.
CREATE FUNCTION access.link_of_sketch(asked uuid)
RETURNS TABLE (questions jsonb, closed_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT
        drawing_link.questions,
        CASE
            WHEN
                drawing_link.closed_at IS NOT NULL
                OR drawing_link.closes_at <= clock_timestamp()
                THEN least(drawing_link.closed_at, drawing_link.closes_at)
        END
    FROM sketch
    INNER JOIN drawing_link ON sketch.link_id = drawing_link.id
    WHERE sketch.public_id = asked;
END
$$;

-- How many drawings came by a link that whoever acts may read, and were not withdrawn.
CREATE FUNCTION access.drawings_by_link(asked bigint) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
BEGIN
    RETURN (
        SELECT count(*) FROM sketch
        INNER JOIN drawing_link ON sketch.link_id = drawing_link.id
        WHERE
            sketch.link_id = asked
            AND sketch.withdrawn_at IS NULL
            AND drawing_link.neighbourhood_id
            = ANY(access.neighbourhoods('link', 'read'))
    );
END
$$;
