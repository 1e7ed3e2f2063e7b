"""The database: its engine, sessions, table base, bulk copying and private cluster."""
