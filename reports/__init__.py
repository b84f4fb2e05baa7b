"""What happened, and why: reads all apps, writes only its own tables."""
