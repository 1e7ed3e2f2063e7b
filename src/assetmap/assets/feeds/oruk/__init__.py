"""Open Referral UK feeds, of version 1 and version 3."""
