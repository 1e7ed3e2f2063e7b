-- Who the patients of some small areas are registered with, by area and network; an
-- empty network is none.
SELECT
    catchment_share.block_code,
    catchment_share.pcn_code,
    catchment_share.patients,
    catchment_share.share
FROM catchment_share
WHERE
    catchment_share.boundary_set_id = :set_id
    AND catchment_share.block_code = any(:blocks::text[])
ORDER BY catchment_share.block_code, catchment_share.pcn_code
