"""Who did what, when, with which key: written by the database, checked by anybody."""
