"""Long work: what it tells while it runs."""
