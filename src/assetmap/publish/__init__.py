"""Every way out: REST, OGC API Features, Open Referral UK, pages, commands, files."""
