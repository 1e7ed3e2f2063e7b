-- Grants with names instead of numbers: all that whoever acts may read, or one of them,
-- or those of one account.
SELECT
    role_grant.id,
    role_grant.role,
    role_grant.boundary_set,
    role_grant.boundary_code,
    role_grant.given_at,
    role_grant.holds_from,
    role_grant.holds_until,
    role_grant.revoked_at,
    access.slug_of_account(role_grant.account_id) AS whose,
    access.slug_of_neighbourhood(role_grant.neighbourhood_id) AS neighbourhood,
    access.slug_of_organisation(role_grant.organisation_id) AS organisation,
    access.slug_of_account(role_grant.given_by) AS given_by
FROM role_grant
WHERE
    (:grant_id::bigint IS NULL OR role_grant.id = :grant_id::bigint)
    AND (
        :whose::text IS NULL
        OR access.slug_of_account(role_grant.account_id) = :whose::text
    )
ORDER BY role_grant.id
LIMIT :most::bigint OFFSET :skipped::bigint
