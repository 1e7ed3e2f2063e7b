-- What the policies ask of whoever acts. Each is asked once in a statement, not once
-- for a row. They are the owner's, so that who asks need not read grants or keys. They
-- are in PL/pgSQL, which keeps its plans: planning takes longer than finding.
CREATE SCHEMA access;

CREATE FUNCTION access.account() RETURNS bigint
LANGUAGE sql STABLE
AS $$ SELECT nullif(current_setting('assetmap.account', true), '')::bigint $$;

CREATE FUNCTION access.token() RETURNS text
LANGUAGE sql STABLE
AS $$ SELECT nullif(current_setting('assetmap.token', true), '') $$;

-- Grants that hold now, of accounts that are open.
CREATE VIEW access.standing AS
SELECT
    role_grant.account_id,
    role_grant.role::text,
    role_grant.neighbourhood_id,
    role_grant.organisation_id,
    role_grant.boundary_set::text,
    role_grant.boundary_code::text
FROM role_grant
INNER JOIN account ON role_grant.account_id = account.id
WHERE
    account.closed_at IS NULL
    AND role_grant.revoked_at IS NULL
    AND role_grant.holds_from <= now()
    AND (role_grant.holds_until IS NULL OR role_grant.holds_until > now());

-- Grants by which somebody keeps a place or acts for one, and did not give it up. One
-- that ran out, or whose account was closed, is among them: else whoever closes an
-- account, or waits, would come by what its holder kept.
CREATE VIEW access.keeping AS
SELECT
    role_grant.account_id,
    role_grant.role::text,
    role_grant.neighbourhood_id,
    role_grant.organisation_id
FROM role_grant
WHERE
    role_grant.revoked_at IS NULL
    AND role_grant.holds_from <= now()
    AND (
        role_grant.neighbourhood_id IS NOT NULL
        OR role_grant.organisation_id IS NOT NULL
    );

-- The key that was used, if one was, and whether it holds.
CREATE VIEW access.used_key AS
SELECT
    api_key.account_id,
    api_key.made_by,
    api_key.scopes::text[] AS scopes,
    api_key.id IS NULL
    OR api_key.account_id <> access.account()
    OR api_key.revoked_at IS NOT NULL
    OR coalesce(api_key.expires_at <= now(), FALSE) AS is_bad
FROM (SELECT nullif(current_setting('assetmap.key', TRUE), '') AS id) AS used
LEFT JOIN api_key ON used.id = api_key.public_id
WHERE used.id IS NOT NULL;

-- What whoever acts holds: the public's part, and each grant that stands.
CREATE VIEW access.holding AS
SELECT
    'public'::text AS held_as,
    NULL::bigint AS neighbourhood_id,
    NULL::bigint AS organisation_id,
    NULL::text AS boundary_set,
    NULL::text AS boundary_code,
    CASE
        WHEN access.account() IS NOT NULL
            THEN (SELECT used_key.scopes FROM access.used_key)
    END AS scopes
UNION ALL
SELECT
    standing.role,
    standing.neighbourhood_id,
    standing.organisation_id,
    standing.boundary_set,
    standing.boundary_code,
    used_key.scopes
FROM access.standing
LEFT JOIN access.used_key ON TRUE
WHERE
    access.account() IS NOT NULL
    AND standing.account_id = access.account()
    AND used_key.is_bad IS NOT TRUE
    -- Whoever makes a key for another does not come by what that other keeps.
    AND (
        (standing.neighbourhood_id IS NULL AND standing.organisation_id IS NULL)
        OR used_key.made_by IS NULL
        OR used_key.made_by = standing.account_id
    );

-- The words that whoever acts has by each rule, each with the grant it comes from. A
-- view, so that what asks for them is one statement: functions in functions took twice
-- as long.
CREATE VIEW access.wording AS
SELECT
    access_rule.thing,
    access_rule.action,
    said.word,
    holding.neighbourhood_id,
    holding.organisation_id,
    holding.boundary_set,
    holding.boundary_code
