-- What jobs ask: who may see the answer of one, and how much waits and is kept, whoever
-- asked for it.

-- The key that is used, by its public id; null without one.
CREATE FUNCTION access.key() RETURNS text
LANGUAGE sql STABLE
AS $$ SELECT nullif(current_setting('assetmap.key', true), '') $$;

-- Whether whoever acts has all that their account has: without a key, or by one that is
-- not narrowed and that no other made.
CREATE FUNCTION access.is_whole() RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
BEGIN
    RETURN NOT EXISTS (
        SELECT 1 FROM access.used_key AS key
        WHERE
            key.is_bad
            OR key.scopes IS NOT NULL
            OR coalesce(key.made_by <> key.account_id, false)
    );
END
$$;

-- When whoever acts last lost something that they were granted.
CREATE FUNCTION access.lost_at() RETURNS timestamptz
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
BEGIN
    RETURN (
        SELECT max(lost.at)
        FROM role_grant
        CROSS JOIN LATERAL (
            SELECT least(role_grant.revoked_at, role_grant.holds_until) AS at
        ) AS lost
        WHERE role_grant.account_id = access.account() AND lost.at <= now()
    );
END
$$;

-- Whether whoever asked for a job may still ask: their account is open, and the key
-- that they used holds.
CREATE FUNCTION access.still_asks(asked_account bigint, asked_key text)
RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
BEGIN
    RETURN
        asked_account IS NULL
        OR (
            EXISTS (
                SELECT 1 FROM account
                WHERE account.id = asked_account AND account.closed_at IS NULL
            )
            AND (
                asked_key IS NULL
                OR EXISTS (
                    SELECT 1 FROM api_key
                    WHERE
                        api_key.public_id = asked_key
                        AND api_key.account_id = asked_account
                        AND api_key.revoked_at IS NULL
                        AND coalesce(api_key.expires_at > clock_timestamp(), true)
                )
            )
        );
END
$$;

-- How many jobs of a kind wait or run for the account that acts, or for all who have
-- none; counted up to a number.
CREATE FUNCTION access.jobs_under_way(asked_kind text, most integer) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
BEGIN
    RETURN (
        SELECT count(*)
        FROM (
            SELECT 1 FROM job
            WHERE
                job.kind = asked_kind
                AND job.state IN ('queued', 'doing')
                AND job.account_id IS NOT DISTINCT FROM access.account()
            LIMIT most
        ) AS found
    );
END
$$;

-- How many bytes the answers of a kind of jobs take, with what was asked. Lengths are
-- known without reading.
CREATE FUNCTION access.kept_bytes(asked_kind text) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
BEGIN
    RETURN (
        SELECT
            coalesce(
                sum(
                    coalesce(octet_length(job_answer.body), 0)
                    + pg_column_size(job.arguments)
                ), 0
            )
        FROM job
        LEFT JOIN job_answer ON job.id = job_answer.job_id
        WHERE job.kind = asked_kind
    );
END
$$;
