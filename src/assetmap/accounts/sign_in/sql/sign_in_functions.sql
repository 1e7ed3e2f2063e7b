-- What signing in asks of the database before it knows who asks. Each is the owner's
-- and does one thing: the service may read no password, identity or invitation.

-- What is kept of the password of an account that is open.
CREATE FUNCTION access.password_of(asked_slug text)
RETURNS TABLE (account_id bigint, kept text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
    SELECT account.id, sign_in_password.kept::text
    FROM account
    INNER JOIN sign_in_password ON account.id = sign_in_password.account_id
    WHERE account.slug = asked_slug AND account.closed_at IS NULL
$$;

-- Keep a password for whoever acts, and end its other sessions.
CREATE FUNCTION access.keep_password(new_kept text, going_on text) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
    UPDATE sign_in_password SET kept = new_kept, changed_at = clock_timestamp()
    WHERE sign_in_password.account_id = access.account();
    UPDATE sign_in_session SET ended_at = clock_timestamp()
    WHERE
        sign_in_session.account_id = access.account()
        AND sign_in_session.ended_at IS NULL
        AND sign_in_session.public_id <> going_on
$$;

-- Keep the same password of whoever acts at another strength.
CREATE FUNCTION access.keep_password_again(new_kept text) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
    UPDATE sign_in_password SET kept = new_kept
    WHERE sign_in_password.account_id = access.account()
$$;

-- Whether whoever acts signs in with a password.
CREATE FUNCTION access.has_password() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
    SELECT EXISTS (
        SELECT 1 FROM sign_in_password
        WHERE sign_in_password.account_id = access.account()
    )
$$;

-- Whose session this is, by its public id and the hash of its secret, and what they
-- hold. Notes its use; from then on the transaction knows who acts.
CREATE FUNCTION access.session_holder(asked_id text, digest bytea, idle interval)
RETURNS TABLE (
    account_id bigint,
    account text,
    name text,
    kind text,
    held jsonb
)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
DECLARE
    found sign_in_session;
BEGIN
    SELECT sign_in_session.* INTO found
    FROM sign_in_session
    INNER JOIN account ON sign_in_session.account_id = account.id
    WHERE
        sign_in_session.public_id = asked_id
        AND sign_in_session.secret_sha256 = digest
        AND sign_in_session.ended_at IS NULL
        AND sign_in_session.ends_at > clock_timestamp()
        AND sign_in_session.seen_at > clock_timestamp() - idle
        AND account.closed_at IS NULL;
    IF found.id IS NULL THEN
        RETURN;
    END IF;
    IF found.seen_at < clock_timestamp() - least(interval '1 minute', idle / 4) THEN
        UPDATE sign_in_session SET seen_at = clock_timestamp()
        WHERE sign_in_session.id = found.id;
    END IF;
    PERFORM
        set_config('assetmap.account', found.account_id::text, true),
        set_config('assetmap.key', '', true);
    RETURN QUERY
    SELECT
        account.id,
        account.slug::text,
        account.name::text,
        account.kind::text,
        (SELECT coalesce(jsonb_agg(grants_held), '[]') FROM access.grants_held())
    FROM account WHERE account.id = found.account_id;
END
$$;

CREATE FUNCTION access.signs_in(asked bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
    SELECT
        EXISTS (SELECT 1 FROM sign_in_password AS p WHERE p.account_id = asked)
        OR EXISTS (SELECT 1 FROM sign_in_identity AS i WHERE i.account_id = asked)
$$;

-- Whether an account is or was used: to sign in, by a key, or to draw.
CREATE FUNCTION access.is_in_use(asked bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
    SELECT
        access.signs_in(asked)
        OR EXISTS (SELECT 1 FROM sign_in_session AS s WHERE s.account_id = asked)
        OR EXISTS (SELECT 1 FROM sketch WHERE sketch.account_id = asked)
        OR EXISTS (
            SELECT 1 FROM api_key
            WHERE api_key.account_id = asked AND api_key.last_used_at IS NOT NULL
        )
$$;

-- Whether an account was made by an invitation of another's, and nobody else has
-- granted it anything since.
CREATE FUNCTION access.is_of_inviter(asker bigint, asked bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
    SELECT
        EXISTS (
            SELECT 1
            FROM invitation
            INNER JOIN account ON invitation.account_id = account.id
            WHERE
                account.id = asked
                AND invitation.made_by = asker
                -- Both were written in one transaction.
                AND invitation.created_at = account.created_at
        )
        AND NOT EXISTS (
            SELECT 1 FROM role_grant
            WHERE
                role_grant.account_id = asked
                AND role_grant.given_by IS DISTINCT FROM asker
        )
$$;

-- Whether whoever acts may invite to an account that is there: their own, by nothing
-- that another made for them; otherwise one that nobody has used yet, and that they
-- made by an invitation, or that an administrator sees never was a community's or an
-- organisation's. What was granted to it lets nobody open it: else whoever grants
-- something to an account would come by the rest of what it has.
CREATE FUNCTION access.may_invite_to(asked bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
    SELECT CASE
        WHEN asked = access.account() THEN NOT EXISTS (
            SELECT 1 FROM access.used_key AS key
            WHERE key.is_bad OR key.made_by <> key.account_id
        )
        WHEN access.is_in_use(asked) THEN false
        WHEN access.is_of_inviter(access.account(), asked) THEN true
        ELSE access.has('invitation', 'create', 'unkept') AND NOT EXISTS (
            SELECT 1 FROM role_grant
            WHERE
                role_grant.account_id = asked
                AND num_nonnulls(role_grant.neighbourhood_id, role_grant.organisation_id) > 0
        )
    END
$$;

-- An invitation that may still be used. To an account that is in use only one is good
-- that its holder made, or whoever runs the service on its machine.
CREATE FUNCTION access.invitation(asked_id text, digest bytea)
RETURNS TABLE (
    account_id bigint,
    account text,
    name text,
    kind text,
    expires_at timestamptz
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
    SELECT
        account.id,
        account.slug::text,
        account.name::text,
        account.kind::text,
        invitation.expires_at
    FROM invitation
    INNER JOIN account ON invitation.account_id = account.id
    WHERE
        invitation.public_id = asked_id
        AND invitation.secret_sha256 = digest
        AND invitation.used_at IS NULL
        AND invitation.expires_at > clock_timestamp()
        AND account.closed_at IS NULL
        AND (
            NOT access.is_in_use(account.id)
            OR invitation.made_by IS NULL
            OR invitation.made_by = account.id
        )
$$;

-- Take an invitation up: it is used, and what opened the account before opens it no
-- more. Null: it may not be used. Two at once: one waits, and finds it used.
CREATE FUNCTION access.use_invitation(asked_id text, digest bytea) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
DECLARE
    found bigint;
BEGIN
    PERFORM 1 FROM invitation WHERE invitation.public_id = asked_id FOR UPDATE;
    SELECT invited.account_id INTO found
    FROM access.invitation(asked_id, digest) AS invited;
    IF found IS NULL THEN
        RETURN NULL;
    END IF;
    UPDATE invitation SET used_at = clock_timestamp()
    WHERE invitation.account_id = found AND invitation.used_at IS NULL;
    UPDATE sign_in_session SET ended_at = clock_timestamp()
    WHERE sign_in_session.account_id = found AND sign_in_session.ended_at IS NULL;
    DELETE FROM sign_in_password WHERE sign_in_password.account_id = found;
    DELETE FROM sign_in_identity WHERE sign_in_identity.account_id = found;
    RETURN found;
END
$$;

-- Open an account by an invitation with a password.
CREATE FUNCTION access.open_with_password(asked_id text, digest bytea, new_kept text)
RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
DECLARE
    found bigint := access.use_invitation(asked_id, digest);
BEGIN
    IF found IS NOT NULL THEN
        INSERT INTO sign_in_password (account_id, kept) VALUES (found, new_kept);
    END IF;
    RETURN found;
END
$$;

-- Open an account by an invitation with whom a provider vouches for.
CREATE FUNCTION access.open_with_identity(
    asked_id text, digest bytea, by_provider text, by_issuer text, as_subject text
)
RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
DECLARE
    found bigint := access.use_invitation(asked_id, digest);
BEGIN
    IF found IS NOT NULL THEN
        INSERT INTO sign_in_identity (account_id, provider, issuer, subject)
        VALUES (found, by_provider, by_issuer, as_subject);
    END IF;
    RETURN found;
END
$$;

-- The account of somebody a provider vouches for; null if there is none.
CREATE FUNCTION access.account_vouched_for(by_issuer text, as_subject text)
RETURNS TABLE (account_id bigint, is_closed boolean)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
    UPDATE sign_in_identity SET used_at = clock_timestamp()
    FROM account
    WHERE
        sign_in_identity.account_id = account.id
        AND sign_in_identity.issuer = by_issuer
        AND sign_in_identity.subject = as_subject
    RETURNING account.id, account.closed_at IS NOT NULL
$$;

-- A new account for somebody a provider vouches for. It is granted nothing.
CREATE FUNCTION access.make_vouched_for(
    new_slug text,
    new_name text,
    of_kind text,
    by_provider text,
    by_issuer text,
    as_subject text
)
RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
    WITH made AS (
        INSERT INTO account (slug, name, kind)
        SELECT new_slug, new_name, of_kind
        WHERE of_kind IN ('person', 'community', 'institution')
        RETURNING account.id
    )
    INSERT INTO sign_in_identity (account_id, provider, issuer, subject)
    SELECT made.id, by_provider, by_issuer, as_subject FROM made
    RETURNING sign_in_identity.account_id
$$;

-- Invite somebody: to a new account, or to one that is there. With the rights of
-- whoever calls it: the owner's, or those of access.invite, which looks first.
CREATE FUNCTION access.invite_anyway(
    new_slug text,
    new_name text,
    of_kind text,
    new_id text,
    digest bytea,
    until timestamptz
)
RETURNS bigint
LANGUAGE plpgsql VOLATILE SET search_path FROM CURRENT
AS $$
DECLARE
    found bigint := (SELECT account.id FROM account WHERE account.slug = new_slug);
BEGIN
    IF found IS NULL THEN
        INSERT INTO account (slug, name, kind) VALUES (new_slug, new_name, of_kind)
        RETURNING account.id INTO found;
    END IF;
    UPDATE invitation SET used_at = clock_timestamp()
    WHERE invitation.account_id = found AND invitation.used_at IS NULL;
    INSERT INTO invitation (public_id, secret_sha256, account_id, expires_at)
    VALUES (new_id, digest, found, until);
    RETURN found;
END
$$;

-- Invite somebody, for whoever acts, if they may; null if they may not.
CREATE FUNCTION access.invite(
    new_slug text,
    new_name text,
    of_kind text,
    new_id text,
    digest bytea,
    until timestamptz
)
RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
DECLARE
    found account;
BEGIN
    SELECT account.* INTO found
    FROM account WHERE account.slug = new_slug FOR UPDATE;
    IF NOT EXISTS (SELECT 1 FROM access.wording
        WHERE wording.thing = 'invitation' AND wording.action = 'create'
    ) THEN
        RETURN NULL;
    END IF;
    IF found.id IS NULL THEN
        IF of_kind = 'operator'
            AND NOT access.has('invitation', 'create', 'unkept') THEN
            RETURN NULL;
        END IF;
    ELSIF found.closed_at IS NOT NULL OR NOT access.may_invite_to(found.id) THEN
        RETURN NULL;
    END IF;
    RETURN access.invite_anyway(
        new_slug, new_name, of_kind, new_id, digest, until
    );
END
$$;
