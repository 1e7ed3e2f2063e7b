-- Networks made from registrations: of each its ground in m² and its total in one count
-- set, every small area by its share of the patients there. Areas with few of its
-- patients are left out, as they are of its footprint.
SELECT
    catchment_share.pcn_code,
    catchment.name,
    sum(
        catchment_share.share * boundary.area_m2
        ORDER BY catchment_share.block_code
    ) AS area_m2,
    sum(
        catchment_share.share * coalesce(boundary_total.total, 0)
        ORDER BY catchment_share.block_code
    ) AS total
FROM catchment_share
INNER JOIN catchment
    ON
        catchment_share.boundary_set_id = catchment.boundary_set_id
        AND catchment_share.pcn_code = catchment.code
INNER JOIN boundary
    ON
        boundary.boundary_set_id = :blocks
        AND catchment_share.block_code = boundary.code
LEFT JOIN boundary_total
    ON
        boundary.boundary_set_id = boundary_total.boundary_set_id
        AND boundary.ordinal = boundary_total.ordinal
        AND boundary_total.count_set_id = :count_set
WHERE
    catchment_share.boundary_set_id = :set_id
    AND catchment_share.pcn_code = any(:codes::text[])
    AND catchment_share.patients >= :fewest
GROUP BY catchment_share.pcn_code, catchment.name
ORDER BY catchment_share.pcn_code
