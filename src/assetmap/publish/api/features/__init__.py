"""Features as they are written: OGC API Features Part 4, over what REST writes too."""
