"""What the sketches of names amount to: members, tables, files and pictures."""
