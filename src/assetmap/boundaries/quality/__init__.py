"""What is wrong with a boundary set: shapes, names, winding, gaps and overlaps."""