FROM access.holding
INNER JOIN access_rule ON holding.held_as = access_rule.role
CROSS JOIN LATERAL unnest(access_rule.words) AS said (word)
WHERE
    holding.scopes IS NULL
    OR holding.held_as = any(holding.scopes)
    OR access_rule.thing || ':' || access_rule.action = any(holding.scopes)
    OR (holding.held_as = 'public' AND said.word IN ('all', 'published'));

CREATE FUNCTION access.has(asked_thing text, asked_action text, asked_word text)
RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
BEGIN
    -- Most of what is asked is what everybody may do.
    IF asked_word IN ('all', 'published') AND EXISTS (
        SELECT 1 FROM access_rule
        WHERE
            access_rule.thing = asked_thing
            AND access_rule.action = asked_action
            AND access_rule.role = 'public'
            AND asked_word = ANY(access_rule.words)
    ) THEN
        RETURN true;
    END IF;
    IF access.account() IS NULL AND asked_word <> 'token' THEN
        RETURN false;
    END IF;
    RETURN EXISTS (
        SELECT 1 FROM access.wording AS found
        WHERE
            found.thing = asked_thing
            AND found.action = asked_action
            AND found.word = asked_word
    );
END
$$;

-- The account itself, where it reaches what it made; otherwise null.
CREATE FUNCTION access.own(asked_thing text, asked_action text) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
BEGIN
    RETURN (
        SELECT access.account()
        FROM account
        WHERE
            account.id = access.account()
            AND account.closed_at IS NULL
            AND access.has(asked_thing, asked_action, 'own')
            AND NOT EXISTS (
                SELECT 1 FROM access.used_key AS key
                WHERE
                    key.is_bad
                    -- A key that another made shows nobody's drawings and assets.
                    OR (
                        asked_thing LIKE ANY ('{sketch,asset%}')
                        AND key.made_by <> key.account_id
                    )
            )
    );
END
$$;

-- The token or unguessable id that was shown, where that is enough; otherwise null.
CREATE FUNCTION access.shown(asked_thing text, asked_action text) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
BEGIN
    RETURN (
        SELECT access.token() WHERE access.has(asked_thing, asked_action, 'token')
    );
END
$$;

