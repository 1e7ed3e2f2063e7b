"""Who acts: people and bodies that have an account."""
