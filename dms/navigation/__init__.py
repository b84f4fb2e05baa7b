"""How people find their way: what waits for them, and where it stands."""
