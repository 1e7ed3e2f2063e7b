-- What look-ups need of the postcodes being loaded, while the old ones still serve.
ALTER TABLE postcode_new ADD CONSTRAINT pk_postcode_new PRIMARY KEY (postcode);
CREATE INDEX ix_postcode_geom_new ON postcode_new USING gist (geom);
ANALYZE postcode_new
