-- Whoever acts leaves: what tells who they were is erased, and their account is closed
-- for good. Their own drawings (those of this resident) are withdrawn, or go on as
-- nobody's. What others drew and they sent, and the assets that they added, stay.
-- False: they may not, or not by a key that another made.
CREATE FUNCTION access.leave(resident_hash text, withdraws boolean)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
DECLARE
    leaver bigint := access.own('account', 'delete');
    salt text := gen_random_uuid()::text;
BEGIN
    IF leaver IS NULL OR EXISTS (
        SELECT 1 FROM access.used_key AS key
        WHERE key.made_by <> key.account_id
    ) THEN
        RETURN false;
    END IF;
    PERFORM 1 FROM account WHERE account.id = leaver FOR UPDATE;
    IF withdraws THEN
        UPDATE sketch
        SET
            geom = NULL,
            geom_wgs84 = NULL,
            years_lived = NULL,
            repaired = NULL,
            made_how = NULL,
            link_device_id = NULL,
            withdrawn_at = clock_timestamp(),
            updated_at = clock_timestamp(),
            version = sketch.version + 1
        WHERE
            sketch.account_id = leaver
            AND sketch.resident = resident_hash
            AND sketch.withdrawn_at IS NULL;
    END IF;
    -- One resident stays one, so that their latest drawing of a place goes on counting.
    UPDATE sketch
    SET
        note = NULL,
        answers = NULL,
        edit_token_hash = NULL,
        account_id = NULL,
        resident = left(encode(sha256(convert_to(sketch.resident || salt, 'UTF8')), 'hex'), 32),
        version = sketch.version + 1
    WHERE sketch.account_id = leaver AND sketch.resident = resident_hash;
    UPDATE sketch SET account_id = NULL, version = sketch.version + 1
    WHERE sketch.account_id = leaver;
    UPDATE role_grant SET revoked_at = clock_timestamp(), revoked_by = leaver
    WHERE role_grant.account_id = leaver AND role_grant.revoked_at IS NULL;
    DELETE FROM job WHERE job.account_id = leaver AND job.kind = 'answer';
    UPDATE job SET who = 'erased' WHERE job.account_id = leaver;
    DELETE FROM sign_in_session WHERE sign_in_session.account_id = leaver;
    DELETE FROM sign_in_identity WHERE sign_in_identity.account_id = leaver;
    DELETE FROM webhook WHERE webhook.account_id = leaver;
    DELETE FROM invitation WHERE invitation.account_id = leaver;
    -- What is forgotten with any account that is closed goes by its trigger.
    UPDATE account
    SET
        slug = 'left-' || gen_random_uuid(),
        closed_at = clock_timestamp(),
        version = account.version + 1
    WHERE account.id = leaver;
    RETURN true;
END
$$;
