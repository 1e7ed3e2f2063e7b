"""What is kept of a consensus while sketches come and go: counts, by square and point.

A sketch that comes adds itself, one that is redrawn or withdrawn is taken out first: no
other is laid on the grid anew. What is kept equals what is worked out from nothing.
"""
