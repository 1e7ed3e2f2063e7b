-- What is forgotten with an account that is closed: what its holder is called, their
-- password, what their keys and browsers were called, and what they were answered. Its
-- slug and its number stay, for they say in the audit whose deeds were whose; and so
-- does whom a provider vouches for, lest signing in there open another account.
CREATE FUNCTION access.forget_holder() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
AS $$
BEGIN
    new.name := 'Somebody who left';
    DELETE FROM sign_in_password WHERE account_id = new.id;
    DELETE FROM request_answer WHERE account_id = new.id;
    UPDATE sign_in_session
    SET agent = '', ended_at = coalesce(ended_at, clock_timestamp())
    WHERE account_id = new.id;
    UPDATE api_key
    SET name = 'erased ' || id, revoked_at = coalesce(revoked_at, clock_timestamp())
    WHERE account_id = new.id;
    RETURN new;
END
$$;

CREATE TRIGGER access_forget_holder BEFORE UPDATE OF closed_at ON account
FOR EACH ROW WHEN (old.closed_at IS NULL AND new.closed_at IS NOT NULL)
EXECUTE FUNCTION access.forget_holder();
