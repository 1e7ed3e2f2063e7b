"""How footprints fit boundary sets: overlap, best fit, what is outside, what is cut off."""
