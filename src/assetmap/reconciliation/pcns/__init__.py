"""Which primary care networks serve a place, and a network as a footprint."""
