"""Who runs assets, as the sources of assets tell it."""
