"""How deprived building blocks are: scores, ranks and deciles."""
