"""Filters: CQL2 in text and in JSON, as conditions over what is shown."""
