"""Registered patients: by practice and LSOA, and those whose home is not known."""
