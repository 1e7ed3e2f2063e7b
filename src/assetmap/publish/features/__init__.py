"""What is published as features: collections, and the one way to ask for them."""
