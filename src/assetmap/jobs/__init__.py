"""Long work: what it is, how far it has come, and the queue that it waits in."""
