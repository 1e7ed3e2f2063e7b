"""What needs to be verified: who keeps assets is reminded of them."""
