"""The pages that people see: plain, readable without a map, a mouse or a network."""
