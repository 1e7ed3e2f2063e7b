"""How footprints fit boundary sets: overlap, best fit, what is outside or cut off."""
