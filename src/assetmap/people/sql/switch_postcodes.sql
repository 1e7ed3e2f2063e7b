-- The prepared postcodes take the old ones' place, under the same names. Who reads
-- several times in one transaction holds the table first.
GRANT SELECT ON postcode_new TO assetmap_service;
DROP TABLE postcode;
ALTER TABLE postcode_new RENAME TO postcode;
ALTER TABLE postcode RENAME CONSTRAINT pk_postcode_new TO pk_postcode;
ALTER INDEX ix_postcode_geom_new RENAME TO ix_postcode_geom
