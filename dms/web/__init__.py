"""Pages: what they are made of, and how they answer."""
