"""How data is fetched from the publishers' own services; knows no database."""
