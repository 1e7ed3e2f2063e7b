"""How many people live where: counts by building block, spread over postcode points."""