CREATE FUNCTION access.neighbourhoods(asked_thing text, asked_action text)
RETURNS bigint[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
BEGIN
    RETURN (
        SELECT coalesce(array_agg(DISTINCT found.neighbourhood_id), '{}')
        FROM access.wording AS found
        WHERE
            found.thing = asked_thing
            AND found.action = asked_action
            AND found.word = 'theirs'
            AND found.neighbourhood_id IS NOT NULL
    );
END
$$;

-- The neighbourhoods in which what an account made itself is its to act on: where it is
-- granted that now, and not wherever it once was.
CREATE FUNCTION access.own_places(asked_thing text, asked_action text)
RETURNS bigint[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
BEGIN
    RETURN (
        SELECT coalesce(array_agg(DISTINCT found.neighbourhood_id), '{}')
        FROM access.wording AS found
        WHERE
            found.thing = asked_thing
            AND found.action = asked_action
            AND found.word = 'own'
            AND found.neighbourhood_id IS NOT NULL
    );
END
$$;

CREATE FUNCTION access.organisations(asked_thing text, asked_action text)
RETURNS bigint[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
BEGIN
    RETURN (
        SELECT coalesce(array_agg(DISTINCT found.organisation_id), '{}')
        FROM access.wording AS found
        WHERE
            found.thing = asked_thing
            AND found.action = asked_action
            AND found.word = 'theirs'
            AND found.organisation_id IS NOT NULL
    );
END
$$;

-- The ground of the boundaries that grants name, in EPSG:27700; null without any.
CREATE FUNCTION access.area(asked_thing text, asked_action text) RETURNS geometry
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
BEGIN
    RETURN (
        SELECT st_union(boundary.geom)
        FROM (
            SELECT DISTINCT found.boundary_set, found.boundary_code
            FROM access.wording AS found
            WHERE
                found.thing = asked_thing
                AND found.action = asked_action
                AND found.word = 'theirs'
                AND found.boundary_set IS NOT NULL
        ) AS named
        INNER JOIN boundary_set
            ON
                named.boundary_set = boundary_set.name
                AND boundary_set.replaced_at IS NULL
        INNER JOIN boundary
            ON
                boundary_set.id = boundary.boundary_set_id
                AND named.boundary_code = boundary.code
    );
END
$$;

-- The neighbourhoods that have a steward, and the organisations that have an editor.
CREATE FUNCTION access.kept_neighbourhoods() RETURNS bigint[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
BEGIN
    RETURN (
        SELECT coalesce(array_agg(DISTINCT keeping.neighbourhood_id), '{}')
        FROM access.keeping
        WHERE keeping.role = 'steward'
    );
END
$$;

CREATE FUNCTION access.kept_organisations() RETURNS bigint[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
BEGIN
    RETURN (
        SELECT coalesce(array_agg(DISTINCT keeping.organisation_id), '{}')
        FROM access.keeping
        WHERE
            keeping.role = 'organisation_editor'
            AND keeping.organisation_id IS NOT NULL
    );
END
$$;

-- The accounts that act for a neighbourhood or an organisation, or drew something.
CREATE FUNCTION access.community_accounts() RETURNS bigint[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
BEGIN
    RETURN (
        SELECT coalesce(array_agg(DISTINCT kept.account_id), '{}')
        FROM (
            SELECT keeping.account_id FROM access.keeping
            UNION ALL
            SELECT sketch.account_id FROM sketch WHERE sketch.account_id IS NOT NULL
        ) AS kept
    );
END
$$;

-- Who made the key that is made now: whoever acts, or, where they act by a key that
-- another made, that other. So a key made for somebody never begets one of their own.
CREATE FUNCTION access.key_origin() RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
BEGIN
    RETURN coalesce((SELECT used_key.made_by FROM access.used_key), access.account());
END
$$;

-- Whether the key that is used, if one is, may make one with such scopes and such an
-- end: none that can do more than itself, or for longer.
CREATE FUNCTION access.may_hand_on(new_scopes text[], new_end timestamptz)
RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
BEGIN
    RETURN NOT EXISTS (
        SELECT 1
        FROM api_key
        WHERE
            api_key.public_id = nullif(current_setting('assetmap.key', true), '')
            AND (
                NOT coalesce(new_scopes <@ api_key.scopes::text[], api_key.scopes IS NULL)
                OR NOT coalesce(new_end <= api_key.expires_at, api_key.expires_at IS NULL)
            )
    );
END
$$;

-- The neighbourhoods that a sketch was written of in this transaction, by whoever may.
CREATE FUNCTION access.drawn_in() RETURNS bigint[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
BEGIN
    RETURN (
        SELECT coalesce(array_agg(consensus_kept.neighbourhood_id), '{}')
        FROM consensus_kept
        WHERE consensus_kept.written = pg_current_xact_id_if_assigned()::text::bigint
    );
END
$$;

CREATE FUNCTION access.published_neighbourhoods() RETURNS bigint[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
BEGIN
    RETURN (
        SELECT coalesce(array_agg(neighbourhood.id), '{}')
        FROM neighbourhood
        WHERE neighbourhood.is_published
    );
END
$$;

-- The grants of whoever acts, as they are told: names instead of numbers.
CREATE FUNCTION access.grants_held()
RETURNS TABLE (
    role text,
    neighbourhood text,
    organisation text,
    boundary_set text,
    boundary_code text
)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT
        held.held_as,
        neighbourhood.slug::text,
        organisation.slug::text,
        held.boundary_set,
        held.boundary_code
    FROM access.holding AS held
    LEFT JOIN neighbourhood ON held.neighbourhood_id = neighbourhood.id
    LEFT JOIN organisation ON held.organisation_id = organisation.id
    WHERE held.held_as <> 'public'
    ORDER BY held.held_as, neighbourhood.slug, organisation.slug, held.boundary_code;
END
$$;

-- Whose key this is, by its public id and the hash of its secret, and what they hold.
-- Notes its use; from then on the transaction knows who acts.
CREATE FUNCTION access.key_holder(asked_id text, digest bytea)
RETURNS TABLE (
    account_id bigint,
    account text,
    name text,
    kind text,
    key_name text,
    scopes text[],
    held jsonb
)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
DECLARE
    found api_key;
BEGIN
    SELECT api_key.* INTO found
    FROM api_key
    INNER JOIN account ON api_key.account_id = account.id
    WHERE
        api_key.public_id = asked_id
        AND api_key.secret_sha256 = digest
        AND api_key.revoked_at IS NULL
        AND (api_key.expires_at IS NULL OR api_key.expires_at > clock_timestamp())
        AND account.closed_at IS NULL;
    IF found.id IS NULL THEN
        RETURN;
    END IF;
    IF coalesce(found.last_used_at < clock_timestamp() - interval '1 hour', true) THEN
        UPDATE api_key SET last_used_at = clock_timestamp() WHERE api_key.id = found.id;
    END IF;
    PERFORM
        set_config('assetmap.account', found.account_id::text, true),
        set_config('assetmap.key', asked_id, true);
    RETURN QUERY
    SELECT
        account.id,
        account.slug::text,
        account.name::text,
        account.kind::text,
        found.name::text,
        found.scopes::text[],
        (SELECT coalesce(jsonb_agg(grants_held), '[]') FROM access.grants_held())
    FROM account WHERE account.id = found.account_id;
END
$$;

-- The number of an account, for whoever gives it a grant and may not read it.
CREATE FUNCTION access.account_of(asked_slug text) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
BEGIN
    RETURN (
        SELECT account.id FROM account
        WHERE account.slug = asked_slug AND account.closed_at IS NULL
    );
END
$$;

-- What those are called that a grant names, for whoever may read the grant.
CREATE FUNCTION access.slug_of_account(asked bigint) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
BEGIN
    RETURN (
        SELECT account.slug FROM account WHERE account.id = asked
    );
END
$$;

CREATE FUNCTION access.slug_of_neighbourhood(asked bigint) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
BEGIN
    RETURN (
        SELECT neighbourhood.slug FROM neighbourhood WHERE neighbourhood.id = asked
    );
END
$$;

CREATE FUNCTION access.slug_of_organisation(asked bigint) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
BEGIN
    RETURN (
        SELECT organisation.slug FROM organisation WHERE organisation.id = asked
    );
END
$$;

-- What was answered to requests that made something is told no more, but its number.
CREATE FUNCTION access.forget_answers(address text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
BEGIN
    UPDATE request_answer SET body = json_build_object('id', body -> 'id')
    WHERE right(headers ->> 'Location', length(address)) = address;
END
$$;

CREATE FUNCTION access.forget_old_answers(kept_hours integer) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
BEGIN
    DELETE FROM request_answer
    WHERE request_answer.made_at < now() - make_interval(hours => kept_hours);
END
$$;

-- The telephone number and the e-mail address of an asset are taken out of all that
-- was said of it before, for whoever may change it.
CREATE FUNCTION access.erase_contact(asked bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
BEGIN
    UPDATE asset_version SET phone = NULL, email = NULL
    WHERE
        asset_version.asset_id = asked
        AND EXISTS (
            SELECT 1 FROM shown_asset
            WHERE shown_asset.id = asked AND shown_asset.may_change
        );
    PERFORM access.erase_merged_contact(asked);
END
$$;
