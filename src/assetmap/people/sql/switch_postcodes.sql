-- The new postcodes take the old ones' place, under the same names, in this
-- transaction: whoever reads meanwhile still sees the old ones.
ALTER TABLE postcode_new ADD CONSTRAINT pk_postcode_new PRIMARY KEY (postcode);
CREATE INDEX ix_postcode_geom_new ON postcode_new USING gist (geom);
DROP TABLE postcode;
ALTER TABLE postcode_new RENAME TO postcode;
ALTER TABLE postcode RENAME CONSTRAINT pk_postcode_new TO pk_postcode;
ALTER INDEX ix_postcode_geom_new RENAME TO ix_postcode_geom;
ANALYZE postcode;
