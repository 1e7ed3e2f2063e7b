"""Single drawings: added, read by stewards, redrawn and withdrawn by who drew them."""
